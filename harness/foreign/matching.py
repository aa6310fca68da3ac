"""Which of our problems a generation of theirs is of: by a map, by name, or by statement.

Statements are compared without white space and the marks of mathematics. A name that is only a
number says nothing by itself where a statement stands beside it: problem 3 of what? A row of
which nothing certain can be said is told by name, and never guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

from harness.errors import UsageError
from harness.foreign.found import Found
from harness.foreign.reading import decode, whole
from harness.types import Contest

SHORTEST_INSIDE = 40
"""Letters that a statement must have to be looked for inside a longer text."""
MARKS = re.compile(r"\s+|\\[()\[\]]|\$|\\[,;!]|\\left\b|\\right\b")
"""What two copies of a statement differ in, and mean nothing by."""


class How(StrEnum):
    """What a match rests on."""

    MAP = "the map"
    BOTH = "name and statement"
    NAME = "name"
    DIFFERENT = "name, with another statement"
    STATEMENT = "statement"


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a generation's problem."""

    problem: str = ""
    """Empty: not known, and ``reason`` says why."""
    how: How | None = None
    reason: str = ""


class Matcher:
    """Knows the problems of a contest."""

    def __init__(self, contest: Contest, given: Mapping[str, str | None] | None = None) -> None:
        self.ids = tuple(
            [problem.id for problem in contest.problems] + [left.id for left in contest.left_out]
        )
        self._used: set[str] = set()
        self._map = dict(given or {})
        self._names = {name.casefold(): name for name in self.ids}
        self._statements = {
            problem.id: core(problem.statement)
            for problem in contest.problems
            if problem.statement.strip()
        }

    @property
    def unused(self) -> tuple[str, ...]:
        """Names of the map that stood in no file."""
        return tuple(name for name in self._map if name not in self._used)

    def match(self, found: Found) -> Match:
        """Return whose problem it is."""
        for name in found.names:
            if name in self._map:
                self._used.add(name)
                ours = self._map[name]
                reason = "" if ours else "the map leaves it out"
                return Match(problem=ours or "", how=How.MAP if ours else None, reason=reason)
        named = next(
            (self._names[n.casefold()] for n in found.names if n.casefold() in self._names), ""
        )
        told = self._by_statement(found)
        if len(told) > 1:
            return Match(reason=f"its text holds the statements of {' and '.join(sorted(told))}")
        stated = next(iter(told), "")
        if named and stated:
            if named != stated:
                return Match(reason=f"its name is that of {named}, its statement that of {stated}")
            return Match(problem=named, how=How.BOTH)
        if stated:
            return Match(problem=stated, how=How.STATEMENT)
        if not named:
            return Match(reason="neither its name nor its statement is known")
        # Of a field that may hold either, what turned out to be the name is no other statement.
        rest = [text for text in found.statements if text.strip().casefold() != named.casefold()]
        if not rest or named not in self._statements:
            return Match(problem=named, how=How.NAME)
        if named.isdecimal():
            return Match(reason=f"its name is the number {named}, its statement is another")
        return Match(problem=named, how=How.DIFFERENT)

    def _by_statement(self, found: Found) -> set[str]:
        """Return the problems whose statement a text is, or else holds."""
        texts = [core(text) for text in found.statements]
        same = {name for name, ours in self._statements.items() if ours in texts}
        return same or {
            name
            for name, ours in self._statements.items()
            if len(ours) >= SHORTEST_INSIDE and any(ours in text for text in texts)
        }


def core(statement: str) -> str:
    """Return what two copies of a statement have in common."""
    return MARKS.sub("", unicodedata.normalize("NFC", statement))


def read_map(file: Path, ids: tuple[str, ...]) -> dict[str, str | None]:
    """Read which name of theirs is which problem: a JSON object, or a CSV of two columns.

    An empty or null problem leaves theirs out. Raises :class:`~harness.errors.UsageError` for a
    problem that the contest does not have.
    """
    data = whole(file)
    if data.lstrip()[:1] == b"{":
        found = decode(data, dict[str, str | None], str(file), "a map")
    else:
        found = _table(data, file)
    for theirs, ours in found.items():
        if ours and ours not in ids:
            raise UsageError(
                f"{file}: {theirs} is to be {ours!r}, and there is no such problem",
                hint=f"the problems are {', '.join(ids)}",
            )
    return found


def _table(data: bytes, file: Path) -> dict[str, str | None]:
    try:
        rows = list(csv.reader(io.StringIO(data.decode()), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{file}: not a CSV in UTF-8: {error}", hint=FORM) from None
    found: dict[str, str | None] = {}
    for number, row in enumerate(rows, start=1):
        if not row:
            continue
        if len(row) != 2 or not row[0].strip():
            raise UsageError(f"{file}, line {number}: not two columns: {','.join(row)}", hint=FORM)
        if row[0].strip() in found:
            raise UsageError(f"{file}, line {number}: {row[0].strip()} is there twice", hint=FORM)
        found[row[0].strip()] = row[1].strip() or None
    return found


FORM = 'write lines "their name,our problem", or a JSON object of the same'
