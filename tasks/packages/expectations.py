"""What a package declares of a jury program, and whether a grade agrees with it. Pure.

Three kinds of declarations are told apart. The legacy edition's folders and DOMjudge's tags
speak of the verdict of the whole submission; ``submissions.yaml`` of 2025-09 speaks of the
verdicts of single tests; IOI packages speak of points.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from harness.types import CodeBody, Edition, Grade, Problem, SubtaskScore, TestResult, Verdict
from tasks.packages.globs import matches

ALMOST = 0.005
"""Scores are declared with up to two decimals."""

CRASHES = (Verdict.RTE, Verdict.MLE)
"""The format has no verdict for too much memory: the program crashes."""

REJECTED = tuple(v for v in Verdict if v not in (Verdict.AC, Verdict.UR, Verdict.JE, Verdict.SK))


class Share(StrEnum):
    """How much of the points are declared."""

    ALL = "all points"
    SOME = "some points"
    PART = "some points, not all"
    NONE = "no points"
    NOT_ALL = "not all points"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of ``submissions.yaml``, for the tests it is about."""

    tests: str = ""
    """A glob under ``data/``; empty for all."""
    permitted: tuple[Verdict, ...] = ()
    """Every test's verdict is one of them; none: any may be."""
    required: tuple[Verdict, ...] = ()
    """At least one test's verdict is one of them; none: nothing is required."""
    score: tuple[float, float] | None = None
    message: str = ""
    """Part of what the validator says of at least one test."""
    bounds: bool = True
    """Whether the submission's times may decide about a time limit that is open."""


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """What is declared of one jury program; made by a reader of declarations."""

    declared: str
    """In a few words, for people."""
    verdicts: tuple[Verdict, ...] = ()
    """The verdict of the whole submission is one of them."""
    points: float | None = None
    share: Share | None = None
    groups: tuple[tuple[str, tuple[Verdict, ...]], ...] = ()
    """Verdicts of test groups by name."""
    subtasks: tuple[tuple[str, Share], ...] = ()
    """Points of subtasks by name."""
    rules: tuple[Rule, ...] = ()
    note: str = ""
    """What could not be understood, and is therefore not checked."""

    @property
    def empty(self) -> bool:
        """Whether nothing is declared, so that no grade can disagree."""
        return not (
            self.verdicts
            or self.points is not None
            or self.share
            or self.groups
            or self.subtasks
            or self.rules
        )


def disagreements(expectation: Expectation, grade: Grade, problem: Problem) -> tuple[str, ...]:
    """Return in words where a grade is not what was declared; nothing when it is."""
    if expectation.empty:
        return ()
    if grade.verdict is Verdict.CE and Verdict.CE not in expectation.verdicts:
        said = grade.message.strip().partition("\n")[0][:200]
        return (f"it does not compile: {said}" if said else "it does not compile",)
    return (
        *_verdict(expectation, grade, problem),
        *_points(expectation, grade, problem),
        *_groups(expectation, grade.subtasks),
        *(words for rule in expectation.rules for words in _rule(rule, grade)),
    )


def remark(expectation: Expectation, grade: Grade, problem: Problem) -> str:
    """Return what is worth a word though it agrees: accepted throughout, and not all points."""
    if not _accepted_for_less(expectation, grade, problem):
        return ""
    return (
        f"accepted on every test with {grade.points:g} of {grade.max_points:g} points, which are "
        "not declared"
    )


def _accepted_for_less(expectation: Expectation, grade: Grade, problem: Problem) -> bool:
    """Whether all tests of what is declared accepted were, and a validator gave fewer points.

    In the legacy edition accepted is a verdict "for all test cases" and says nothing of the
    score; problemtools only warns, because of heuristic problems this is expected.
    """
    legacy = isinstance(problem.body, CodeBody) and problem.body.edition is Edition.LEGACY
    return (
        legacy
        and grade.verdict is Verdict.PAC
        and Verdict.AC in expectation.verdicts
        and Verdict.PAC not in expectation.verdicts
        and bool(grade.tests)
        and all(test.verdict is Verdict.AC for test in grade.tests)
    )


def _verdict(expectation: Expectation, grade: Grade, problem: Problem) -> Iterable[str]:
    allowed = expectation.verdicts
    if Verdict.PAC in allowed and grade.max_points <= 0:
        allowed = (*allowed, Verdict.AC)  # nothing bounds the score: no share of it can be told
    if _accepted_for_less(expectation, grade, problem):
        return
    if allowed and grade.verdict not in allowed:
        got = grade.verdict.value
        if grade.verdict is Verdict.PAC:
            got += f" ({grade.points:g} of {grade.max_points:g})"
        yield f"the verdict is {got}, not {_either(expectation.verdicts)}"


