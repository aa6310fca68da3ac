"""The time limit of a package that leaves it open: measured once with the jury's programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from harness.cli.jury import Row, rows
from harness.cli.terminal import plain
from harness.errors import TaskDataError
from harness.findings import Findings
from harness.processor import cpu_model
from harness.tools import Workbench
from harness.types import CodeBody, InferredLimit, TimeRule, Verdict

if TYPE_CHECKING:
    from tasks.packages.jury import JuryProgram
    from tasks.packages.package import Package

WAY_OUT = "give the contest's own with --time-limit SECONDS"

Judged = Callable[[float, Sequence["JuryProgram"], bool], Sequence[Row]]
"""Judges some programs under a time limit, on every test or until the first rejection."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """A program that bounds a limit, and the CPU seconds of its slowest test, each time."""

    program: JuryProgram
    row: Row
    globs: tuple[str, ...]
    times: list[float]


def settle(
    package: Package,
    programs: Sequence[JuryProgram],
    tools: Workbench,
    findings: Findings,
    language: str,
    tell: Callable[[str], None],
) -> Package:
    """Return a package whose limit was open with the limit that its programs show.

    The limit is kept by content, so that it is the same the next time. Raises
    :class:`~harness.errors.TaskDataError` where it cannot be measured here.
    """
    from tasks.packages.inferred import key_of, limited, with_limit
    from tasks.packages.jury import as_declared
    from tasks.packages.kattis.limits import CEILING_S

    problem = as_declared(package.problem, programs)

    def judged(seconds: float, some: Sequence[JuryProgram], whole: bool) -> Sequence[Row]:
        chosen = with_limit(problem if whole else package.problem, seconds)
        return list(rows(tools, chosen, some, language))

    tell(plain(f"{problem.id} says no time limit: measuring it, under {CEILING_S:g} s of CPU"))
    found = _infer(package, programs, judged, CEILING_S, tools.code.name)
    tools.code.carry_over(problem, with_limit(problem, found.seconds))
    findings.keep_limit(key_of(package), found)
    tell(plain(f"{problem.id}: {found.sentence}"))
    return limited(package, found)


def remind(package: Package, tell: Callable[[str], None]) -> None:
    """Say where the limit of a package is from that was measured before, and on what."""
    found = package.problem.inferred
    if found is None:
        return
    here = cpu_model()
    where = f"on {found.cpu}" + (f"; this machine has {here}" if here != found.cpu else "")
    tell(plain(f"{package.problem.id}: {found.sentence} ({found.date[:10]}, {where})"))


def _infer(
    package: Package,
    programs: Sequence[JuryProgram],
    judged: Judged,
    ceiling_s: float,
    judge: str,
) -> InferredLimit:
    from tasks.packages.expectations import remark
    from tasks.packages.inferred import faster, limit_of, slowest

    assert package.rule is not None
    body = package.problem.body
    assert isinstance(body, CodeBody)
    bounding = [program for program in programs if faster(program, body)]
    measured: list[_Measured] = []
    left_out: list[str] = []
    short: list[str] = []
    for program, row in zip(bounding, judged(ceiling_s, bounding, True), strict=True):
        reason = _why_not(row, ceiling_s)
        if row.grade is None or reason:
            left_out.append(f"{row.name} ({reason})")
        else:
            globs = faster(program, body)
            if remark(program.expectation, row.grade, package.problem):
                short.append(f"{row.name} ({row.grade.points:g} of {row.grade.max_points:g})")
            measured.append(_Measured(program, row, globs, [slowest(row.grade, globs)]))
    if not measured:
        names = "; ".join(left_out) or "the package has no accepted program"
        raise TaskDataError(
            f"the time limit of {package.problem.folder} cannot be measured here: {names}",
            hint=WAY_OUT,
        )
    last = _slowest(measured, package.rule, judged, ceiling_s)
    cpu_s = round(min(last.times), 6)  # as it is kept: the limit must follow from what is
    seconds = limit_of(package.rule, cpu_s)
    return InferredLimit(
        seconds=seconds,
        slowest=last.row.name,
        language=last.row.language,
        cpu_s=cpu_s,
        readings=tuple(last.times),
        rule=package.rule,
        ceiling_s=ceiling_s,
        programs=len(measured),
        left_out=tuple(left_out),
        short=tuple(short),
        too_close=_too_close(programs, judged, seconds, package.rule.to_tle),
        judge=judge,
        cpu=cpu_model(),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _slowest(
    measured: Sequence[_Measured], rule: TimeRule, judged: Judged, ceiling_s: float
) -> _Measured:
    """Return the program that decides the limit.

    As a verdict near a limit is: what a little less time would give a smaller limit is measured
    up to three times, and the least counts. What a busy machine adds is not the program's.
    """
    from sandbox.bench import BAND
    from sandbox.round import REPEATS
    from tasks.packages.inferred import limit_of, slowest

    while True:
        last = max(measured, key=lambda each: min(each.times))
        cpu_s, count = min(last.times), len(last.times)
        sure = limit_of(rule, cpu_s * (1 - BAND)) == limit_of(rule, cpu_s)
        if sure or count == REPEATS:
            return last
        # Under a ceiling of its own: the judge remembers what it has judged under another.
        (row,) = judged(ceiling_s - count / 1000, [last.program], True)
        again = row.grade is not None and not row.disagreements
        last.times.append(slowest(row.grade, last.globs) if row.grade and again else cpu_s)


def _why_not(row: Row, ceiling_s: float) -> str:
    """Return why a program's times say nothing; raises where they say that it never ends."""
    if row.grade is None:
        return row.failed or row.skipped
    late = [test.test for test in row.grade.tests if test.verdict is Verdict.TLE]
    if late and row.disagreements:
        raise TaskDataError(
            f"{row.name} must not be too slow and took more than {ceiling_s:g} s on {late[0]}: "
            "no time limit follows from that",
            hint=WAY_OUT,
        )
    return f"not as declared: {'; '.join(row.disagreements)}" if row.disagreements else ""


def _too_close(
    programs: Sequence[JuryProgram], judged: Judged, seconds: float, margin: float | None
) -> tuple[str, ...]:
    """Return what must be too slow and keeps the limit times the margin."""
    from tasks.packages.inferred import slower, slowest, tests_of

    late = [program for program in programs if slower(program)]
    if margin is None or not late:
        return ()
    found = []
    wanted = round(seconds * margin, 9)
    whole = any(glob for program in late for glob in slower(program))
    for program, row in zip(late, judged(wanted, late, whole), strict=True):
        if row.grade is None or row.grade.verdict is Verdict.CE:
            continue
        for glob in slower(program):
            if all(test.verdict is not Verdict.TLE for test in tests_of(row.grade, (glob,))):
                found.append(
                    f"{row.name} must be too slow{f' in {glob}' if glob else ''} and took "
                    f"{slowest(row.grade, (glob,)):.2f} s, not more than {wanted:g} s"
                )
    return tuple(found)
