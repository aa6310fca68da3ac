"""Problem packages under a folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from harness.errors import TaskDataError
from tasks.packages.cms import MANIFEST

MAX_DEPTH = 6

CMS_FILES = (
    MANIFEST,
    "statement.md",
    "subtasks",
    "tests",
    "graders",
    "checker",
    "solutions",
    "attachments",
)
"""What of a package of CMS goes into the data store."""

KATTIS_FILES = (
    "problem.yaml",
    ".timelimit",
    "domjudge-problem.ini",
    "statement.md",
    "problem_statement",
    "statement",
    "data",
    "output_validators",
    "output_validator",
    "input_validators",
    "input_format_validators",
    "graders",
    "include",
    "submissions",
    "attachments",
)
"""What of a package in the problem package format goes into the data store."""


def find_packages(source: Path, manifest: str = MANIFEST) -> list[Path]:
    """Return the folders with a manifest under a folder, sorted, hidden ones left out."""
    found = []
    for folder, folders, files in os.walk(source):
        depth = len(Path(folder).relative_to(source).parts)
        folders[:] = (
            sorted(f for f in folders if not f.startswith(".")) if depth < MAX_DEPTH else []
        )
        if manifest in files:
            found.append(Path(folder))
            folders.clear()
    return sorted(found)


def copy_package(source: Path, target: Path, kept: Sequence[str] = CMS_FILES) -> None:
    """Copy what judging needs; links to files of the package become files, others are refused."""
    home = source.resolve()
    for name in kept:
        item = source / name
        if not item.is_symlink() and not item.exists():
            continue
        _check(item, home)
        if item.is_dir():
            for place in sorted(item.rglob("*")):
                _check(place, home)
            shutil.copytree(item, target / name)
        else:
            shutil.copy2(item, target / name)


def _check(place: Path, home: Path) -> None:
    """Refuse what is no file or folder of the package; links to folders may go round in circles."""
    linked = place.is_symlink()
    if linked and not Path(os.path.realpath(place)).is_relative_to(home):
        raise TaskDataError(
            f"{place} is a link that leaves the package",
            hint="replace the link by what it points to",
        )
    if linked and not place.is_file():
        raise TaskDataError(
            f"{place} is a link, but not to a file", hint="replace the link by what it points to"
        )
    if not place.is_file() and not place.is_dir():
        raise TaskDataError(
            f"{place} is neither a file nor a folder", hint="take it out of the package"
        )
