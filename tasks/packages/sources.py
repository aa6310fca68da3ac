"""Submissions on disk and the language they are in.

A submission is one file or a folder of files; where outputs are taken, a zip archive too.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from harness.types import CodeBody, CodeKind, Edition, Problem, Source
from sandbox.hand_in import TAKES_OUTPUTS, is_output
from sandbox.languages import suffixes

NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.+-]{0,254}")
"""Files and folders of submissions; the format's names, and + (DOMjudge, ``sum.c++``)."""
MAX_BYTES = 8 << 20
"""More than any judge accepts; a larger file is not even read."""
MAX_FILES = 200
MAX_OUTPUT_BYTES = 64 << 20
"""Of one output that is handed in: as much as a program may print."""
MAX_OUTPUTS = 2000
MAX_HANDED_IN_BYTES = 512 << 20
"""Of all files together, which are held in memory: an archive of a few MiB can hold many GiB."""

_PYTHON_2 = re.compile(rb"#!.*python2")
IS_PYTHON_2 = "is in Python 2, which is not judged"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a submission."""

    source: Source | None = None
    language: str = ""
    """Key of ``sandbox/languages.toml``."""
    problem: str = ""
    """Why it cannot be judged, as a predicate of it; empty when it can."""


def read_submission(
    problem: Problem, place: Path, *, language: str = "", entry: str = "", shebang: bool = True
) -> Handed:
    """Read what a problem takes: sources, outputs, or both.

    The language is told by the suffixes unless it is given. ``shebang``: a first line can say
    that a ``.py`` file is in Python 2, as in the problem package format's legacy edition; that
    of 2025-09 has no such rule. A single source of an IOI problem gets the name that the
    problem wants it to have.
    """
    body = problem.body
    assert isinstance(body, CodeBody)
    takes = body.kind in TAKES_OUTPUTS
    handed = _read(place, language, entry, shebang=shebang, outputs=takes)
    if takes:
        handed = _with_outputs(body, handed, language, shebang)
    if handed.source is None or body.edition is not Edition.CMS:
        return handed
    if body.kind is CodeKind.OUTPUT_ONLY:
        return handed
    tests = frozenset(test.name for test in body.tests)
    return msgspec.structs.replace(handed, source=_as_wanted(handed.source, tests))


def _with_outputs(body: CodeBody, handed: Handed, language: str, shebang: bool) -> Handed:
    """Return the submission without the complaint that outputs are in no language."""
    if handed.source is None:
        return handed
    tests = frozenset(test.name for test in body.tests)
    sources = [file for file in handed.source.files if not is_output(file[0], tests)]
    only = body.kind is CodeKind.OUTPUT_ONLY
    if only and body.group is None and len(sources) == len(handed.source.files) and len(tests) > 1:
        return Handed(source=handed.source, problem="holds no output of a test")
    if only or not sources:
        return Handed(source=handed.source, language="")
    try:
        return Handed(source=handed.source, language=language or _language(sources, shebang))
    except ValueError as error:
        return Handed(source=handed.source, problem=str(error))


def _read(place: Path, language: str, entry: str, *, shebang: bool, outputs: bool) -> Handed:
    """Read a submission; its language is told by the suffixes unless it is given."""
    try:
        files = _files(place, MAX_OUTPUTS, MAX_OUTPUT_BYTES) if outputs else _files(place)
    except OSError as error:
        return Handed(problem=f"cannot be read: {error.strerror}")
    except ValueError as error:
        return Handed(problem=str(error))
    if entry not in {name for name, _ in files} and Path(entry).suffix in suffixes():
        return Handed(problem=f"does not hold its entry point {entry[:80]}")
    source = Source(files=files, entry=entry)
    if not language:
        try:
            language = _language(files, shebang)
        except ValueError as error:
            return Handed(source=source, problem=str(error))
    return Handed(source=source, language=language)


def _as_wanted(source: Source, tests: frozenset[str]) -> Source:
    """Give the one source of a submission the name that the problem wants it to have."""
    sources = [name for name, _ in source.files if not is_output(name, tests)]
    if len(sources) != 1:
        return source
    files = tuple(("" if name == sources[0] else name, data) for name, data in source.files)
    return msgspec.structs.replace(source, files=files)


def _files(
    place: Path, most: int = MAX_FILES, largest: int = MAX_BYTES
) -> tuple[tuple[str, bytes], ...]:
    if place.is_file() and most > MAX_FILES and zipfile.is_zipfile(place):
        return _archived(place, most, largest)
    if place.is_file():
        return ((place.name, _content(place, largest)),)
    if not place.is_dir():
        raise ValueError("cannot be read: it is not there")
    found = []
    for entry in sorted(place.iterdir()):
        if not NAME.fullmatch(entry.name) or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            raise ValueError(f"holds a folder ({entry.name}), and sources are judged flat")
        found.append((entry.name, _content(entry, largest)))
        if len(found) > most:
            raise ValueError(f"holds more than {most} files")
        _within(sum(len(content) for _, content in found))
    if not found:
        raise ValueError("holds no files")
    return tuple(found)


def _within(size: int) -> None:
    if size > MAX_HANDED_IN_BYTES:
        raise ValueError(f"holds more than {MAX_HANDED_IN_BYTES >> 20} MiB")


def _archived(place: Path, most: int, largest: int) -> tuple[tuple[str, bytes], ...]:
    """Return the files of a zip archive, which is never unpacked anywhere."""
    found = {}
    try:
        with zipfile.ZipFile(place) as archive:
            entries = archive.infolist()
            if len(entries) > most:
                raise ValueError(f"holds more than {most} files")
            _within(sum(entry.file_size for entry in entries))
            for entry in entries:
                if not NAME.fullmatch(entry.filename) or entry.filename in found:
                    raise ValueError(
                        f"holds {entry.filename[:80]!r}, and only plain files are judged, each once"
                    )
                if entry.file_size > largest:
                    raise ValueError(f"holds {entry.filename} of more than {largest >> 20} MiB")
                found[entry.filename] = archive.read(entry)
    except (zipfile.BadZipFile, RuntimeError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise ValueError(f"cannot be unpacked: {error}") from None
    if not found:
        raise ValueError("holds no files")
    return tuple(sorted(found.items()))


def _content(place: Path, largest: int) -> bytes:
    if not place.is_file():  # a pipe or a device would never end
        raise ValueError(f"cannot be read: {place.name} is not a plain file")
    if place.stat().st_size > largest:
        raise ValueError(f"cannot be judged: {place.name} has more than {largest >> 20} MiB")
    return place.read_bytes()


def _language(files: Iterable[tuple[str, bytes]], shebang: bool) -> str:
    known = suffixes()
    found = {}
    for name, content in files:
        suffix = Path(name).suffix
        key = known.get(suffix) or known.get(suffix.lower())  # .C is C++, .CPP too
        if key is not None:
            found[key] = name
            if shebang and key == "python3" and _PYTHON_2.match(content.partition(b"\n")[0]):
                raise ValueError(IS_PYTHON_2)
        elif suffix == ".py2":
            raise ValueError(IS_PYTHON_2)
    if "cpp" in found:
        found.pop("c", None)  # C++ compiles the C of its own folder
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise ValueError(f"is in several languages ({', '.join(sorted(found))})")
    seen = sorted({Path(name).suffix or "(none)" for name, _ in files})
    raise ValueError(f"is in no known language (suffix {', '.join(seen)[:80]})")
