"""Compressed files: Zstandard and zip archives, unpacked into memory within bounds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from harness.errors import RecordingError, UserError
from harness.foreign.reading import MOST_DOCUMENT, too_large

ZSTANDARD = 93
"""The method of a zip entry that Python's own module reads from version 3.14 on."""
PIECE = 1 << 20
MOST_ENTRIES = 1_000_000
MOST_IN_ALL = 256 << 30
"""Bytes that all entries of an archive say they hold; they are unpacked one at a time."""

DAMAGED = (OSError, EOFError, RuntimeError, ValueError, NotImplementedError)
DAMAGED_ZIP = (*DAMAGED, zipfile.BadZipFile, zlib.error)


@contextmanager
def archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive; raises :class:`~harness.errors.RecordingError` for what is none."""
    try:
        opened = zipfile.ZipFile(file)
    except DAMAGED_ZIP as error:
        raise _damaged(str(file), error) from error
    with opened:
        entries = opened.infolist()
        if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > MOST_IN_ALL:
            raise RecordingError(
                f"{file} says that it unpacks to more than {MOST_IN_ALL >> 30} GiB "
                f"or {MOST_ENTRIES:,} entries",
                hint="no log is that large: is it the right file?",
            )
        yield opened


def entry(opened: zipfile.ZipFile, info: zipfile.ZipInfo, place: str) -> bytes:
    """Return the bytes of an entry, whatever it was compressed with."""
    if max(info.file_size, info.compress_size) > MOST_DOCUMENT:
        raise too_large(place)
    try:
        if info.compress_type == ZSTANDARD:
            return _zstandard_entry(opened, info, place)
        with opened.open(info) as file:
            return file.read()
    except DAMAGED_ZIP as error:
        raise _damaged(place, error) from error


def zstandard(file: IO[bytes] | bytes, place: str, most: int = MOST_DOCUMENT) -> bytes:
    """Return what a Zstandard stream holds; ``most`` bytes are unpacked, and no more."""
    try:
        import zstandard as library
    except ImportError:
        raise UserError(
            f"{place} is compressed with Zstandard, which nothing here reads",
            hint="pip install 'olympiad-harness[zstd]'",
        ) from None
    pieces: list[bytes] = []
    size = 0
    try:
        with library.ZstdDecompressor().stream_reader(file, read_across_frames=True) as reader:
            while piece := reader.read(PIECE):
                size += len(piece)
                if size > most:
                    raise too_large(place)
                pieces.append(piece)
    except (*DAMAGED, library.ZstdError, MemoryError) as error:
        raise _damaged(place, error) from error
    return b"".join(pieces)


def _zstandard_entry(opened: zipfile.ZipFile, info: zipfile.ZipInfo, place: str) -> bytes:
    """Unpack an entry that ``zipfile`` only finds: its bytes lie behind a header of their own."""
    file = opened.fp
    assert file is not None, "the archive is open"
    file.seek(info.header_offset)
    header = file.read(HEADER)
    if len(header) < HEADER or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile("no entry begins where the directory says")
    lengths = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    file.seek(info.header_offset + HEADER + sum(lengths))
    held = zstandard(file.read(info.compress_size), place, info.file_size)
    if len(held) != info.file_size or zlib.crc32(held) != info.CRC:
        raise zipfile.BadZipFile("its bytes are not those that were put in")
    return held


HEADER = 30
"""Bytes of the header before an entry's name (APPNOTE.TXT, 4.3.7)."""


def _damaged(place: str, error: BaseException) -> RecordingError:
    return RecordingError(
        f"{place} cannot be unpacked: {error}", hint="it is cut off or damaged: copy it again"
    )