def _points(expectation: Expectation, grade: Grade, problem: Problem) -> Iterable[str]:
    wanted = expectation.points
    if wanted is not None and abs(grade.points - wanted) > ALMOST:
        yield f"the score is {grade.points:g}, not {wanted:g}"
    if expectation.share and not _has(expectation.share, grade.points, problem.max_points, None):
        yield f"{grade.points:g} of {problem.max_points:g} points, not {expectation.share.value}"
    found = {subtask.name: subtask for subtask in grade.subtasks}
    for name, share in expectation.subtasks:
        subtask = found.get(name)
        if subtask is None:
            yield f"there is no subtask {name}"
        elif not _has(share, subtask.points, subtask.max_points, subtask.verdict):
            yield (
                f"subtask {name}: {subtask.verdict.value}, {subtask.points:g} of "
                f"{subtask.max_points:g} points, not {share.value}"
            )


def _has(share: Share, points: float, most: float, verdict: Verdict | None) -> bool:
    """Return whether points are the declared share; where there are none, the verdict tells."""
    if most > 0 or verdict is None:
        full, some = points >= most, points > 0
    else:
        full, some = verdict is Verdict.AC, verdict in (Verdict.AC, Verdict.PAC)
    return {
        Share.ALL: full,
        Share.SOME: some,
        Share.PART: some and not full,
        Share.NONE: not some,
        Share.NOT_ALL: not full,
    }[share]


def _groups(expectation: Expectation, found: tuple[SubtaskScore, ...]) -> Iterable[str]:
    verdicts = {subtask.name: subtask.verdict for subtask in found}
    for name, allowed in expectation.groups:
        # A group whose tests are not in this copy is not in the grade either.
        if name in verdicts and verdicts[name] not in allowed:
            yield f"group {name}: the verdict is {verdicts[name].value}, not {_either(allowed)}"


def _rule(rule: Rule, grade: Grade) -> Iterable[str]:
    tests = [test for test in grade.tests if not rule.tests or matches(rule.tests, test.test)]
    where = f" in {rule.tests}" if rule.tests else ""
    if tests:
        yield from _of_tests(rule, tests, where)
    if rule.score is not None:
        yield from _of_score(rule, grade)


def _of_tests(rule: Rule, tests: list[TestResult], where: str) -> Iterable[str]:
    ran = [(test.test, of_test(test.verdict)) for test in tests]
    if rule.permitted:
        # Tests that were not run because another group failed are not accepted, and that is
        # all that is known of them.
        bad = [
            (name, verdict)
            for name, verdict in ran
            if verdict not in rule.permitted
            and (verdict is not Verdict.SK or rule.permitted == (Verdict.AC,))
        ]
        if bad:
            name, verdict = bad[0]
            more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
            got = "was not run" if verdict is Verdict.SK else f"is {verdict.value}"
            yield f"test {name} {got}, not {_either(rule.permitted)}{more}"
    if rule.required and not any(verdict in rule.required for _, verdict in ran):
        yield f"no test{where} is {_either(rule.required)}"
    if rule.message and not any(rule.message in test.reason for test in tests):
        yield f"the validator does not say {rule.message[:80]!r} of any test{where}"


def _of_score(rule: Rule, grade: Grade) -> Iterable[str]:
    assert rule.score is not None
    low, high = rule.score
    if rule.tests in ("", "secret"):
        scores = [("the score", grade.points)]
    else:
        scores = [
            (f"the score of {group.name}", group.points)
            for group in grade.subtasks
            if matches(rule.tests, group.name)
        ]
    for what, score in scores:
        if not low - ALMOST <= score <= high + ALMOST:
            wanted = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            yield f"{what} is {score:g}, not {wanted}"


def of_test(verdict: Verdict) -> Verdict:
    """Return the one of the format's four verdicts of a test that this one is."""
    if verdict in (Verdict.MLE, Verdict.OLE):
        return Verdict.RTE
    return Verdict.AC if verdict is Verdict.PAC else verdict


def _either(verdicts: Iterable[Verdict]) -> str:
    known = tuple(verdicts)
    if known == REJECTED:
        return "a rejection"
    return " or ".join(verdict.value for verdict in known)
