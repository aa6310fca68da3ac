"""``harness selftest``: the jury's programs must get their declared verdicts on this machine."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from harness.cli.certified import certificate
from harness.cli.inference import settle
from harness.cli.jury import HEAD, Row, line, markdown, rows
from harness.cli.named_package import package_folder, read_package
from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.config import Settings, environment, settings
from harness.data import DataStore
from harness.errors import TaskDataError, UsageError
from harness.findings import Findings
from harness.plugins import load_task, task_names
from harness.tools import Workbench
from harness.types import Certificate, CodeBody, Problem, Verdict

if TYPE_CHECKING:
    from tasks.packages.jury import JuryProgram
    from tasks.packages.package import Package


def execute(args: argparse.Namespace) -> int:
    """Print the programs of each problem and what they show; exit 1 unless all agrees."""
    place = settings(
        environment(),
        slots=args.max_sandboxes,
        sandbox=args.sandbox,
        unsafe=args.unsafe,
        include=args.include_path,
    )
    packages = [package for name in args.targets for package in _packages(args, place, name)]
    with Workbench(place, tell) as tools:
        issued = [_test(args, package, tools, Findings(place.data)) for package in packages]
    if any(made is not None and made.broken for made in issued):
        return 3
    return 0 if all(made is not None and made.passed for made in issued) else 1


# --- what is tested ---------------------------------------------------------------------------


def _packages(args: argparse.Namespace, place: Settings, name: str) -> Iterator[Package]:
    """Yield the packages that a name stands for: a task's, or the one of a folder."""
    from tasks.packages.any import is_package

    if name in task_names(place.include) and not is_package(Path(name)):
        if args.time_limit is not None or args.allow_missing:
            raise UsageError(
                f"{name} is a task: its problems are judged as they are in a run",
                hint="--time-limit and --allow-missing are for a package named by its folder",
            )
        yield from _of_task(place, name)
        return
    try:
        folder = package_folder(name, place)
    except TaskDataError as error:
        error.hint += f"; or a task: {', '.join(task_names(place.include))}"
        raise
    found = None if args.again else Findings(place.data)
    yield read_package(args, folder, found, may_be_open=True)


def _of_task(place: Settings, name: str) -> Iterator[Package]:
    from tasks.packages.package import Package

    contest = load_task(name, place.include).contest(DataStore(place.data))
    for left in contest.left_out:
        tell(plain(f"{left.id} is left out: {left.reason}"))
    code = [problem for problem in contest.problems if isinstance(problem.body, CodeBody)]
    if not code:
        raise TaskDataError(
            f"no programming problem of {name} can be judged here",
            hint=f"`harness data status {name}` says why",
        )
    for problem in code:
        yield Package(problem=problem)


# --- one problem ------------------------------------------------------------------------------


def _test(
    args: argparse.Namespace, package: Package, tools: Workbench, findings: Findings
) -> Certificate | None:
    """Judge a problem's programs, print them, and keep the certificate; None without programs."""
    from tasks.packages.jury import as_declared, read_jury

    programs = read_jury(package.problem)
    if package.rule is not None:
        package = settle(package, programs, tools, findings, args.language, tell)
    problem = as_declared(package.problem, programs)
    if not programs:
        tell(plain(f"{problem.id} brings no program that could be tested: nothing is shown"))
        return None
    tested: list[tuple[JuryProgram, Row]] = []
    for program, row in _rows(args, tools, problem, programs):
        if not args.json and not tested:  # not before the judge has said what it judges with
            print(HEAD, flush=True)
        tested.append((program, row))
        said = line(row, package) | {"problem": problem.id, "label": program.label}
        print(json.dumps(said) if args.json else plain(markdown(row)), flush=True)
    issued = certificate(package, tested, tools.code, whole=args.all)
    if issued.broken:
        tell(plain(f"{problem.id}: no certificate is kept, because the judge itself failed"))
    else:
        findings.keep_certificate(issued)
    print(_json(issued) if args.json else f"\n{plain(_summary(issued))}\n", flush=True)
    return issued


def _rows(
    args: argparse.Namespace,
    tools: Workbench,
    problem: Problem,
    programs: Sequence[JuryProgram],
) -> Iterator[tuple[JuryProgram, Row]]:
    """Yield the programs that are tested and what became of them.

    Without ``--all``, all references and one program of each other label: the next one where
    the first cannot be judged, or does not compile, and so shows nothing.
    """
    if args.all:
        yield from zip(programs, rows(tools, problem, programs, args.language), strict=True)
        return
    first = [program for program in programs if program.reference]
    yield from zip(first, rows(tools, problem, first, args.language), strict=True)
    waiting = _by_label(programs)
    while waiting:
        batch = [candidates[0] for candidates in waiting]
        found = zip(batch, rows(tools, problem, batch, args.language), strict=True)
        left = []
        for candidates, (program, row) in zip(waiting, found, strict=True):
            if not _shows_nothing(row):
                yield program, row
            elif candidates[1:]:
                left.append(candidates[1:])
            else:
                yield program, _nothing_shown(row)
        waiting = left


def _by_label(programs: Sequence[JuryProgram]) -> list[list[JuryProgram]]:
    """Return the programs that must fail by their labels, the surest to be judged first."""
    found: dict[str, list[JuryProgram]] = {}
    for program in programs:
        if not program.reference and not program.expectation.empty:
            found.setdefault(program.label, []).append(program)
    return [sorted(each, key=_unsure) for each in found.values()]


def _unsure(program: JuryProgram) -> tuple[bool, bool, str]:
    known = program.handed.source is not None and not program.handed.problem
    return not known, not program.handed.language.startswith("c"), program.name


def _shows_nothing(row: Row) -> bool:
    return bool(row.skipped) or (
        row.grade is not None and row.grade.verdict is Verdict.CE and bool(row.disagreements)
    )


def _nothing_shown(row: Row) -> Row:
    """Return the row of the last of a label's programs, where none of them could be judged."""
    if row.skipped:
        return row
    return msgspec.structs.replace(row, grade=None, skipped="; ".join(row.disagreements))


def _summary(issued: Certificate) -> str:
    words = f"**{issued.problem}**: judge certificate: {issued.sentence}"
    if issued.passed and issued.slowest is not None:
        words += (
            f" ({issued.slowest.name}, {issued.slowest.cpu_s:.2f} s of {issued.time_limit_s:g} s)"
        )
    if issued.inferred is not None:
        words += f"; {issued.inferred.sentence}"
    return f"{words}."


def _json(issued: Certificate) -> str:
    said = msgspec.to_builtins(issued)
    return json.dumps(
        {
            "problem": issued.problem,
            "passed": issued.passed,
            "margin": issued.margin,
            "sentence": issued.sentence,
            "certificate": said,
        }
    )
