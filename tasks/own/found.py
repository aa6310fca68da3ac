"""Contest files under the folders that a user names, and packages beside a contest file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from harness.errors import TaskDataError, UsageError
from tasks.own.contest import NAME, name_of
from tasks.packages.any import is_package
from tasks.packages.find import MAX_DEPTH


def find_contests(include: Sequence[Path]) -> tuple[tuple[str, Path], ...]:
    """Return the contests of some folders: the name of each task, and its file.

    A contest file may be named itself, be in the folder named, or in a folder of that one.
    Raises :class:`~harness.errors.UsageError` for a folder that is not there.
    """
    found: dict[Path, str] = {}
    for folder in include:
        if folder.is_file():
            places = [folder]
        elif folder.is_dir():
            places = [folder / NAME, *sorted(folder.glob(f"*/{NAME}"))]
        else:
            raise UsageError(
                f"--include-path {folder}: there is no such folder",
                hint="name a folder that holds a contest.toml, or folders with one",
            )
        for place in places:
            if place.is_file():
                found.setdefault(place.resolve(), name_of(place))
    return tuple((name, place) for place, name in found.items())


def find_any_packages(source: Path) -> dict[str, Path]:
    """Return the packages under a folder by the names of their folders, in order of name.

    Raises :class:`~harness.errors.TaskDataError` where two have one name.
    """
    found: dict[str, Path] = {}
    for folder, folders, _ in os.walk(source):
        here = Path(folder)
        depth = len(here.relative_to(source).parts)
        folders[:] = sorted(f for f in folders if not f.startswith(".")) * (depth < MAX_DEPTH)
        if not is_package(here):
            continue
        folders.clear()
        if here.name in found:
            raise TaskDataError(
                f"{found[here.name]} and {here} are both packages named {here.name}",
                hint="rename one of the folders, or take it out",
            )
        found[here.name] = here
    return dict(sorted(found.items()))
