"""A verdict that came out otherwise has a cause that can explain it, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness.changes import (
    FOLLOWS,
    UNKNOWN,
    SubmissionChange,
    Suspects,
    changes_of,
    differences,
    suspects,
)
from harness.history import AttemptLog
from harness.types import (
    AnswerBody,
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    CodeBody,
    Comparison,
    Contest,
    Equivalence,
    FileRef,
    FileRole,
    Grade,
    PackageFile,
    Problem,
    RunRecord,
    Subtask,
    Verdict,
)
from harness.types import Test as TestCase
from harness.types import TestResult as OneResult
from tests.fakes.bodies import code_body
from tests.fakes.scripted import ScriptedBackend, contest, problem, says, start_run

AC, WA, TLE, MLE, RTE, SK, CE = map(Verdict, ("AC", "WA", "TLE", "MLE", "RTE", "SK", "CE"))


def package_file(role: FileRole, sha: str = "one") -> PackageFile:
    return PackageFile(role=role, file=FileRef(path=f"{role.value}.cpp", sha256=sha, size=1))


BODY = msgspec.structs.replace(
    code_body(
        score_type="group_min",
        subtasks=(Subtask(name="all", points=100.0, tests=("1", "2")),),
        tests=tuple(TestCase(name=n, input=FileRef(path=n, sha256=n, size=1)) for n in ("1", "2")),
    ),
    files=(package_file(FileRole.CHECKER), package_file(FileRole.GRADER)),
)


def code(body: CodeBody = BODY, **more: Any) -> Problem:
    fields: dict[str, Any] = {"max_points": 100.0, "hash": str(hash(repr(body))), **more}
    return Problem(id="sum", title="Sum", statement="", body=body, **fields)


def with_body(**changes: Any) -> Problem:
    return code(msgspec.structs.replace(BODY, **changes))


def whole(*problems: Problem) -> Contest:
    return contest(*problems, rules="ioi").sealed()


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "run", backend, whole(code())) as writer:
        facts = (("compiler", "g++ 12"), ("image", "sha256:1"), ("judge", "3"), ("tier", "docker"))
        return msgspec.structs.replace(writer.record, judge=facts)


CHANGED: dict[str, Problem] = {
    "time limit": with_body(time_limit_s=2.0),
    "memory limit": with_body(memory_limit_bytes=1 << 20),
    "checker": with_body(
        files=(package_file(FileRole.CHECKER, "two"), package_file(FileRole.GRADER))
    ),
    "grader": with_body(
        files=(package_file(FileRole.CHECKER), package_file(FileRole.GRADER, "two"))
    ),
    "tests": with_body(
        tests=(BODY.tests[0], TestCase(name="2", input=FileRef(path="2", sha256="x", size=1)))
    ),
    "scoring": with_body(subtasks=(Subtask(name="all", points=50.0, tests=("1", "2")),)),
    "running": with_body(comparison=Comparison.CHECKER),
    "data": code(hash="another"),
}


@pytest.mark.parametrize("cause", CHANGED)
def test_what_changed_of_a_problem_is_named_with_both_values(record: RunRecord, cause: str) -> None:
    """One change of a package is one difference, of its problem."""
    now = msgspec.structs.replace(record, contest=whole(CHANGED[cause]))
    (found,) = differences(record, now)
    assert (found.cause, found.problem) == (cause, "sum")
    assert found.was != found.now
    assert differences(record, record) == ()


@pytest.mark.parametrize(
    ("fact", "cause"),
    [("compiler", "compiler"), ("image", "sandbox"), ("judge", "judge"), ("tier", "sandbox")],
)
def test_what_changed_of_the_judge_is_named(record: RunRecord, fact: str, cause: str) -> None:
    """Compiler, image, tier and version of the judge are told apart."""
    judge = tuple((name, "new" if name == fact else value) for name, value in record.judge)
    (found,) = differences(record, msgspec.structs.replace(record, judge=judge))
    assert (found.cause, found.problem) == (cause, "")
    assert found.now == f"{fact} new"


def test_an_expected_answer_and_rules_that_changed_are_named(record: RunRecord) -> None:
    """An answer is one difference; another limit of submissions is one of the rules."""
    was = msgspec.structs.replace(record, contest=whole(problem("one", "7")))
    now = msgspec.structs.replace(record, contest=whole(problem("one", "8")))
    (found,) = differences(was, now)
    assert (found.cause, found.was, found.now) == ("expected answer", "7", "8")
    body = AnswerBody(expected="7", equivalence=Equivalence.INTEGER)
    assert was.contest.problems[0].body == body
    limited = msgspec.structs.replace(was.contest, submission_limit=3)
    (found,) = differences(was, msgspec.structs.replace(was, contest=limited))
    assert found.cause == "rules"


def judged(results: Sequence[Verdict], points: float, verdict: Verdict = WA) -> Grade:
    return Grade(
        submission="a#s1",
        attempt="a",
        judge="j",
        verdict=verdict,
        points=points,
        max_points=100.0,
        tests=tuple(
            OneResult(test=str(n), verdict=v, score=float(v is AC))
            for n, v in enumerate(results, start=1)
        ),
    )


def change(was: Grade, now: Grade, known: Suspects) -> SubmissionChange | None:
    start = AttemptStart(id="a", contestant="c", problem="sum", sample=0, time="")

    def end(grade: Grade) -> AttemptEnd:
        return AttemptEnd(
            attempt="a", status=AttemptStatus.DONE, points=grade.points, max_points=100.0
        )

    then = AttemptLog(start=start, grades={"a#s1": was}, end=end(was))
    fresh = AttemptLog(start=start, grades={"a#s1": now})
    found = changes_of(then, fresh, end(now), known)
    return found.submissions[0] if found else None


def between(record: RunRecord, *causes: str) -> Suspects:
    """Return the suspects after several changes at once."""
    found = [
        each
        for cause in causes
        for each in differences(
            record, msgspec.structs.replace(record, contest=whole(CHANGED[cause]))
        )
    ]
    return suspects(found, "sum")


@pytest.mark.parametrize(
    ("was", "now", "causes", "explained"),
    [
        (AC, TLE, ("time limit", "checker"), ("time limit",)),
        (TLE, AC, ("time limit", "grader"), ("time limit",)),
        (AC, MLE, ("memory limit", "time limit"), ("memory limit",)),
        (AC, WA, ("time limit", "checker"), ("checker",)),
        (WA, AC, ("checker", "grader"), ("checker", "grader")),
        (AC, RTE, ("checker", "grader"), ("grader",)),
        (AC, WA, ("time limit",), (UNKNOWN,)),
        (AC, TLE, ("checker",), (UNKNOWN,)),
        (AC, WA, (), (UNKNOWN,)),
        (AC, SK, ("checker",), (FOLLOWS,)),
        (SK, WA, ("time limit",), (FOLLOWS,)),
        (AC, WA, ("scoring", "data"), ("data",)),
    ],
)
def test_a_cause_is_named_only_where_it_can_explain_the_change(
    record: RunRecord, was: Verdict, now: Verdict, causes: tuple[str, ...], explained: tuple[str]
) -> None:
    """A limit explains what is too slow, a checker what was looked at, and nothing else."""
    found = change(judged([AC, was], 100), judged([AC, now], 50), between(record, *causes))
    assert found is not None
    (test,) = found.tests
    assert (test.test, test.was, test.now) == ("2", was, now)
    assert test.causes == explained


def test_a_test_that_is_another_is_its_own_cause(record: RunRecord) -> None:
    """Where test 2 has another input, test 2 came out otherwise for that, and test 1 did not."""
    known = between(record, "tests", "checker")
    found = change(judged([AC, AC], 100), judged([WA, WA], 0), known)
    assert found is not None
    assert [test.causes for test in found.tests] == [("checker",), ("tests",)]


def test_tests_that_came_and_went_are_named(record: RunRecord) -> None:
    """A test that only one of the two has is there, with nothing on the other side."""
    found = change(judged([AC, AC], 100), judged([AC], 100), between(record, "tests"))
    assert found is not None
    (gone,) = found.tests
    assert (gone.test, gone.was, gone.now, gone.causes) == ("2", AC, None, ("tests",))


def test_what_does_not_compile_any_more_is_one_change(record: RunRecord) -> None:
    """That a program does not compile says all about its tests."""
    known = between(record, "grader", "time limit")
    found = change(judged([AC, AC], 100, AC), judged([], 0, CE), known)
    assert found is not None
    assert (found.was, found.now, found.tests, found.causes) == (AC, CE, (), ("grader",))


def test_points_that_no_test_explains_are_the_scorings(record: RunRecord) -> None:
    """The same verdicts with other points are a change of how they are added up."""
    found = change(judged([AC, WA], 40), judged([AC, WA], 20), between(record, "scoring"))
    assert found is not None
    assert (found.tests, found.causes) == ((), ("scoring",))


def test_what_is_the_same_is_no_change(record: RunRecord) -> None:
    """Other times and other words are no other verdict."""
    was = judged([AC, WA], 40)
    now = msgspec.structs.replace(
        was, cpu_s=3.0, tests=tuple(msgspec.structs.replace(t, cpu_s=1.0) for t in was.tests)
    )
    assert change(was, now, between(record, "checker")) is None
