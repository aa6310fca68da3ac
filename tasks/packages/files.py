"""The files of a package: their references, their text, and the hash of all that judges."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from harness.errors import TaskDataError
from harness.types import CodeBody, FileRef, FileRole

POINTER = b"version https://git-lfs.github.com/spec/"
MAX_POINTER_BYTES = 1024
"""By the specification of Git LFS a pointer is smaller."""

Read = TypeVar("Read", bound=msgspec.Struct)


def reference(folder: Path, place: Path, *, also: Path | None = None) -> FileRef:
    """Return the reference of a file; a link that leaves the package is an error.

    ``also`` is a folder beside the package that its links may lead to.
    """
    inside(folder, place, also=also)
    try:
        with place.open("rb") as file:
            sha = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
    except OSError as error:
        raise TaskDataError(f"{place} cannot be read: {error.strerror}") from error
    return FileRef(path=place.relative_to(folder).as_posix(), sha256=sha, size=size)


def inside(folder: Path, place: Path, *, also: Path | None = None) -> None:
    """Raise :class:`~harness.errors.TaskDataError` when a path leads out of the package."""
    try:
        homes = [home.resolve() for home in (folder, also) if home is not None]
        there = place.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle of links
        raise wrong(place, f"the link cannot be followed: {error}") from None
    if not any(there.is_relative_to(home) for home in homes):
        raise TaskDataError(
            f"{place} is a link that leaves the package",
            hint="replace the link by the file it points to",
        )


def present(place: Path) -> bool:
    """Return whether the content of a file is in this copy.

    It is not where a clone without Git LFS has a pointer in its place: three lines of text,
    which would be judged as if they were the test.
    """
    try:
        if place.stat().st_size > MAX_POINTER_BYTES:
            return place.is_file()
        return place.is_file() and not place.read_bytes().startswith(POINTER)
    except OSError:
        return False


def text(folder: Path, place: Path) -> str:
    """Return a file of the package as text, without a byte-order mark."""
    inside(folder, place)
    try:
        return place.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TaskDataError(f"{place} cannot be read as UTF-8 text: {error}") from error


def digest(body: CodeBody) -> str:
    """Hash everything that can change a verdict: all but references and languages.

    Which languages a contest allows changes who may hand in, not what a program gets.
    """
    files = tuple(item for item in body.files if item.role is not FileRole.REFERENCE)
    judged = msgspec.structs.replace(body, files=files, languages=())
    return hashlib.sha256(msgspec.json.encode(judged, order="deterministic")).hexdigest()


def wrong(place: Path, what: str) -> TaskDataError:
    """Return the error of a file that says something it must not."""
    return TaskDataError(f"{place}: {what}", hint="mend the package; nothing of it was judged")


def decoded(place: Path, kind: type[Read]) -> Read:
    """Read a JSON file as a struct; raises :class:`~harness.errors.TaskDataError` naming it."""
    if not place.is_file():
        raise wrong(place, "is no file")
    try:
        return msgspec.json.decode(place.read_bytes(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise wrong(place, str(error)) from None
    except RecursionError:
        raise wrong(place, "lists or objects are nested too deep") from None
    except OSError as error:
        raise TaskDataError(f"{place} cannot be read: {error.strerror}") from error
