"""The programs of a package, and the files that go with every submission.

A program is one file, or one folder of files. A package may have one output validator and
one grader; more, or one that is started by its own ``run`` script, are not judged.
"""

from __future__ import annotations

from pathlib import Path

from harness.errors import TaskDataError, UnsupportedError
from harness.types import FileRole, PackageFile
from tasks.packages.files import inside, reference, wrong
from tasks.packages.kattis.testdata import NAME

SOURCES = frozenset(
    {
        *(".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".py", ".py3", ".java", ".kt", ".rs", ".go"),
        *(".cs", ".hs", ".js", ".lua", ".pl", ".php", ".rb", ".scala", ".sh", ".swift", ".pas"),
    }
)
MAX_DEPTH = 8

VALIDATORS = ("output_validators", "output_validator", "validators")
"""Folders of output validators: the legacy edition's, that of 2025-09, and an older name."""


def find_validator(folder: Path) -> tuple[str, tuple[PackageFile, ...]]:
    """Return the output validator's name and files; nothing when there is none."""
    found = {}
    for name in VALIDATORS:
        program = _program(folder, folder / name, FileRole.VALIDATOR, "output validator")
        if program[1]:
            found[name] = program
    if len(found) > 1:
        raise wrong(folder, f"has validators in {' and '.join(found)}")
    return next(iter(found.values()), ("", ()))


def find_grader(folder: Path) -> tuple[PackageFile, ...]:
    """Return the files of the program that grades groups; nothing when there is none."""
    return _program(folder, folder / "graders", FileRole.AGGREGATOR, "grader")[1]


def find_included(folder: Path) -> tuple[PackageFile, ...]:
    """Return the files of ``include/<language>/``."""
    place = folder / "include"
    found = []
    for language in _visible(folder, place):
        if language.is_dir():
            found += _files(folder, language, FileRole.INCLUDE, 0)
    return tuple(found)


def find_references(folder: Path) -> tuple[PackageFile, ...]:
    """Return the jury's programs that must be accepted, as far as they are one file."""
    return tuple(
        PackageFile(role=FileRole.REFERENCE, file=reference(folder, place))
        for place in _visible(folder, folder / "submissions" / "accepted")
        if place.is_file() and place.suffix in SOURCES
    )


def _program(
    folder: Path, place: Path, role: FileRole, what: str
) -> tuple[str, tuple[PackageFile, ...]]:
    entries = _visible(folder, place)
    folders = [entry for entry in entries if entry.is_dir() and any(entry.iterdir())]
    sources = [entry for entry in entries if entry.is_file() and entry.suffix in SOURCES]
    scripts = [entry for entry in entries if entry.name in ("build", "run")]
    if folders and (sources or scripts or len(folders) > 1):
        names = [entry.name for entry in (*folders, *sources, *scripts)]
        raise _several(place, what, names)
    home = folders[0] if folders else place
    if len(sources) > 1 and place.name != "output_validator":
        raise _several(place, what, [entry.name for entry in sources])
    if (home / "run").exists():
        raise UnsupportedError(
            f"{home / 'run'}: programs that are started by a script of their own are not judged",
            hint="the problem is left out",
        )
    files = tuple(
        item for item in _files(folder, home, role, 0) if Path(item.file.path).name != "build"
    )
    if not any(Path(item.file.path).suffix in SOURCES for item in files):
        if folders:
            raise TaskDataError(
                f"{home} holds no source of the {what}", hint="bring the whole package in"
            )
        return "", ()
    name = home.name if folders else Path(sources[0]).stem if len(sources) == 1 else place.name
    return name, files


def _several(place: Path, what: str, names: list[str]) -> UnsupportedError:
    return UnsupportedError(
        f"{place} holds several programs ({', '.join(names)[:200]}); one {what} is judged",
        hint="the problem is left out",
    )


def _files(folder: Path, place: Path, role: FileRole, depth: int) -> list[PackageFile]:
    if depth > MAX_DEPTH:
        raise wrong(place, "nested too deeply (is it a circle of links?)")
    found = []
    for entry in _visible(folder, place):
        if entry.is_dir():
            found += _files(folder, entry, role, depth + 1)
        elif entry.is_file():
            found.append(PackageFile(role=role, file=reference(folder, entry)))
        else:
            raise TaskDataError(f"{entry} is not in this copy", hint="bring the whole package in")
    return found


def _visible(folder: Path, place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    inside(folder, place)
    try:
        entries = sorted(place.iterdir())
    except OSError as error:
        raise TaskDataError(f"{place} cannot be read: {error.strerror}") from error
    return [
        entry for entry in entries if NAME.fullmatch(entry.name) and entry.name != "__pycache__"
    ]
