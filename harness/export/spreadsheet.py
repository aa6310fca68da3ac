"""Tables as CSV that a spreadsheet can open without running anything.

A text that a spreadsheet would take for a formula has an apostrophe before it (OWASP, "CSV
Injection"); numbers are numbers. Texts stand in quotation marks, so that no separator of any
country ends one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from harness.export.tables import Row, Source, Table, Value

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
"""What begins a formula, also in the wide forms that some programs take for the same."""


def write_csv(tables: Sequence[Table], sources: Iterable[Source], folder: Path) -> None:
    """Write each table into a file of its name."""
    with ExitStack() as held:
        writers = []
        for table in tables:
            file = held.enter_context(
                (folder / f"{table.name}.csv").open(
                    "w", encoding="utf-8", errors="replace", newline=""
                )
            )
            writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
            writer.writerow([column.name for column in table.columns])
            writers.append(writer)
        for source in sources:
            for table, writer in zip(tables, writers, strict=True):
                writer.writerows(map(_cells, table.rows(source)))


def _cells(row: Row) -> list[Value]:
    return [harmless(value) if isinstance(value, str) else value for value in row]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = text.replace("\0", "\N{SYMBOL FOR NULL}")
    return f"'{text}" if text.lstrip(" ").startswith(RISKY) else text
