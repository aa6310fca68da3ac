"""Tables as Parquet files, which pandas, DuckDB and others read with their types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from harness.errors import UsageError
from harness.export.tables import Row, Source, Table

BATCH = 20_000
"""Rows of a group, as many as are held in memory."""


def write_parquet(tables: Sequence[Table], sources: Iterable[Source], folder: Path) -> None:
    """Write each table into a file of its name.

    Raises :class:`~harness.errors.UsageError` where pyarrow is not installed.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError(
            "Parquet needs pyarrow", hint="pip install 'olympiad-harness[data]', or --format csv"
        ) from None
    kinds = {str: arrow.string(), int: arrow.int64(), float: arrow.float64()}
    with ExitStack() as held:
        files = []
        for table in tables:
            schema = arrow.schema([(column.name, kinds[column.kind]) for column in table.columns])
            place = folder / f"{table.name}.parquet"
            file = held.enter_context(parquet.ParquetWriter(place, schema, compression="zstd"))
            files.append(_File(arrow, table, schema, file))
        for source in sources:
            for each in files:
                each.add(source)
        for each in files:
            each.flush()


class _File:
    """One file that is being written, a group of rows at a time."""

    def __init__(self, arrow: Any, table: Table, schema: Any, file: Any) -> None:
        self._arrow = arrow
        self._table = table
        self._schema = schema
        self._file = file
        self._rows: list[Row] = []

    def add(self, source: Source) -> None:
        """Add the rows of one attempt."""
        self._rows.extend(self._table.rows(source))
        if len(self._rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the rows that were added since."""
        columns = list(zip(*self._rows, strict=True)) or [()] * len(self._table.columns)
        arrays = [
            self._arrow.array([_written(value) for value in cells], type=field.type)
            for cells, field in zip(columns, self._schema, strict=True)
        ]
        self._file.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows = []


def _written(value: object) -> object:
    """Return a cell that can be written: half of a surrogate pair becomes ``?``."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value
