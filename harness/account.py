"""What became of every attempt that was planned; none is zero by accident.

An attempt is judged (its points count, zero included), void (lost to our side), not generated (a
recording says so) or unfinished. Of the judged, those whose answer was lacking are counted by what
it lacked, because a model that was cut off is another matter than one that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from harness.types import FinishReason, Generation, Note, NoteKind

CUT = (FinishReason.LENGTH, FinishReason.TIMEOUT)


class Lack(StrEnum):
    """What an attempt's answer lacked; of several answers the first of these that any had."""

    REFUSED = "refused"
    """The server refused the request, such as a prompt that is too long."""
    TRUNCATED = "truncated"
    """A limit of tokens or time cut it off; what there was is judged."""
    EMPTY = "empty"
    """It ended without a word outside its reasoning."""
    UNPARSEABLE = "unparseable"
    """It has words, but nothing to hand in was found in them."""
    WITHHELD = "withheld"
    """The strategy handed in nothing of what was generated: no candidate passed its filters."""


def lack_of(record: Generation | Note) -> Lack | None:
    """Return what a record says that an answer lacked."""
    match record:
        case Generation(finish_reason=FinishReason.REJECTED):
            return Lack.REFUSED
        case Generation() if record.finish_reason in CUT:
            return Lack.TRUNCATED
        case Generation() if not record.text.size:
            return Lack.EMPTY
        case Note(kind=NoteKind.NOTHING_EXTRACTED):
            return Lack.UNPARSEABLE
    return None


def first(lacks: Iterable[Lack]) -> Lack | None:
    """Return the one that an attempt is counted under."""
    return min(lacks, key=list(Lack).index, default=None)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Attempts of one contestant by what became of them, and between what its mean total lies."""

    planned: int
    judged: int
    void: int
    empty: int
    """Not generated."""
    unfinished: int
    """Without an end, or never begun."""
    unresolved: int
    """Of the judged: neither equal to the answer nor different from it could be said."""
    lacking: Mapping[Lack, int]
    """Of the judged."""
    low: float
    """The mean total if every attempt not judged, or not resolved, had brought nothing."""
    high: float
    """The mean total if every one of them had brought full points."""

    @property
    def unjudged(self) -> int:
        """Attempts that are in no score."""
        return self.planned - self.judged

    @property
    def open(self) -> int:
        """Attempts that could still be right: not judged, or judged and unresolved."""
        return self.unjudged + self.unresolved

    @property
    def sentence(self) -> str:
        """Return how many were judged, between what the mean lies, and what answers lacked."""
        said = f"{self.judged:,} of {self.planned:,} judged"
        rest = _counted(
            (self.void, "void"), (self.empty, "not generated"), (self.unfinished, "unfinished")
        )
        if rest:
            said += f" ({rest})"
        if self.unresolved:
            said += f", of them {self.unresolved:,} unresolved"
        if self.open:
            open_ones = "those that were not" if not self.unresolved else "unjudged and unresolved"
            if not rest:
                open_ones = "those"
            said += (
                f"; the mean is {_points(self.low)} if {open_ones} are worth "
                f"nothing, {_points(self.high)} if they are worth full points"
            )
        lacks = _counted(*((count, lack.value) for lack, count in self.lacking.items()))
        return f"{said}; of the judged, {lacks}" if lacks else said


def _counted(*counts: tuple[int, str]) -> str:
    return ", ".join(f"{count:,} {name}" for count, name in counts if count)


def _points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
