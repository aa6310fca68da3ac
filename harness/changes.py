"""What a later judging found otherwise, test by test, and what explains it.

A cause is named only where it can explain the change: a time limit where a program was or is too
slow, a checker where the output was looked at. Where several can, all are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from harness.history import AttemptLog
from harness.layers import Pairs
from harness.types import (
    AnswerBody,
    AttemptEnd,
    CodeBody,
    Contest,
    FileRole,
    Grade,
    Problem,
    ProofBody,
    RunRecord,
    Test,
    TestResult,
    Verdict,
)

CHECKING = frozenset(
    {
        FileRole.CHECKER,
        FileRole.MANAGER,
        FileRole.SUPPORT,
        FileRole.VALIDATOR,
        FileRole.AGGREGATOR,
    }
)
"""Files that decide what an output is worth."""
COMPILED = frozenset({FileRole.GRADER, FileRole.HEADER, FileRole.INCLUDE})
"""Files that a submission is compiled with."""

FACTS = {
    "answers": "judge",
    "code": "",
    "compiler": "compiler",
    "judge": "judge",
    "jury": "jury",
    "scoring": "judge",
}
"""What a fact of the judge is called as a cause; those not named are of the sandbox."""

SCORING = ("score_type", "score_precision", "subtasks", "group", "edition", "scored")
RUNNING = (
    "kind",
    "languages",
    "comparison",
    "source_name",
    "input_file",
    "output_file",
    "processes",
    "manager_then_checker",
    "passes",
    "output_limit_bytes",
    "source_limit_bytes",
    "compile_time_s",
    "compile_memory_bytes",
    "validator_time_s",
    "validator_memory_bytes",
    "constants",
)

TIME, MEMORY, CHECKER, TESTS, SCORES = "time limit", "memory limit", "checker", "tests", "scoring"
FOLLOWS = "follows from another test"
UNKNOWN = "nothing known: measured or judged otherwise"
WRONG = frozenset({Verdict.AC, Verdict.PAC, Verdict.WA})


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not what it was when what counts now was judged."""

    cause: str
    """``judge``, ``compiler``, ``sandbox``, ``jury``, ``rules``, ``time limit``, ``memory limit``,
    ``checker``, ``grader``, ``tests``, ``scoring``, ``running``, ``expected answer``, ``data``."""
    was: str
    now: str
    problem: str = ""
    """Empty where it concerns all."""
    tests: tuple[str, ...] = ()
    """Of ``tests``: which, where they are known one by one."""


class TestChange(msgspec.Struct, frozen=True, kw_only=True):
    """One test whose verdict or score is not what it was; None where there was no such test."""

    __test__ = False

    test: str
    was: Verdict | None
    was_score: float | None
    now: Verdict | None
    now_score: float | None
    causes: tuple[str, ...]


class SubmissionChange(msgspec.Struct, frozen=True, kw_only=True):
    """One submission that is not worth what it was."""

    submission: str
    was: Verdict | None
    was_points: float | None
    now: Verdict
    now_points: float
    causes: tuple[str, ...]
    tests: tuple[TestChange, ...] = ()


