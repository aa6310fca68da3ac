"""``harness judge --expected``: the jury's programs against what is declared of them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.inference import settle
from harness.cli.jury import HEAD, line, markdown, rows
from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.config import Settings
from harness.errors import UsageError
from harness.findings import Findings
from harness.tools import Workbench
from harness.types import Problem

if TYPE_CHECKING:
    from tasks.packages.jury import JuryProgram
    from tasks.packages.package import Package


def execute(args: argparse.Namespace, package: Package, place: Settings) -> int:
    """Print one line per program and the sum; exit 1 unless all that was judged agrees."""
    from tasks.packages.jury import as_declared, read_jury

    programs = read_jury(package.problem)
    chosen = _chosen(programs, args.submissions, package.problem)
    counts = dict.fromkeys(("agrees", "disagrees", "undeclared", "skipped", "failed"), 0)
    with Workbench(place) as tools:
        if package.rule is not None:
            findings = Findings(place.data)
            package = settle(package, programs, tools, findings, args.language, tell)
        problem = as_declared(package.problem, chosen)
        if not args.json:
            print(HEAD, flush=True)
        for row in rows(tools, problem, chosen, args.language):
            counts[row.result] += 1
            said = json.dumps(line(row, package)) if args.json else plain(markdown(row))
            print(said, flush=True)
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
    folder = Path(problem.folder).resolve()
    by_place = {
        (folder / top / program.name).resolve(): program
        for top in ("submissions", "solutions", "solution")
        for program in programs
        if (folder / top / program.name).exists()
    }
    chosen: dict[str, JuryProgram] = {}
    for name in names:
        place = Path(name).resolve()
        within = folder in place.parents  # what holds the whole package is no folder of programs
        found = [each for at, each in by_place.items() if within and at.is_relative_to(place)]
        if not found:
            raise UsageError(
                f"{name} is none of the package's own submissions, and no folder of them",
                hint="leave --expected out to judge other programs",
            )
        chosen |= {program.name: program for program in found}
    return tuple(chosen.values())


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
    if package.problem.inferred is not None:
        words.append(package.problem.inferred.sentence)
    if time_limit_s is not None:
        words.append(f"judged with a time limit of {time_limit_s:g} s")
    return f"**{package.problem.id}**: {'; '.join(words)}."
