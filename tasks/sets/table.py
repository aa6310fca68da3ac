"""A table of comma-separated values, read strictly: what a row lacks is told, not guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from harness.errors import TaskDataError

MAX_BYTES = 64 << 20


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row under the header."""

    line: int
    """Of the file, from 1, where the row begins."""
    cells: dict[str, str]
    """By column, without white space around and with plain line ends; a column that the row does
    not reach is absent."""
    fault: str = ""
    """Why the cells may stand in the wrong columns; empty where they are as many as columns."""

    def get(self, column: str) -> str:
        """Return a cell, or nothing."""
        return self.cells.get(column, "")


def text_of(place: Path) -> str:
    """Return a file as text, without a byte-order mark.

    Raises :class:`~harness.errors.TaskDataError` naming the line that is no UTF-8.
    """
    if not place.is_file():  # a pipe would be waited for
        raise TaskDataError(f"{place} is no file", hint="name the published file")
    try:
        with place.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise TaskDataError(
            f"{place} cannot be read: {error.strerror}", hint="check whose file it is"
        ) from error
    if len(data) > MAX_BYTES:
        raise TaskDataError(
            f"{place} has more than {MAX_BYTES >> 20} MiB", hint="name the published file"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TaskDataError(
            f"{place}, line {line}: not UTF-8 text ({error.reason})",
            hint="save the file as UTF-8, or fetch it again",
        ) from error


def read_table(place: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a file; of its columns these are needed, others are passed over.

    Raises :class:`~harness.errors.TaskDataError` for a file that is no such table.
    """
    # Not strict: of a row with a quote in the wrong place, it must be said which one it is.
    reader = csv.reader(io.StringIO(text_of(place), newline=""))
    try:
        head = [name.strip() for name in next(reader, [])]
        for column in columns:
            if head.count(column) != 1:
                what = "twice" if column in head else f"not (it has {', '.join(head) or 'nothing'})"
                raise TaskDataError(
                    f"{place} has the column {column!r} {what}",
                    hint=f"its columns must be {', '.join(columns)}",
                )
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield _row(line, head, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise TaskDataError(
            f"{place}, line {reader.line_num}: {error}", hint="fetch the published file again"
        ) from error


def _row(line: int, head: list[str], cells: list[str]) -> Row:
    fault = ""
    if len(cells) != len(head):
        fault = f"it has {len(cells)} cells for {len(head)} columns"
    pairs = zip(head, cells, strict=False)
    plain = {name: cell.replace("\r\n", "\n").strip() for name, cell in pairs}
    return Row(line=line, cells=plain, fault=fault)
