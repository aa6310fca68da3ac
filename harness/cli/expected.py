"""``harness judge --expected``: the jury's programs against what is declared of them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.cli.grades import as_json
from harness.cli.terminal import plain
from harness.config import Settings
from harness.errors import InfraError, UnsupportedError, UsageError
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


def execute(args: argparse.Namespace, package: Package, place: Settings) -> int:
    """Print one line per program and the sum; exit 1 unless all that was judged agrees."""
    from tasks.packages.jury import exhaustive, read_jury

    programs = _chosen(read_jury(package.problem), args.submissions, package.problem)
    problem = package.problem
    if any(program.expectation.rules for program in programs):
        problem = exhaustive(problem)
    if not args.json:
        print(HEAD, flush=True)
    counts = dict.fromkeys(("agrees", "disagrees", "undeclared", "skipped", "failed"), 0)
    with Workbench(place) as tools:
        for row in _rows(tools, problem, programs, args.language):
            counts[row.result] += 1
            print(_json(row, package) if args.json else plain(_markdown(row)), flush=True)
    if not args.json:
        print(f"\n{_summary(counts, package, args.time_limit)}")
    if counts["failed"]:
        return 3
    return 1 if counts["disagrees"] or not counts["agrees"] else 0


def _chosen(
    programs: tuple[JuryProgram, ...], names: list[str], problem: Problem
) -> tuple[JuryProgram, ...]:
    if not names:
        if not programs:
            raise UsageError(
                f"{problem.folder} holds no jury programs",
                hint="--expected reads submissions/ or solutions/ of a package",
            )
        return programs
    folder = Path(problem.folder)
    by_place = {
        (folder / top / program.name).resolve(): program
        for top in ("submissions", "solutions", "solution")
        for program in programs
        if (folder / top / program.name).exists()
    }
    chosen = []
    for name in names:
        program = by_place.get(Path(name).resolve())
        if program is None:
            raise UsageError(
                f"{name} is none of the package's own submissions",
                hint="leave --expected out to judge other programs",
            )
        chosen.append(program)
    return tuple(chosen)


def _rows(
    tools: Workbench, problem: Problem, programs: tuple[JuryProgram, ...], language: str
) -> Iterator[Row]:
    """Yield the rows in order; as many programs are judged at once as there are slots."""
    with ThreadPoolExecutor(max(1, tools.slots)) as pool:
        waiting = [pool.submit(_judge, tools, problem, each, language) for each in programs]
        try:
            for row in waiting:
                yield row.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _judge(tools: Workbench, problem: Problem, program: JuryProgram, language: str) -> Row:
    from tasks.packages.expectations import disagreements

    expectation, handed = program.expectation, program.handed
    row = Row(
        name=program.name,
        declared=expectation.declared,
        language=_language(handed.language, language),
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
    return msgspec.structs.replace(row, grade=grade, disagreements=found)


def _language(found: str, asked: str) -> str:
    """Return the language that was asked for where it is one of the same kind of files."""
    from sandbox.languages import language, languages

    known = languages()
    if asked and found in known and language(asked).suffix == known[found].suffix:
        return asked
    return found


def _markdown(row: Row) -> str:
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


def _json(row: Row, package: Package) -> str:
    line: dict[str, object] = {"submission": row.name}
    if row.grade is not None:
        line = as_json(row.grade)
    elif row.failed:
        line |= {"verdict": "JE", "message": row.failed}
    line |= {
        "language": row.language,
        "expected": row.declared,
        "agrees": {"agrees": True, "disagrees": False}.get(row.result),
        "disagreements": list(row.disagreements),
        "dropped_tests": len(package.dropped),
    }
    line |= {key: text for key, text in (("skipped", row.skipped), ("note", row.note)) if text}
    return json.dumps(line)


def _summary(counts: dict[str, int], package: Package, time_limit_s: float | None) -> str:
    judged = counts["agrees"] + counts["disagrees"]
    words = [f"{counts['agrees']} of {judged} agree"]
    for result, words_of in (
        ("undeclared", "with nothing declared"),
        ("skipped", "skipped"),
        ("failed", "failed"),
    ):
        if counts[result]:
            words.append(f"{counts[result]} {words_of}")
    lacking = len(package.dropped)
    if lacking:
        words.append(f"without {lacking} test case{'s' if lacking > 1 else ''}")
    if time_limit_s is not None:
        words.append(f"judged with a time limit of {time_limit_s:g} s")
    return f"**{package.problem.id}**: {'; '.join(words)}."
