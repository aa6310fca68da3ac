"""Files of strangers, read within bounds: lines, JSON documents, compressed ones.

Everything wrong is a :class:`~harness.errors.RecordingError` that names the file, the line or
entry, and the column.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import msgspec

from harness.broken_json import what_is_broken
from harness.errors import RecordingError

T = TypeVar("T")

MOST_LINE = 256 << 20
"""Bytes of one line, decoded at once: the longest of all texts of a problem fit well."""
MOST_DOCUMENT = 512 << 20
"""Bytes of a JSON document, unpacked; it is decoded at once."""


def lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file that are not empty, with their numbers from 1."""
    try:
        with file.open("rb") as opened:
            number = 0
            while line := opened.readline(MOST_LINE + 1):
                number += 1
                if len(line) > MOST_LINE:
                    raise RecordingError(
                        f"{file}, line {number}: longer than {MOST_LINE >> 20} MiB",
                        hint="no line of such a file is: is it the right file, and whole?",
                    )
                if number == 1:
                    line = line.removeprefix(codecs.BOM_UTF8)
                if line.strip():
                    yield number, line
    except OSError as error:
        raise unreadable(file, error) from error


def whole(file: Path) -> bytes:
    """Return the bytes of a file that is decoded at once."""
    try:
        if file.stat().st_size > MOST_DOCUMENT:
            raise too_large(str(file))
        return file.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise unreadable(file, error) from error


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(file, error) from error


def decode(data: bytes, kind: type[T], place: str, wanted: str) -> T:
    """Return what JSON holds, as a struct; ``wanted`` names the format for who is told of it."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise other_schema(place, str(error), wanted, data) from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    # Slower, but it reads halves of surrogate pairs and NaN, and says where a line is broken.
    try:
        return msgspec.convert(json.loads(data.decode()), kind)
    except msgspec.ValidationError as error:
        raise other_schema(place, str(error), wanted, data) from None
    except (ValueError, RecursionError) as error:
        raise RecordingError(
            f"{place}: {what_is_broken(error)}",
            hint="mend or remove it, or bring the whole file; nothing was written",
        ) from None


def other_schema(place: str, words: str, wanted: str, data: bytes) -> RecordingError:
    """Return the error of JSON that is not what the format has there, with the fields it has."""
    fields = _fields(data)
    held = f"; it has {', '.join(fields)}" if fields else ""
    return RecordingError(
        f"{place}: {words}, so it is not {wanted}{held}",
        hint="check the format that was named: `harness import --help` lists them",
    )


def _fields(data: bytes) -> list[str]:
    """Return the names of an object's fields; none where it is no object."""
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return []
    names = [ascii(name)[1:-1][:40] for name in found] if isinstance(found, dict) else []
    return [*names[:12], "…"] if len(names) > 12 else names


def too_large(place: str) -> RecordingError:
    """Return the error of a document that is too large to be decoded at once."""
    return RecordingError(
        f"{place} holds more than {MOST_DOCUMENT >> 20} MiB",
        hint="no such document is that large: is it the right file?",
    )


def unreadable(file: Path, error: OSError) -> RecordingError:
    """Return the error of a file that cannot be read."""
    return RecordingError(
        f"{file} cannot be read: {error.strerror or error}", hint="check the path of the file"
    )


def refuse(place: str, what: str, hint: str) -> NoReturn:
    """Raise the error of something that a reader cannot take."""
    raise RecordingError(f"{place}: {what}", hint=hint)
