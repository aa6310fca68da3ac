"""Where the files of a run are read from: a folder, or one packed file.

A packed run is never unpacked: its files are read where they lie, so no name in it can lead
anywhere. One that is not what ``harness pack`` writes (a file that belongs to no run, a name that
is there twice, files that lie over each other, one that swells beyond reason) is refused.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from harness.errors import StoreError, UsageError

SUFFIX = ".zip"

MEMBER = re.compile(
    r"(run\.json|log\.jsonl|layers/[0-9A-Za-z][0-9A-Za-z.-]{0,127}\.jsonl"
    r"|blobs/[0-9a-f]{2}/[0-9a-f]{62}\.gz)",
    re.ASCII,
)
"""The files of a run, and so all that a packed run may hold."""

SWELLING = 250
"""How many times its packed size a file of a pack may have; logs of runs reach about 60."""

SMALL = 1 << 20
"""Bytes up to which nobody minds how far a file swells."""


LARGEST = 1 << 28
"""Bytes of a packed file, or of a text in one, that is read into memory whole."""

DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)
"""What reading a damaged file raises beside OSError."""


class Files(Protocol):
    """The files of one run, by names with forward slashes."""

    def read(self, name: str) -> bytes:
        """Return a whole file; raises :class:`FileNotFoundError`, or another OSError."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading; raises as :meth:`read` does."""
        ...

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files in a folder, sorted; none where there is no folder."""
        ...


def files_of(path: Path) -> Files:
    """Return the files of a run by its folder or its packed file."""
    return PackedFiles(path) if path.is_file() else FolderFiles(path)


class FolderFiles:
    """The files of a run in its folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str) -> bytes:
        """Return a whole file."""
        return (self._path / name).read_bytes()

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        return (self._path / name).open("rb")

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files in a folder, sorted."""
        try:
            return sorted(place.name for place in (self._path / folder).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return ()


class PackedFiles:
    """The files of a run in one packed file, read where they lie."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise UsageError(
                f"{path} is neither a run folder nor a packed run",
                hint="name a folder that `harness run` wrote, or a file of `harness pack`",
            ) from None
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}") from error
        self._members = self._checked()

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        """Return the members by name; raises :class:`~harness.errors.UsageError` for a trick."""
        found: dict[str, zipfile.ZipInfo] = {}
        size = self._path.stat().st_size
        for info in self._zip.infolist():
            if not MEMBER.fullmatch(info.filename):
                raise self._refused(f"it holds {info.filename[:80]!r}, which is no file of a run")
            if info.filename in found:
                raise self._refused(f"it holds {info.filename} twice")
            if info.flag_bits & 1 or stat.S_ISLNK(info.external_attr >> 16):
                raise self._refused(f"{info.filename} is encrypted, or a link")
            if info.file_size > max(SMALL, SWELLING * info.compress_size):
                raise self._refused(
                    f"{info.filename} would swell from {info.compress_size:,} to "
                    f"{info.file_size:,} bytes"
                )
            found[info.filename] = info
        if sum(info.compress_size for info in found.values()) > size:
            raise self._refused("its files lie over each other")
        return found

    def _refused(self, why: str) -> UsageError:
        return UsageError(
            f"{self._path} is not a packed run that can be trusted: {why}",
            hint="pack the run again with `harness pack RUN -o FILE.zip`",
        )

    def read(self, name: str) -> bytes:
        """Return a whole file."""
        with self.open(name) as file:
            if self._members[name].file_size > LARGEST:
                raise self._refused(f"{name} is larger than any file that is read whole")
            return file.read()

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading; reading it raises one of :data:`DAMAGED` where it is damaged."""
        info = self._members.get(name)
        if info is None:
            raise FileNotFoundError(name)
        try:
            return self._zip.open(info)
        except (NotImplementedError, RuntimeError) as error:
            raise zipfile.BadZipFile(str(error)) from error

    def names(self, folder: str) -> Sequence[str]:
        """Return the names of the files in a folder, sorted."""
        start = f"{folder}/"
        rest = (name[len(start) :] for name in self._members if name.startswith(start))
        return sorted(name for name in rest if "/" not in name)
