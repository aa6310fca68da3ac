"""How the results of tests become a grade: subtasks as in CMS, or a tree of groups.

Both say which tests are needed, and in which order; neither runs anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

from harness.types import (
    Aggregation,
    CodeBody,
    Edition,
    Group,
    SubtaskScore,
    TestResult,
    Verdict,
)
from harness.types import Test as TestCase
from sandbox.groups import Aggregator, Outcome, Tree, names_of_tests, parts
from sandbox.subtasks import STOPS_AT_ZERO, score_subtasks, total


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """What all tests come to."""

    verdict: Verdict
    points: float
    subtasks: tuple[SubtaskScore, ...]


class Scoring(Protocol):
    """One submission's way through the tests of a problem."""

    order: tuple[TestCase, ...]
    """Every test once, in the order of judging."""

    def needed(self, test: str) -> bool:
        """Return whether the test can still change the grade, by what is known so far."""
        ...

    def learn(self, result: TestResult) -> None:
        """Take note of a result that will not change any more."""
        ...

    def scored(self, results: Mapping[str, TestResult], aggregate: Aggregator | None, /) -> Scored:
        """Return the grade."""
        ...


def scoring_of(body: CodeBody, max_points: float) -> Scoring:
    """Return a fresh scoring for one submission."""
    return BySubtask(body, max_points) if body.group is None else ByGroup(body, max_points)


class BySubtask:
    """CMS: a test is skipped when every subtask it is in has a zero that is final."""

    def __init__(self, body: CodeBody, max_points: float) -> None:
        self._body = body
        self._max_points = max_points
        self._stops = body.score_type in STOPS_AT_ZERO
        self._subtasks: dict[str, list[str]] = {}
        for subtask in body.subtasks:
            for test in subtask.tests:
                self._subtasks.setdefault(test, []).append(subtask.name)
        self._decided: set[str] = set()
        # By the subtask they first appear in; tests of no subtask are left out.
        self.order = _named(body, self._subtasks)

    def needed(self, test: str) -> bool:
        """Return whether a subtask that is still open needs the test."""
        return any(name not in self._decided for name in self._subtasks[test])

    def learn(self, result: TestResult) -> None:
        """Close every subtask that a zero has decided."""
        if self._stops and result.score == 0.0:
            self._decided.update(self._subtasks[result.test])

    def scored(self, results: Mapping[str, TestResult], _: Aggregator | None) -> Scored:
        """Return points per subtask, and their sum."""
        subtasks = score_subtasks(self._body, results)
        points = total(subtasks, self._body.score_precision)
        return Scored(
            verdict=_overall(points, self._max_points, results),
            points=points,
            subtasks=subtasks,
        )


class ByGroup:
    """The problem package format: a group that breaks on rejection is left there."""

    def __init__(self, body: CodeBody, max_points: float) -> None:
        assert body.group is not None
        self._body = body
        self._max_points = max_points
        self._tree = Tree(body.group, body.edition, scored=body.scored)
        self._known: dict[str, TestResult] = {}
        self._open = set(self._tree.reached(self._known))
        self.order = _named(body, names_of_tests(body.group))

    def needed(self, test: str) -> bool:
        """Return whether no rejection stands before the test."""
        return test in self._open

    def learn(self, result: TestResult) -> None:
        """Leave the groups that a rejection ends."""
        self._known[result.test] = result
        if result.verdict is not Verdict.AC:
            self._open = set(self._tree.reached(self._known))

    def scored(self, results: Mapping[str, TestResult], aggregate: Aggregator | None) -> Scored:
        """Return the tree's verdict and points, and those of its groups of secret tests."""
        found = self._tree.outcomes(results, aggregate)
        whole = found[self._tree.root.name]
        if not self._body.scored:
            accepted = whole.verdict is Verdict.AC
            return Scored(verdict=whole.verdict, points=float(accepted), subtasks=())
        # The legacy format ignores the score of a submission that is not accepted; the
        # 2025-09 format gives scores in place of a verdict.
        counts = whole.verdict is Verdict.AC or self._body.edition is Edition.PPF_2025_09
        points = round(whole.score, self._body.score_precision) if counts else 0.0
        return Scored(
            verdict=self._verdict(whole, points),
            points=points,
            subtasks=tuple(
                SubtaskScore(
                    name=group.name,
                    points=round(found[group.name].score, self._body.score_precision),
                    max_points=best(group),
                    deciding_test=_deciding(group, found[group.name], results),
                    verdict=found[group.name].verdict,
                )
                for group in counted_groups(self._tree.root)
            ),
        )

    def _verdict(self, whole: Outcome, points: float) -> Verdict:
        if self._max_points <= 0.0:  # nothing bounds the score: no share of it can be told
            return whole.verdict
        if points >= self._max_points:
            return Verdict.AC
        if points > 0.0:
            return Verdict.PAC
        return Verdict.WA if whole.verdict is Verdict.AC else whole.verdict


def counted_groups(root: Group) -> tuple[Group, ...]:
    """Return the groups whose points add up to the submission's: those of the secret tests."""
    secret = next((group for group in root.groups if group.name == "secret"), root)
    return secret.groups or (secret,)


def best(group: Group) -> float:
    """Return the most points a group can give: its bound, or what all accepted tests give."""
    if group.highest is not None:
        return group.highest
    scores = [
        (group.accept_score or 0.0) if isinstance(part, str) else best(part)
        for part in parts(group)
    ]
    if group.ignore_sample:
        scores = scores[-1:]
    if not scores:
        return 0.0
    match group.scores:
        case Aggregation.MIN | Aggregation.PASS_FAIL:
            return min(scores)
        case Aggregation.MAX:
            return max(scores)
        case Aggregation.AVERAGE:
            return sum(scores) / len(scores)
        case Aggregation.SUM:
            return sum(scores)


def _named(body: CodeBody, names: Iterable[str]) -> tuple[TestCase, ...]:
    by_name = {test.name: test for test in body.tests}
    return tuple(by_name[name] for name in dict.fromkeys(names))


def _deciding(group: Group, outcome: Outcome, results: Mapping[str, TestResult]) -> str:
    if outcome.verdict is Verdict.AC:
        return ""
    return next(
        (
            name
            for name in names_of_tests(group)
            if name in results and results[name].verdict is outcome.verdict
        ),
        "",
    )


def _overall(points: float, max_points: float, results: Mapping[str, TestResult]) -> Verdict:
    if points >= max_points:
        return Verdict.AC
    if points > 0.0:
        return Verdict.PAC
    failed = (r.verdict for r in results.values() if r.verdict not in (Verdict.AC, Verdict.SK))
    return next((v for v in failed if v is not Verdict.PAC), Verdict.WA)