class AttemptChange(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt in which something is not what it was."""

    problem: str
    contestant: str
    sample: int
    attempt: str
    was_status: str
    was_points: float | None
    now_status: str
    now_points: float | None
    reason: str = ""
    """Why it is void now."""
    submissions: tuple[SubmissionChange, ...] = ()


class Suspects(msgspec.Struct, frozen=True, kw_only=True):
    """What differs for one problem."""

    differences: tuple[Difference, ...]

    @property
    def causes(self) -> tuple[str, ...]:
        """Their names, each once."""
        return tuple(dict.fromkeys(each.cause for each in self.differences))

    def of_test(self, name: str, was: TestResult | None, now: TestResult | None) -> tuple[str, ...]:
        """Return what can explain that a test came out otherwise."""
        verdicts = {result.verdict for result in (was, now) if result is not None}
        if any(name in each.tests for each in self.differences) or None in (was, now):
            return (TESTS,)
        if Verdict.SK in verdicts:
            return (FOLLOWS,)
        known = set(self.causes)
        for verdict, limit in ((Verdict.TLE, TIME), (Verdict.MLE, MEMORY)):
            if verdict in verdicts and limit in known:
                return (limit,)
        known -= {TIME, MEMORY, TESTS, SCORES, "rules"}
        if not verdicts <= WRONG:
            known -= {CHECKER}
        return tuple(each for each in self.causes if each in known) or (UNKNOWN,)

    def of_whole(self) -> tuple[str, ...]:
        """Return what can explain a change that no test shows."""
        known = [each for each in self.causes if each not in (TIME, MEMORY, "rules")]
        return tuple(known) or (UNKNOWN,)


# --- between two judges ---------------------------------------------------------------------------


def differences(then: RunRecord, now: RunRecord) -> tuple[Difference, ...]:
    """Return what differs between two judgings of a run: of the judges, then of the data."""
    return (
        *_facts(then.judge, now.judge),
        *_versions(then, now),
        *_rules(then.contest, now.contest),
        *(
            each
            for problem in now.contest.problems
            for each in _problem(
                next((p for p in then.contest.problems if p.id == problem.id), problem), problem
            )
        ),
    )


def suspects(known: Iterable[Difference], problem: str) -> Suspects:
    """Return what differs for a problem."""
    return Suspects(
        differences=tuple(each for each in known if each.problem in ("", problem)),
    )


def _facts(then: Pairs, now: Pairs) -> Iterator[Difference]:
    was, is_ = dict(then), dict(now)
    for name in sorted(was.keys() | is_.keys()):
        cause = FACTS.get(name, "sandbox")
        if cause and was.get(name) != is_.get(name):
            one, other = was.get(name, "none"), is_.get(name, "none")
            yield Difference(cause=cause, was=f"{name} {one}", now=f"{name} {other}")


def _versions(then: RunRecord, now: RunRecord) -> Iterator[Difference]:
    if then.spec.task_version != now.spec.task_version:
        yield Difference(
            cause="judge",
            was=f"{then.spec.task} version {then.spec.task_version}",
            now=f"{now.spec.task} version {now.spec.task_version}",
        )


def _rules(then: Contest, now: Contest) -> Iterator[Difference]:
    one, other = (
        f"{each.rules}, limit {each.submission_limit}, feedback {each.feedback.value}"
        for each in (then, now)
    )
    if one != other:
        yield Difference(cause="rules", was=one, now=other)


def _problem(then: Problem, now: Problem) -> Iterator[Difference]:
    found = list(_bodies(then, now))
    if then.max_points != now.max_points:
        found.append(
            _said(now, SCORES, f"{then.max_points:g} points", f"{now.max_points:g} points")
        )
    if not found and then.hash != now.hash:
        found.append(_said(now, "data", then.hash[:12], now.hash[:12]))
    yield from found


def _said(problem: Problem, cause: str, was: object, now: object) -> Difference:
    return Difference(cause=cause, was=str(was), now=str(now), problem=problem.id)


def _bodies(then: Problem, now: Problem) -> Iterator[Difference]:
    match then.body, now.body:
        case CodeBody() as was, CodeBody() as is_:
            yield from _code(now, was, is_)
        case AnswerBody() as one, AnswerBody() as other if one != other:
            yield _said(now, "expected answer", one.expected, other.expected)
        case ProofBody() as one, ProofBody() as other if one != other:
            yield _said(now, "data", then.hash[:12], now.hash[:12])


def _code(problem: Problem, was: CodeBody, now: CodeBody) -> Iterator[Difference]:
    if was.time_limit_s != now.time_limit_s:
        yield _said(problem, TIME, f"{was.time_limit_s:g} s", f"{now.time_limit_s:g} s")
    if was.memory_limit_bytes != now.memory_limit_bytes:
        one, other = (f"{b.memory_limit_bytes / (1 << 20):g} MiB" for b in (was, now))
        yield _said(problem, MEMORY, one, other)
    for cause, roles in ((CHECKER, CHECKING), ("grader", COMPILED)):
        one, other = _files(was, roles), _files(now, roles)
        if one != other:
            yield _said(problem, cause, one or "none", other or "none")
    yield from _tests(problem, was.tests, now.tests)
    for cause, fields in ((SCORES, SCORING), ("running", RUNNING)):
        changed = [name for name in fields if getattr(was, name) != getattr(now, name)]
        if changed:
            one, other = (_values(body, changed) for body in (was, now))
            yield _said(problem, cause, one, other)


def _values(body: CodeBody, names: Sequence[str]) -> str:
    words = (f"{name} {msgspec.json.encode(getattr(body, name)).decode()}" for name in names)
    return "; ".join(word if len(word) < 200 else f"{word[:199]}…" for word in words)


def _files(body: CodeBody, roles: frozenset[FileRole]) -> str:
    known = sorted(
        (each.file.path, each.file.sha256[:12]) for each in body.files if each.role in roles
    )
    return ", ".join(f"{path} {sha}" for path, sha in known)


def _tests(problem: Problem, was: tuple[Test, ...], now: tuple[Test, ...]) -> Iterator[Difference]:
    one, other = ({test.name: test for test in tests} for tests in (was, now))
    changed = tuple(
        name for name in dict.fromkeys([*one, *other]) if one.get(name) != other.get(name)
    )
    if changed:
        yield Difference(
            cause=TESTS,
            was=f"{len(was)} tests",
            now=f"{len(now)} tests, {len(changed)} of them changed, new or gone",
            problem=problem.id,
            tests=changed,
        )


# --- between two grades ---------------------------------------------------------------------------


def changes_of(
    then: AttemptLog, fresh: AttemptLog, end: AttemptEnd, known: Suspects
) -> AttemptChange | None:
    """Return what is not what it was in an attempt; None where all is."""
    start = then.start
    assert start is not None
    submissions = tuple(
        change
        for name, grade in fresh.grades.items()
        if (change := _submission(then.grades.get(name), grade, known)) is not None
    )
    was = (then.end.status, then.end.points) if then.end else (None, None)
    if not submissions and was == (end.status, end.points):
        return None
    return AttemptChange(
        problem=start.problem,
        contestant=start.contestant,
        sample=start.sample,
        attempt=start.id,
        was_status=was[0].value if was[0] else "unfinished",
        was_points=was[1],
        now_status=end.status.value,
        now_points=end.points,
        reason=end.reason,
        submissions=submissions,
    )


def _submission(was: Grade | None, now: Grade, known: Suspects) -> SubmissionChange | None:
    tests = tuple(_of_tests(was, now, known))
    if was is not None and not tests and (was.verdict, was.points) == (now.verdict, now.points):
        return None
    causes = tuple(dict.fromkeys(cause for test in tests for cause in test.causes))
    return SubmissionChange(
        submission=now.submission,
        was=was.verdict if was else None,
        was_points=was.points if was else None,
        now=now.verdict,
        now_points=now.points,
        causes=causes or known.of_whole(),
        tests=tests,
    )


def _of_tests(was: Grade | None, now: Grade, known: Suspects) -> Iterator[TestChange]:
    if was is None or Verdict.CE in (was.verdict, now.verdict):
        return  # that it compiles now, or no more, says all of it
    one, other = ({result.test: result for result in grade.tests} for grade in (was, now))
    for name in dict.fromkeys([*one, *other]):
        old, new = one.get(name), other.get(name)
        if old is not None and new is not None and _same(old, new):
            continue
        yield TestChange(
            test=name,
            was=old.verdict if old else None,
            was_score=old.score if old else None,
            now=new.verdict if new else None,
            now_score=new.score if new else None,
            causes=known.of_test(name, old, new),
        )


def _same(old: TestResult, new: TestResult) -> bool:
    return (old.verdict, old.score, old.given) == (new.verdict, new.score, new.given)
