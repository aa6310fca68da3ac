"""Where the files of a run are read from: a folder, or one packed file.

A packed file holds one run or several, each under its id. It is never unpacked: files are read
where they lie, so no name in it can lead anywhere. One that is not what ``harness pack`` writes (a
file that belongs to no run, a name that is there twice, files that lie over each other, one that
swells beyond reason) is refused.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Protocol

from harness.errors import StoreError, UsageError

SUFFIX = ".zip"

RUN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,199}", re.ASCII)
"""What the id of a run can be, so that it can be the name of a folder in a pack."""

FILE = re.compile(
    r"(run\.json|log\.jsonl|layers/[0-9A-Za-z][0-9A-Za-z.-]{0,127}\.jsonl"
    r"|blobs/[0-9a-f]{2}/[0-9a-f]{62}\.gz)",
    re.ASCII,
)
"""The files of a run, and so all that a packed run may hold."""

SWELLING = 250
"""How many times its packed size a file of a pack may have; those of runs reach about 60."""

SMALL = 1 << 20
"""Bytes up to which nobody minds how far a file swells."""


LARGEST = 1 << 28
"""Bytes of a packed file, or of a text in one, that is read into memory whole."""

LONGEST = 1 << 26
"""Bytes of a line of a log or a layer, and more than any has."""

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

    def size(self, name: str) -> int:
        """Return the bytes of a file; 0 where there is none."""
        ...

    def stamp(self, name: str) -> Sequence[int]:
        """Return numbers that are others when the file is another; none where there is none."""
        ...


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

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        try:
            return (self._path / name).stat().st_size
        except OSError:
            return 0

    def stamp(self, name: str) -> Sequence[int]:
        """Return when the file was written last, and how long it is."""
        try:
            found = os.stat(f"{self._path}/{name}")  # noqa: PTH116 - ten thousands of them
        except OSError:
            return ()
        return (found.st_mtime_ns, found.st_size)


class Pack:
    """One packed file, opened and found to be what it should be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise UsageError(
                f"{path} is neither a run folder nor a packed run",
                hint="name a folder that `harness run` wrote, or a file of `harness pack`",
            ) from None
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}") from error
        self._members: dict[str, dict[str, zipfile.ZipInfo]] = {}
        self._check()

    def _check(self) -> None:
        """Sort the members by run and name; raise a usage error for a trick."""
        packed = 0
        for info in self._zip.infolist():
            run, _, name = info.filename.partition("/")
            if not RUN.fullmatch(run) or not FILE.fullmatch(name):
                raise self._refused(f"it holds {info.filename[:80]!r}, which is no file of a run")
            found = self._members.setdefault(run, {})
            if name in found:
                raise self._refused(f"it holds {info.filename} twice")
            if info.flag_bits & 1 or stat.S_ISLNK(info.external_attr >> 16):
                raise self._refused(f"{info.filename} is encrypted, or a link")
            if info.file_size > max(SMALL, SWELLING * info.compress_size):
                raise self._refused(
                    f"{info.filename} would swell from {info.compress_size:,} to "
                    f"{info.file_size:,} bytes"
                )
            packed += info.compress_size
            found[name] = info
        if packed > self.path.stat().st_size:
            raise self._refused("its files lie over each other")

    def _refused(self, why: str) -> UsageError:
        return UsageError(
            f"{self.path} is not a packed run that can be trusted: {why}",
            hint="pack the run again with `harness pack RUN -o FILE.zip`",
        )

    @property
    def runs(self) -> tuple[str, ...]:
        """The ids of its runs, sorted."""
        return tuple(sorted(self._members))

    def files(self, run: str) -> PackedFiles:
        """Return the files of one of its runs; raises KeyError."""
        return PackedFiles(self._zip, self._members[run])


class PackedFiles:
    """The files of a run in a packed file, read where they lie."""

    def __init__(self, packed: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> None:
        self._zip = packed
        self._members = members

    def read(self, name: str) -> bytes:
        """Return a whole file."""
        with self.open(name) as file:
            if self._members[name].file_size > LARGEST:
                raise zipfile.BadZipFile("it is larger than any file that is read whole")
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

    def size(self, name: str) -> int:
        """Return the bytes of a file."""
        info = self._members.get(name)
        return info.file_size if info is not None else 0

    def stamp(self, name: str) -> Sequence[int]:
        """Return the file's checksum and how long it is."""
        info = self._members.get(name)
        return () if info is None else (info.CRC, info.file_size)
