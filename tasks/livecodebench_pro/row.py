"""One line of LiveCodeBench Pro's statements.

Source: GavinZhengOI/LiveCodeBench-Pro d614eef, ``benchmark.py`` (``ProblemTestState``). The
data set is published as Parquet; it is read here as JSON lines of the same columns, a file a
split, with the split's name in the file's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import msgspec

from harness.errors import TaskDataError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
SPLIT = re.compile(r"(?:quater|biannual)_\d{4}(?:_\d{1,2}){2}")

Difficulty = Literal["easy", "medium", "hard"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One problem without its tests."""

    problem_id: str
    problem_title: str
    difficulty: Difficulty
    platform: str
    problem_statement: str


def split_of(place: Path) -> str:
    """Return the split that a file's name tells, or nothing."""
    found = SPLIT.search(place.name)
    return found[0] if found else ""


def read_rows(place: Path) -> tuple[Row, ...]:
    """Read a file of statements; raises :class:`~harness.errors.TaskDataError` naming the line."""
    found = []
    try:
        lines = place.read_bytes().splitlines()
    except OSError as error:
        raise TaskDataError(f"{place} cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line, type=Row)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise _wrong(place, number, str(error)) from None
        if not NAME.fullmatch(row.problem_id):
            raise _wrong(place, number, f"the problem_id {row.problem_id[:60]!r} is no name")
        found.append(row)
    return tuple(found)


def _wrong(place: Path, number: int, what: str) -> TaskDataError:
    return TaskDataError(
        f"{place}, line {number}: {what}",
        hint=f"its columns are {', '.join(Row.__struct_fields__)}",
    )
