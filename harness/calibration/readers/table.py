"""Rows of a CSV or JSON lines file, each with its place."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from harness.calibration.readers.marks import NO_VOTE
from harness.errors import TaskDataError

LONGEST_CELL = 64 << 20
"""Characters of a cell: proofs are long, and the csv module's own limit is 128 Ki."""


PROOF = "proof"
"""The one column whose text may hold halves of characters: models write them."""


class Row:
    """One row: its cells by column, and where it stands."""

    def __init__(self, place: str, cells: Mapping[str, str]) -> None:
        self.place = place
        self._cells = cells

    def __getitem__(self, column: str) -> str:
        """Return a cell; empty where the file has no such column."""
        return self._cells.get(column, "")

    def has(self, column: str) -> bool:
        """Return whether there is anything in a cell."""
        return bool(self[column].strip())

    def wanted(self, column: str) -> str:
        """Return a cell that must not be empty."""
        if not self.has(column):
            self.refuse(column, "is empty")
        return self[column]

    def refuse(self, column: str, why: str) -> NoReturn:
        """Raise :class:`~harness.errors.TaskDataError` about a cell."""
        raise TaskDataError(
            f"{self.place}, column {column}: it {why}",
            hint="correct the row; a cell too few or too many moves all that follow it",
        )


def rows(
    place: Path, data: bytes, needed: Sequence[str], known: Sequence[str] | None = None
) -> Iterator[Row]:
    """Yield the rows of a table, CSV unless the file's name ends in ``.jsonl``.

    ``needed`` columns must be there, and where ``known`` is given no others may. Raises
    :class:`~harness.errors.TaskDataError` with the place.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TaskDataError(
            f"{place} is no UTF-8 from byte {error.start} on", hint="save it as UTF-8"
        ) from error
    if place.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _objects(place, text, needed, known)
    else:
        yield from _lines(place, text, needed, known)


def _lines(
    place: Path, text: str, needed: Sequence[str], known: Sequence[str] | None
) -> Iterator[Row]:
    with _long_cells():
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header: list[str] | None = None
        number = 0
        line = 1
        try:
            for cells in reader:
                start, line = line, reader.line_num + 1
                if not any(cell.strip() for cell in cells):
                    continue
                if header is None:
                    header = [cell.strip() for cell in cells]
                    _check_header(place, header, needed, known)
                    continue
                number += 1
                where = f"{place} row {number} (line {start})"
                if len(cells) != len(header):
                    raise TaskDataError(
                        f"{where} has {len(cells)} cells, and the header {len(header)}: "
                        f"the columns from {header[min(len(cells), len(header)) - 1]} on are off",
                        hint="put texts with commas, quotes or line breaks in quotes",
                    )
                yield Row(where, dict(zip(header, cells, strict=True)))
        except csv.Error as error:
            raise TaskDataError(
                f"{place} line {reader.line_num}: {error}",
                hint="put texts in double quotes, and a double quote in a text twice",
            ) from error
        if header is None:
            raise TaskDataError(f"{place} is empty", hint=f"its header has {', '.join(needed)}")


def _objects(
    place: Path, text: str, needed: Sequence[str], known: Sequence[str] | None
) -> Iterator[Row]:
    number = 0
    for line, said in enumerate(text.split("\n"), start=1):
        if not said.strip():
            continue
        number += 1
        where = f"{place} row {number} (line {line})"
        try:
            read = json.loads(said)
        except (ValueError, RecursionError) as error:
            raise TaskDataError(
                f"{where} is no JSON: {error}", hint="write one object a line"
            ) from error
        if not isinstance(read, dict):
            raise TaskDataError(f"{where} is no JSON object", hint="write one object a line")
        _check_header(Path(where), list(read), needed, known)
        yield Row(where, {column: _cell(where, column, cell) for column, cell in read.items()})
    if not number:
        raise TaskDataError(f"{place} is empty", hint=f"its objects have {', '.join(needed)}")


def _cell(where: str, column: str, value: object) -> str:
    """Return what a CSV file would have said."""
    match value:
        case None:
            return NO_VOTE if column == "vote" else ""
        case bool() | dict() | list():
            raise TaskDataError(
                f"{where}, column {column}: it holds neither text nor number",
                hint="write a text, a number or null",
            )
        case float() if not math.isfinite(value):
            raise TaskDataError(
                f"{where}, column {column}: it holds {value}", hint="write null for no vote"
            )
        case str() if column != PROOF and not _whole(value):
            raise TaskDataError(
                f"{where}, column {column}: it holds half of a character",
                hint="write it again: a \\ud8.. stands there without the \\udc.. behind it",
            )
    return str(value)


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_header(
    place: Path, header: Sequence[str], needed: Sequence[str], known: Sequence[str] | None
) -> None:
    twice = sorted({column for column in header if header.count(column) > 1})
    missing = [column for column in needed if column not in header]
    strange = [column for column in header if known is not None and column not in known]
    for columns, why in (
        (twice, "has twice"),
        (missing, "lacks"),
        (strange, "has, and they are not known,"),
    ):
        if columns:
            raise TaskDataError(
                f"{place} {why} the columns {', '.join(map(repr, columns))}",
                hint=f"it must have {', '.join(needed)}"
                + (f", and may have {', '.join(known)}" if known is not None else ""),
            )


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be long, and leave the csv module as it was: its limit is the whole process's."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
