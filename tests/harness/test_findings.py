"""Certificates: what they say, how they are kept, and when one counts."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.errors import TaskDataError
from harness.findings import Findings, self_test
from harness.types import (
    AnswerBody,
    Certificate,
    Equivalence,
    Problem,
    SelfTest,
)
from tests.fakes.bodies import code_body
from tests.fakes.certificates import CPU, INFERRED, JUDGE, certificate, program

GOOD = certificate("sum", "tests-1", program("accepted/a", cpu_s=0.62), program("wrong_answer/b"))
PROBLEM = Problem(
    id="sum",
    title="Sum",
    statement="",
    max_points=1.0,
    body=AnswerBody(expected="1", equivalence=Equivalence.EXACT),
    hash="tests-1",
)


def looked_up(*known: Certificate, cpu: str = CPU, tool: str = "Python 3.11") -> SelfTest:
    return self_test(PROBLEM, known, JUDGE, cpu, lambda _: tool)


def test_a_certificate_says_what_was_shown() -> None:
    """How many programs, and how near the slowest reference came to the limit."""
    assert GOOD.passed
    assert GOOD.sentence == "passed 2 of 2 programs, slowest reference 0.62 of the limit"
    alone = certificate("sum", "x", program("accepted/a", cpu_s=0.001), dropped=2)
    assert alone.sentence == (
        "passed 1 of 1 programs, slowest reference under 0.01 of the limit; no program that must "
        "fail was among them; without 2 tests that this copy lacks"
    )


def test_what_was_not_judged_is_not_counted() -> None:
    """A skipped program neither agrees nor disagrees, and is no reference either."""
    some = certificate(
        "sum", "x", program("accepted/a"), program("accepted/slow", "skipped", cpu_s=9.0)
    )
    assert (some.passed, some.margin) == (True, 0.1)
    none = certificate("sum", "x", program("accepted/a", "skipped"), program("wrong_answer/b"))
    assert not none.passed
    assert none.sentence == "failed: 1 of 1 programs as declared (no reference solution was judged)"


@pytest.mark.parametrize("result", ["disagrees", "failed"])
def test_one_program_that_is_not_as_declared_fails_it(result: str) -> None:
    """And is named with the reason."""
    bad = certificate("sum", "x", program("accepted/a"), program("wrong_answer/b", result))
    assert not bad.passed
    assert bad.sentence == (
        "failed: 1 of 2 programs as declared (wrong_answer/b: the verdict is AC, not WA)"
    )


def test_the_certificate_of_the_same_tests_and_judge_counts() -> None:
    """Whether it passed or not; a newer one of other tests does not hide it."""
    other = certificate("sum", "tests-2", program("accepted/a"))
    assert looked_up(other, GOOD) == SelfTest(problem="sum", certificate=GOOD)
    assert looked_up(other, GOOD).holds
    bad = certificate("sum", "tests-1", program("accepted/a", "disagrees"))
    assert looked_up(bad).certificate == bad
    assert not looked_up(bad).holds


def test_others_do_not_count_and_it_is_said_why() -> None:
    """Other tests, another compiler, tier, tool or processor; or none at all."""
    assert looked_up() == SelfTest(problem="sum", reason="none was made")
    assert (
        "of other tests, programs or limits"
        in looked_up(certificate("sum", "tests-2", program("accepted/a"))).reason
    )
    judge = (("compiler", "g++ 11"), ("tier", "docker"))
    reason = looked_up(certificate("sum", "tests-1", program("accepted/a"), judge=judge)).reason
    assert "compiler g++ 11 then, g++ 12 now, tier docker then, embedded now" in reason
    assert "processor a processor then, another now" in looked_up(GOOD, cpu="another").reason
    python = certificate(
        "sum", "tests-1", program("accepted/a"), tools=(("python3", "Python 3.11"),)
    )
    assert looked_up(python).holds
    assert (
        "python3 Python 3.11 then, Python 3.12 now" in looked_up(python, tool="Python 3.12").reason
    )


def test_a_certificate_that_contradicts_itself_does_not_count(tmp_path: Path) -> None:
    """One with other limits than the problem's was changed by hand; one without any is damaged."""
    problem = msgspec.structs.replace(PROBLEM, body=code_body())

    def holds(**more: object) -> bool:
        known = certificate("sum", "tests-1", program("accepted/a"), **more)
        return self_test(problem, [known], JUDGE, CPU, str).holds

    assert holds()
    assert not holds(time_limit_s=10.0)
    assert not holds(memory_limit_bytes=1 << 29)
    findings = Findings(tmp_path)
    findings.keep_certificate(msgspec.structs.replace(GOOD, time_limit_s=0.0))
    assert findings.certificates("sum") == ()


def test_certificates_are_kept_by_tests_and_judge(tmp_path: Path) -> None:
    """The same self-test again replaces the last; others stand beside it, the newest first."""
    findings = Findings(tmp_path)
    assert findings.certificates("sum") == ()
    later = certificate(
        "sum", "tests-1", program("accepted/a", "disagrees"), issued="2025-02-01T00:00:00+00:00"
    )
    elsewhere = certificate(
        "sum", "tests-1", program("accepted/a"), cpu="x", issued="2025-01-03T00:00:00+00:00"
    )
    for each in (GOOD, elsewhere, later, certificate("s.u m/", "tests-1", program("accepted/a"))):
        findings.keep_certificate(each)
    assert findings.certificates("sum") == (later, elsewhere)
    assert [each.problem for each in findings.certificates("s.u m/")] == ["s.u m/"]
    assert findings.certificates("s-u-m-") == ()
    for place in tmp_path.rglob("*.json"):
        place.write_text("{")
    assert findings.certificates("sum") == ()


def test_a_store_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Nothing that was found out is lost in silence."""
    (tmp_path / ".findings").write_text("")
    with pytest.raises(TaskDataError, match="cannot be written") as caught:
        Findings(tmp_path).keep_limit("key", INFERRED)
    assert "HARNESS_DATA" in caught.value.hint
