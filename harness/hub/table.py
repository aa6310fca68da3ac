"""Rows of fetched tables, as structs: a column that is gone or of another type is named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from harness.errors import DriftError, PluginError, TaskDataError

EXTRA = "pip install 'olympiad-harness[hub]'"

PARQUET = ".parquet"
JSON_LINES = ".jsonl"

Row = TypeVar("Row", bound=msgspec.Struct)

ROWS = 4
"""Rows that are in memory at a time: those with tests have megabytes each."""


class Table:
    """The files of one repository that hold its rows."""

    def __init__(self, source: str, files: Sequence[tuple[str, Path]]) -> None:
        self.source = source
        """The repository and its commit, for messages."""
        self._files = tuple(files)

    def rows(self, kind: type[Row], *, at_a_time: int = ROWS) -> Iterator[Row]:
        """Yield all rows as structs; columns that are no field of it are not read.

        Raises :class:`~harness.errors.DriftError` naming the file and the column.
        """
        for name, place in self._files:
            where = f"{self.source}, {name}"
            for number, row in enumerate(self._raw(where, place, kind, at_a_time), start=1):
                try:
                    yield msgspec.convert(row, kind, strict=False)
                except msgspec.ValidationError as error:
                    raise DriftError(
                        f"{where}, row {number}: column {_column(error)}: {error}", hint=_HINT
                    ) from error

    def check(self, kind: type[msgspec.Struct]) -> None:
        """Raise :class:`~harness.errors.DriftError` when a file lacks a column of the struct."""
        for name, place in self._files:
            if place.suffix == PARQUET:
                _needed(f"{self.source}, {name}", kind, _opened(place).schema_arrow.names)

    def _raw(
        self, where: str, place: Path, kind: type[msgspec.Struct], at_a_time: int
    ) -> Iterator[dict[str, Any]]:
        if place.suffix == PARQUET:
            yield from _parquet(where, place, kind, at_a_time)
        elif place.suffix == JSON_LINES:
            yield from _json_lines(where, place, kind)
        else:
            raise TaskDataError(
                f"{where} is neither {PARQUET} nor {JSON_LINES}", hint="mend the set's patterns"
            )


def _parquet(
    where: str, place: Path, kind: type[msgspec.Struct], at_a_time: int
) -> Iterator[dict[str, Any]]:
    file = _opened(place)
    there = set(file.schema_arrow.names)
    _needed(where, kind, sorted(there))
    columns = [name for name in _columns(kind) if name in there]
    for batch in file.iter_batches(batch_size=at_a_time, columns=columns):
        yield from batch.to_pylist()


def _opened(place: Path) -> Any:
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ImportError:
        raise PluginError("reading tables of a hub needs pyarrow", hint=EXTRA) from None
    try:
        # Not read ahead: what is not asked for of a file of gigabytes stays on the disk.
        return ParquetFile(place, memory_map=True, pre_buffer=False)
    except (ArrowInvalid, OSError) as error:
        raise DriftError(f"{place} is no Parquet file: {error}", hint=_HINT) from error


def _json_lines(where: str, place: Path, kind: type[msgspec.Struct]) -> Iterator[dict[str, Any]]:
    with place.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise DriftError(f"{where}, line {number}: no JSON: {error}", hint=_HINT) from error
            if not isinstance(row, dict):
                raise DriftError(f"{where}, line {number} is no object", hint=_HINT)
            _needed(f"{where}, line {number}", kind, sorted(row))
            yield {name: row[name] for name in _columns(kind) if name in row}


def _columns(kind: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(kind)]


def _needed(where: str, kind: type[msgspec.Struct], there: Sequence[str]) -> None:
    for field in msgspec.structs.fields(kind):
        if field.required and field.encode_name not in there:
            raise DriftError(
                f"{where} has no column {field.encode_name!r} (it has {', '.join(there)})",
                hint=_HINT,
            )


def _column(error: msgspec.ValidationError) -> str:
    """Return the name of the column that a message of msgspec is about: ``… - at `$.answer```."""
    _, found, path = str(error).rpartition("`$.")
    name = path.rstrip("`").partition("[")[0].partition(".")[0] if found else ""
    return repr(name) if name else "unknown"


_HINT = (
    "the set is published in another form now: give the commit of an older one with "
    "--revision, or update harness"
)
