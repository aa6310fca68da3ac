"""Server-sent events out of bytes that arrive in any pieces.

Lines are split on bytes and decoded whole, so a piece may end inside a
character; a line may be of any length. Comments (keep-alives) carry nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

END_OF_LINE = re.compile(rb"\r\n|\n|\r")
BYTE_ORDER_MARK = "\ufeff"
LONGEST = 1 << 26
"""Bytes of one line; a whole answer that a server sends in one is far shorter."""


class Event(NamedTuple):
    """One event; ``name`` is empty for the usual ones."""

    name: str
    data: str


class EndlessLine(Exception):
    """A line that is longer than any answer: whoever sends it would fill the memory."""


class EventReader:
    """Takes pieces of a stream and gives its events."""

    def __init__(self) -> None:
        self._line: list[bytes] = []  # pieces of the line that has not ended
        self._held = 0  # their bytes
        self._after_cr = False
        self._first = True
        self._name = ""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> Iterator[Event]:
        """Yield the events that end in this piece; raises EndlessLine."""
        if self._after_cr and piece:
            piece = piece.removeprefix(b"\n")  # the second half of a line end that was cut
            self._after_cr = False
        if piece.endswith(b"\r"):
            self._after_cr = True
        *ended, rest = END_OF_LINE.split(piece)
        for line in ended:
            self._line.append(line)
            whole = b"".join(self._line)
            self._line.clear()
            self._held = 0
            yield from self._take(whole)
        if rest:
            self._line.append(rest)
            self._held += len(rest)
            if self._held > LONGEST:
                raise EndlessLine

    def close(self) -> Iterator[Event]:
        """Yield the event that a stream without a last empty line ends in."""
        if self._line:
            yield from self._take(b"".join(self._line))
            self._line.clear()
        yield from self._take(b"")

    def _take(self, raw: bytes) -> Iterator[Event]:
        line = raw.decode(errors="replace")
        if self._first:
            line = line.removeprefix(BYTE_ORDER_MARK)
            self._first = False
        if not line:
            if self._data:
                yield Event(self._name, "\n".join(self._data))
            self._name = ""
            self._data.clear()
            return
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
