"""Mark sheets: proofs under names that tell nothing, and marks read back strictly.

A sheet is a table with the columns of :data:`COLUMNS`. A proof's name is hashed from the run and
the submission, so that sheets of two exports fit the same run, and neither name nor order says
who wrote what.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from harness.errors import RecordingError
from harness.marking import AGREED
from harness.types import Problem

COLUMNS = ("proof", "problem", "points", "of", "person", "comment")
"""``proof`` and ``points`` are needed; an empty ``points`` is a proof not marked yet."""

NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?", re.ASCII)
LONGEST_COMMENT = 20_000
LARGEST_SHEET = 64 << 20


class SheetMark(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sheet that holds a mark."""

    proof: str
    person: str
    points: float
    comment: str = ""


def proof_name(run: str, submission: str) -> str:
    """Return the name of a proof on a sheet."""
    return hashlib.sha256(f"{run}\x1f{submission}".encode()).hexdigest()[:10]


def empty_sheet(proofs: Sequence[tuple[str, Problem]]) -> str:
    """Return a sheet to be filled in, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name, problem in proofs:
        writer.writerow([name, problem.id, "", f"{problem.max_points:g}", "", ""])
    return out.getvalue()


def read_sheet(
    place: Path, proofs: Mapping[str, Problem], person: str = "", *, whole: bool = False
) -> list[SheetMark]:
    """Read a filled sheet, CSV or JSON (a list of objects).

    ``person`` stands where a line names nobody; ``whole`` says that the contest knows no half
    points.

    All of it or nothing: raises :class:`~harness.errors.RecordingError` naming the line and the
    column for what is no mark of this run.
    """
    found: list[SheetMark] = []
    for number, row in _rows(place):
        mark = _mark(f"{place}, line {number}", row, proofs, person)
        if mark is None:
            continue
        if whole and mark.points != int(mark.points):
            raise RecordingError(
                f"{place}, line {number}, column points: the contest knows whole marks only, "
                f"not {mark.points:g}",
                hint="give a whole number",
            )
        if any((mark.proof, mark.person) == (each.proof, each.person) for each in found):
            raise RecordingError(
                f"{place}, line {number}: {mark.person} marks the proof {mark.proof} twice",
                hint="leave one of the two lines",
            )
        found.append(mark)
    return found


def _rows(place: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        if place.stat().st_size > LARGEST_SHEET:
            raise RecordingError(
                f"{place} is no mark sheet: it has over {LARGEST_SHEET:,} bytes",
                hint="name the filled mark sheet",
            )
        text = place.read_text("utf-8-sig")
    except OSError as error:
        raise RecordingError(
            f"{place} cannot be read: {error.strerror}", hint="name the filled mark sheet"
        ) from error
    except UnicodeDecodeError as error:
        raise RecordingError(
            f"{place} is not UTF-8 text: {error}", hint="save the sheet as CSV in UTF-8"
        ) from error
    return _json_rows(place, text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(place, text)


def _json_rows(place: Path, text: str) -> list[tuple[int, dict[str, str]]]:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordingError(
            f"{place} is not valid JSON: {error}", hint="mend it, or give the sheet as CSV"
        ) from None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise RecordingError(
            f"{place} holds no list of marks",
            hint='write [{"proof": "…", "points": 7, "person": "…"}, …]',
        )
    rows = []
    for number, each in enumerate(listed, start=1):
        _known(f"{place}, line {number}", each)
        rows.append((number, {key: "" if v is None else str(v) for key, v in each.items()}))
    return rows


def _csv_rows(place: Path, text: str) -> list[tuple[int, dict[str, str]]]:
    head = text.partition("\n")[0]
    comma = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _known(f"{place}, line 1", columns)
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(columns):
                raise RecordingError(
                    f"{place}, line {reader.line_num} has {len(row)} columns; "
                    f"the first line names {len(columns)}",
                    hint="put a comment with commas between quotes",
                )
            rows.append((reader.line_num, dict(zip(columns, row, strict=True))))
    except csv.Error as error:
        raise RecordingError(
            f"{place}, line {reader.line_num}: {error}",
            hint="save the sheet as CSV in UTF-8; a cell may have 131,072 characters",
        ) from error
    return rows


def _known(where: str, names: Sequence[str] | Mapping[str, object]) -> None:
    for name in names:
        if name not in COLUMNS:
            raise RecordingError(
                f"{where}: there is no column {name!r}", hint=f"they are {', '.join(COLUMNS)}"
            )
    if len(set(names)) < len(names):
        raise RecordingError(f"{where}: a column is named twice", hint="name each once")
    for needed in ("proof", "points"):
        if needed not in names:
            raise RecordingError(
                f"{where}: the column {needed!r} is missing",
                hint=f"the columns are {', '.join(COLUMNS)}",
            )


def _mark(
    where: str, row: Mapping[str, str], proofs: Mapping[str, Problem], person: str
) -> SheetMark | None:
    name, given = row["proof"].strip(), row["points"].strip()
    problem = proofs.get(name)
    if problem is None:
        raise RecordingError(
            f"{where}, column proof: {name[:40]!r} is no proof of this run",
            hint="are the columns shifted, or is the sheet another run's?",
        )
    claimed, of = row.get("problem", "").strip(), row.get("of", "").strip()
    if claimed and claimed != problem.id:
        raise RecordingError(
            f"{where}, column problem: the proof {name} is of {problem.id}, not of {claimed[:40]}",
            hint="are the columns shifted?",
        )
    if of and _number(of) != problem.max_points:
        raise RecordingError(
            f"{where}, column of: {problem.id} is worth {problem.max_points:g}, not {of[:40]}",
            hint="are the columns shifted?",
        )
    if not given:
        return None
    points = _number(given)
    if points is None or not 0 <= points <= problem.max_points:
        raise RecordingError(
            f"{where}, column points: {given[:40]!r} is no mark from 0 to {problem.max_points:g}",
            hint="are the columns shifted?",
        )
    by = row.get("person", "").strip() or person
    if not by or len(by) > 100 or not by.isprintable():
        raise RecordingError(
            f"{where}, column person: nobody is named",
            hint="fill in the column, or say --person NAME",
        )
    if by.lower() == AGREED:  # a spreadsheet begins a cell with a capital
        by = AGREED
    comment = row.get("comment", "").strip()[:LONGEST_COMMENT]
    return SheetMark(proof=name, person=by, points=points, comment=comment)


def _number(text: str) -> float | None:
    """Read a number as people write marks: digits, and a point or a comma with more of them."""
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None
