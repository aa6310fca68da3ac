"""Certificates of self-tests: how one is issued, and which of them a run can rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from harness import __version__
from harness.findings import Findings, self_test
from harness.processor import cpu_model
from harness.types import Certificate, CodeBody, Contest, SelfTest, TestedProgram

if TYPE_CHECKING:
    from harness.cli.jury import Row
    from sandbox.judge import CodeJudge
    from tasks.packages.jury import JuryProgram
    from tasks.packages.package import Package


def certificate(
    package: Package,
    tested: Sequence[tuple[JuryProgram, Row]],
    judge: CodeJudge,
    *,
    whole: bool,
) -> Certificate:
    """Return the certificate of what a self-test has shown, passed or not."""
    problem = package.problem
    assert isinstance(problem.body, CodeBody)
    keys = {row.language for _, row in tested if row.grade is not None and row.language}
    return Certificate(
        problem=problem.id,
        package=problem.hash,
        judge=judge.facts,
        tools=judge.tools_of(keys),
        cpu=cpu_model(),
        time_limit_s=problem.body.time_limit_s,
        memory_limit_bytes=problem.body.memory_limit_bytes,
        inferred=problem.inferred,
        dropped=len(package.dropped),
        whole=whole,
        programs=tuple(_program(program, row) for program, row in tested),
        issued=datetime.now(UTC).isoformat(timespec="seconds"),
        harness_version=__version__,
    )


def _program(program: JuryProgram, row: Row) -> TestedProgram:
    grade, source = row.grade, program.handed.source
    got = f"{grade.verdict.value}, {grade.points:g} of {grade.max_points:g}" if grade else ""
    return TestedProgram(
        name=program.name,
        sha256=source.sha256 if source is not None else "",
        label=program.label,
        reference=program.reference,
        language=row.language,
        expected=row.declared,
        got=got,
        # What nothing is declared of shows nothing.
        result="skipped" if row.result == "undeclared" else row.result,
        detail="; ".join(row.disagreements) or row.failed or row.skipped,
        cpu_s=grade.cpu_s if grade else 0.0,
    )


class Judged(Protocol):
    """A code judge, here or on a cluster."""

    facts: tuple[tuple[str, str], ...]

    def version_of(self, tool: str) -> str:
        """Return what a compiler or runtime says of itself."""
        ...


def self_tests(
    contest: Contest, judge: Judged, findings: Findings, cpus: Sequence[str] = ()
) -> tuple[SelfTest, ...]:
    """Return, for each programming problem, the certificate that counts, or why none does.

    ``cpus`` are the processors that judge, this machine's by default: each needs one.
    """
    return tuple(
        _least(
            [
                self_test(
                    problem,
                    findings.certificates(problem.id),
                    judge.facts,
                    cpu,
                    judge.version_of,
                )
                for cpu in cpus or (cpu_model(),)
            ]
        )
        for problem in contest.problems
        if isinstance(problem.body, CodeBody)
    )


def _least(tests: Sequence[SelfTest]) -> SelfTest:
    """Return one that does not hold, where there is such."""
    return next((test for test in tests if not test.holds), tests[0])


def missing(tests: Sequence[SelfTest], task: str) -> str:
    """Return what to say of problems without a self-test that passed; empty when all have one."""
    bad = [each for each in tests if not each.holds]
    if not bad:
        return ""
    names = ", ".join(f"{each.problem} ({why_not(each)})" for each in bad)
    return f"no self-test on this machine for {names}: `harness selftest {task}` makes one"


def why_not(test: SelfTest) -> str:
    """Return why a problem's self-test does not hold."""
    return test.certificate.sentence if test.certificate is not None else test.reason
