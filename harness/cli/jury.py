"""The jury's programs, judged and compared with what is declared of them: one row each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from harness.cli.grades import as_json
from harness.cli.side_by_side import side_by_side
from harness.errors import InfraError, UnsupportedError
from harness.tools import Workbench
from harness.types import Grade, Problem

if TYPE_CHECKING:
    from tasks.packages.jury import JuryProgram
    from tasks.packages.package import Package

HEAD = (
    "| submission | language | declared | verdict | points | result |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one jury program."""

    name: str
    declared: str
    language: str = ""
    grade: Grade | None = None
    disagreements: tuple[str, ...] = ()
    nothing: bool = False
    """Nothing is declared, so that nothing could disagree."""
    note: str = ""
    skipped: str = ""
    """Why it was not judged."""
    failed: str = ""
    """What went wrong on our side, or in the package's own programs."""

    @property
    def result(self) -> str:
        """The result in one word, as it is counted."""
        if self.failed:
            return "failed"
        if self.skipped:
            return "skipped"
        if self.disagreements:
            return "disagrees"
        return "undeclared" if self.nothing else "agrees"


def rows(
    tools: Workbench, problem: Problem, programs: Sequence[JuryProgram], language: str
) -> Iterator[Row]:
    """Yield the rows in order; as many programs are judged at once as there are slots."""

    def judged(program: JuryProgram) -> Row:
        return _judge(tools, problem, program, language)

    return side_by_side(tools.slots, judged, programs)


def _judge(tools: Workbench, problem: Problem, program: JuryProgram, language: str) -> Row:
    from tasks.packages.expectations import disagreements, remark

    expectation, handed = program.expectation, program.handed
    row = Row(
        name=program.name,
        declared=expectation.declared,
        language=stand_in(handed.language, language),
        nothing=expectation.empty,
        note=expectation.note,
    )
    if handed.source is None or handed.problem:
        return msgspec.structs.replace(row, skipped=handed.problem)
    try:
        grade = tools.code.judge(
            problem, handed.source, row.language, submission=program.name, attempt=""
        )
    except UnsupportedError as error:
        return msgspec.structs.replace(row, skipped=error.message)
    except InfraError as error:
        return msgspec.structs.replace(row, failed=f"[{error.code}] {error.message}")
    found = disagreements(expectation, grade, problem)
    note = "; ".join(filter(None, (row.note, remark(expectation, grade, problem))))
    return msgspec.structs.replace(row, grade=grade, disagreements=found, note=note)


def stand_in(found: str, asked: str) -> str:
    """Return the language that was asked for where it is one of the same kind of files."""
    from sandbox.languages import language, languages

    known = languages()
    if asked and found in known and language(asked).suffix == known[found].suffix:
        return asked
    return found


def markdown(row: Row) -> str:
    """Return a row of the table that begins with :data:`HEAD`."""
    said = row.result
    if row.grade is None:
        verdict, points = "", ""
        said += f": {row.failed or row.skipped}"
    else:
        verdict = row.grade.verdict.value
        points = f"{row.grade.points:g} of {row.grade.max_points:g}"
        said = f"**{said}**: {'; '.join(row.disagreements)}" if row.disagreements else said
    if row.note:
        said += f" ({row.note})"
    cells = (f"`{row.name}`", row.language, row.declared, verdict, points, said)
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def line(row: Row, package: Package) -> dict[str, object]:
    """Return a row as the object that ``--json`` prints."""
    said: dict[str, object] = {"submission": row.name}
    if row.grade is not None:
        said = as_json(row.grade, package.problem)
    elif row.failed:
        said |= {"verdict": "JE", "message": row.failed}
    said |= {
        "language": row.language,
        "expected": row.declared,
        "agrees": {"agrees": True, "disagrees": False}.get(row.result),
        "disagreements": list(row.disagreements),
        "dropped_tests": len(package.dropped),
    }
    return said | {
        key: text for key, text in (("skipped", row.skipped), ("note", row.note)) if text
    }
