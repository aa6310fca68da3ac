"""Archives of packages: zip and tar, unpacked into a temporary folder or refused.

Everything is looked at before anything is written: names that lead out of the folder, links,
devices, names that are there twice, and sizes. Nothing is made harmless in silence: an archive
with such tricks is not the package that somebody meant to bring.
"""

from __future__ import annotations

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

import msgspec

from harness.errors import TaskDataError

MAX_BYTES = 16 << 30
MAX_FILES = 200_000
MAX_NAME_BYTES = 1000


DAMAGED = (
    *(OSError, EOFError, RuntimeError, ValueError),
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
)
"""What reading an archive raises that ends early, is damaged, or is encrypted."""


class Entry(msgspec.Struct, frozen=True):
    """One entry of an archive, as far as it is looked at."""

    name: str
    size: int
    folder: bool
    plain: bool
    """Whether it is a file or a folder, and nothing else."""


@contextmanager
def opened(source: Path) -> Iterator[Path]:
    """Yield a folder: the source itself, or what an archive holds, in a temporary place."""
    if source.is_dir():
        yield source
        return
    with TemporaryDirectory(prefix="harness-package-") as name:
        # Some formats name a problem after its folder.
        folder = Path(name, source.name.partition(".")[0] or "package")
        try:
            _unpack(source, folder)
            yield folder
        except TaskDataError as error:
            error.message = error.message.replace(str(folder), str(source))
            raise


def is_archive(source: Path) -> bool:
    """Return whether a file is an archive that can be opened."""
    return source.is_file() and (zipfile.is_zipfile(source) or tarfile.is_tarfile(source))


def _unpack(source: Path, target: Path) -> None:
    target.mkdir()  # an empty archive is an empty folder
    try:
        if zipfile.is_zipfile(source):
            _unpack_zip(source, target)
        elif source.is_file() and tarfile.is_tarfile(source):
            _unpack_tar(source, target)
        else:
            raise TaskDataError(
                f"{source} is neither a folder nor a zip or tar archive",
                hint="unpack it, and name the folder",
            )
    except DAMAGED as error:
        raise TaskDataError(
            f"{source} cannot be unpacked: {error}", hint="bring a whole archive in"
        ) from error


def _unpack_zip(source: Path, target: Path) -> None:
    with zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        _check(source, (_zip_entry(entry) for entry in entries))
        for entry in entries:
            if not entry.is_dir():
                with archive.open(entry) as file:
                    _write(file, target / entry.filename)


def _zip_entry(entry: zipfile.ZipInfo) -> Entry:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    plain = kind in (0, stat.S_IFREG, stat.S_IFDIR)
    # Not `is_dir`, which fails where there is no name.
    return Entry(entry.filename, entry.file_size, entry.filename.endswith("/"), plain)


def _unpack_tar(source: Path, target: Path) -> None:
    with tarfile.open(source) as archive:
        entries = archive.getmembers()
        _check(
            source,
            (Entry(e.name, e.size, e.isdir(), e.isfile() or e.isdir()) for e in entries),
        )
        for entry in entries:
            file = archive.extractfile(entry) if entry.isfile() else None
            if file is not None:
                with file:
                    _write(file, target / entry.name)


def _write(file: IO[bytes], place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as out:
        shutil.copyfileobj(file, out, 1 << 20)


def _check(source: Path, entries: Iterable[Entry]) -> None:
    """Refuse an archive before anything of it is written."""
    seen: set[PurePosixPath] = set()
    size = count = 0
    for entry in entries:
        size, count = size + entry.size, count + 1
        if size > MAX_BYTES or count > MAX_FILES:
            raise TaskDataError(
                f"{source} would unpack to more than {MAX_BYTES >> 30} GiB or {MAX_FILES} files",
                hint="unpack it, and name the folder",
            )
        shown = ascii(entry.name)[:100]
        place = PurePosixPath(entry.name)
        if (
            not entry.name
            or place.is_absolute()
            or ".." in place.parts
            or not entry.name.isprintable()
            or "\\" in entry.name
            or len(entry.name.encode("utf-8", "surrogateescape")) > MAX_NAME_BYTES
        ):
            raise TaskDataError(
                f"{source}: the name {shown} leads out of its folder, or is no file name",
                hint="make the archive anew; nothing of it was unpacked",
            )
        if not entry.plain:
            raise TaskDataError(
                f"{source}: {shown} is a link or a device",
                hint="unpack it, and name the folder",
            )
        if not entry.folder and place in seen:
            raise TaskDataError(
                f"{source}: {shown} is there twice",
                hint="make the archive anew; nothing of it was unpacked",
            )
        seen.add(place)
