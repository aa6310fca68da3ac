"""Problem packages under a folder, or inside an archive."""

from __future__ import annotations

import os
import shutil
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.errors import TaskDataError
from tasks.packages.cms import MANIFEST

MAX_DEPTH = 6
MAX_ARCHIVE_BYTES = 16 << 30
MAX_ARCHIVE_FILES = 200_000

KEPT = (
    MANIFEST,
    "statement.md",
    "subtasks",
    "tests",
    "graders",
    "checker",
    "solutions",
    "attachments",
)
"""What of a package goes into the data store."""


def find_packages(source: Path) -> list[Path]:
    """Return the folders with a ``problem.json`` under a folder, sorted, hidden ones left out."""
    found = []
    for folder, folders, files in os.walk(source):
        depth = len(Path(folder).relative_to(source).parts)
        folders[:] = (
            sorted(f for f in folders if not f.startswith(".")) if depth < MAX_DEPTH else []
        )
        if MANIFEST in files:
            found.append(Path(folder))
            folders.clear()
    return sorted(found)


@contextmanager
def opened(source: Path) -> Iterator[Path]:
    """Yield a folder: the source itself, or what a zip archive holds, in a temporary place."""
    if source.is_dir():
        yield source
        return
    if not zipfile.is_zipfile(source):
        raise TaskDataError(
            f"{source} is neither a folder nor a zip archive",
            hint="unpack it, and name the folder",
        )
    with TemporaryDirectory(prefix="harness-package-") as name:
        _unpack(source, Path(name))
        try:
            yield Path(name)
        except TaskDataError as error:
            error.message = error.message.replace(name, str(source))
            raise


def _unpack(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        total = sum(entry.file_size for entry in entries)
        if total > MAX_ARCHIVE_BYTES or len(entries) > MAX_ARCHIVE_FILES:
            raise TaskDataError(f"{source} would unpack to {total} bytes in {len(entries)} files")
        for entry in entries:
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise TaskDataError(
                    f"{source}: {entry.filename} is a link", hint="unpack it, and name the folder"
                )
        try:
            archive.extractall(target)  # names that leave the folder are made harmless by zipfile
        except (OSError, zipfile.BadZipFile, RuntimeError) as error:
            raise TaskDataError(f"{source} cannot be unpacked: {error}") from error


def copy_package(source: Path, target: Path) -> None:
    """Copy what judging needs; links to files of the package become files, others are refused."""
    home = source.resolve()
    for name in KEPT:
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
