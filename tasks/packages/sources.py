"""Submissions on disk: one file, or a folder of files, and the language they are in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from harness.types import Source
from sandbox.languages import suffixes

NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.+-]{0,254}")
"""Files and folders of submissions; the format's names, and + (DOMjudge, ``sum.c++``)."""
MAX_BYTES = 8 << 20
"""More than any judge accepts; a larger file is not even read."""
MAX_FILES = 200

_PYTHON_2 = re.compile(rb"#!.*python2")
IS_PYTHON_2 = "is in Python 2, which is not judged"


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of a submission."""

    source: Source | None = None
    language: str = ""
    """Key of ``sandbox/languages.toml``."""
    problem: str = ""
    """Why it cannot be judged, as a predicate of it; empty when it can."""


def read_source(
    place: Path, *, language: str = "", entry: str = "", shebang: bool = True
) -> Handed:
    """Read a file or a folder; the language is told by the suffixes unless it is given.

    ``shebang``: a first line can say that a ``.py`` file is in Python 2, as in the problem
    package format's legacy edition. That of 2025-09 has no such rule.
    """
    try:
        files = _files(place)
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


def as_wanted(source: Source) -> Source:
    """Give the one file of a submission the name that the problem wants it to have."""
    if len(source.files) != 1:
        return source
    return msgspec.structs.replace(source, files=(("", source.files[0][1]),))


def _files(place: Path) -> tuple[tuple[str, bytes], ...]:
    if place.is_file():
        return ((place.name, _content(place)),)
    if not place.is_dir():
        raise ValueError("cannot be read: it is not there")
    found = []
    for entry in sorted(place.iterdir()):
        if not NAME.fullmatch(entry.name) or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            raise ValueError(f"holds a folder ({entry.name}), and sources are judged flat")
        found.append((entry.name, _content(entry)))
        if len(found) > MAX_FILES:
            raise ValueError(f"holds more than {MAX_FILES} files")
    if not found:
        raise ValueError("holds no files")
    return tuple(found)


def _content(place: Path) -> bytes:
    if not place.is_file():  # a pipe or a device would never end
        raise ValueError(f"cannot be read: {place.name} is not a plain file")
    if place.stat().st_size > MAX_BYTES:
        raise ValueError(f"cannot be judged: {place.name} has more than {MAX_BYTES >> 20} MiB")
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
