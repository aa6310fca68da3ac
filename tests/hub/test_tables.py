"""Rows of published tables: what is gone, or is something else now, is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from harness.errors import DriftError
from harness.hub.table import Table


class Row(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    text: str = msgspec.field(name="The Text")
    parts: list[int] | None = None


def table(folder: Path, rows: list[dict[str, Any]], form: str = ".parquet") -> Table:
    place = folder / f"rows{form}"
    if form == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), place)
    else:
        place.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return Table("owner/set at abc", [(f"data/rows{form}", place)])


@pytest.mark.parametrize("form", [".parquet", ".jsonl"])
def test_rows_come_in_their_order_without_other_columns(tmp_path: Path, form: str) -> None:
    """Both forms give the same rows; a column that may be absent is."""
    rows = [{"number": n, "The Text": f"t{n}", "more": {"x": 1}} for n in range(40)]
    found = list(table(tmp_path, rows, form).rows(Row))
    assert found[39] == Row(number=39, text="t39")
    assert len(found) == 40


@pytest.mark.parametrize("form", [".parquet", ".jsonl"])
def test_a_column_that_is_gone_is_named_with_its_file(tmp_path: Path, form: str) -> None:
    """It says what is there, so that a new name is seen."""
    with pytest.raises(DriftError) as caught:
        list(table(tmp_path, [{"number": 1, "text": "t"}], form).rows(Row))
    assert f"owner/set at abc, data/rows{form}" in caught.value.message
    assert "has no column 'The Text' (it has number, text)" in caught.value.message
    assert "--revision" in caught.value.hint


def test_columns_are_looked_at_before_any_row_is(tmp_path: Path) -> None:
    """A table of gigabytes is refused by its head."""
    with pytest.raises(DriftError, match="no column 'number'"):
        table(tmp_path, [{"The Text": "t"}]).check(Row)


@pytest.mark.parametrize("form", [".parquet", ".jsonl"])
@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"number": "one", "The Text": "t"}, "number"),
        ({"number": 1, "The Text": ["t"]}, "The Text"),
        ({"number": 1, "The Text": None}, "The Text"),
        ({"number": 1, "The Text": "t", "parts": ["a"]}, "parts"),
    ],
)
def test_a_column_of_another_type_is_named_with_its_row(
    tmp_path: Path, form: str, row: dict[str, Any], column: str
) -> None:
    """The first row that does not fit."""
    with pytest.raises(DriftError, match=f"row 1: column '{column}': Expected"):
        list(table(tmp_path, [row], form).rows(Row))


def test_what_is_no_table_is_named(tmp_path: Path) -> None:
    """A page of a proxy in place of a file, or half a line."""
    (tmp_path / "a.parquet").write_text("<html>")
    (tmp_path / "b.jsonl").write_text('{"number": 1')
    for name, said in (("a.parquet", "is no Parquet file"), ("b.jsonl", "line 1: no JSON")):
        with pytest.raises(DriftError, match=said):
            list(Table("owner/set at abc", [(name, tmp_path / name)]).rows(Row))
