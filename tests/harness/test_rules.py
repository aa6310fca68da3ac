"""Rules count as the contests do."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigError
from harness.rules import IndependentRules, IOIRules, rules_of
from harness.types import Feedback, FeedbackLevel, Grade, SubtaskScore, Verdict
from reports.words import FEEDBACK
from tests.fakes.scripted import contest, problem

RESTRICTED = FeedbackLevel.OI_RESTRICTED
MAX = (5.0, 10.0, 7.0, 8.0, 14.0, 56.0)


def grade(*points: float, ordinal: int = 1, verdict: Verdict = Verdict.PAC) -> Grade:
    return Grade(
        submission=f"s{ordinal}",
        attempt="a",
        judge="j",
        verdict=verdict,
        points=sum(points),
        max_points=100,
        subtasks=tuple(
            SubtaskScore(
                name=str(index),
                points=value,
                max_points=MAX[index],
                deciding_test="" if value == MAX[index] else "t-07",
                verdict=Verdict.AC if value == MAX[index] else Verdict.WA,
            )
            for index, value in enumerate(points)
        ),
    )


scores = st.lists(
    st.tuples(*(st.sampled_from([0.0, limit / 4, limit / 2, limit]) for limit in MAX)),
    min_size=1,
    max_size=8,
)


def test_the_best_of_each_subtask_is_summed() -> None:
    """Two submissions that each solve other subtasks bring the points of both."""
    rules = IOIRules(50, RESTRICTED)
    score = rules.score(problem("p"), [grade(5, 0, 7, 0, 0, 0), grade(0, 10, 0, 0, 0, 28)])
    assert score.points == 50.0
    assert [subtask.points for subtask in score.subtasks] == [5, 10, 7, 0, 0, 28]


@given(scores)
def test_the_order_of_submissions_does_not_matter(rows: list[tuple[float, ...]]) -> None:
    """The points of an attempt are the same whatever order its submissions had."""
    rules = IOIRules(50, RESTRICTED)
    grades = [grade(*row) for row in rows]
    assert (
        rules.score(problem("p"), grades).points == rules.score(problem("p"), grades[::-1]).points
    )


@given(scores)
def test_a_further_submission_never_costs_points(rows: list[tuple[float, ...]]) -> None:
    """Handing in more never lowers the result, and it stays within the maximum."""
    rules = IOIRules(50, RESTRICTED)
    grades = [grade(*row) for row in rows]
    totals = [rules.score(problem("p"), grades[: count + 1]).points for count in range(len(grades))]
    assert totals == sorted(totals)
    assert totals[-1] <= sum(MAX)


def test_nothing_handed_in_is_zero_without_a_verdict() -> None:
    """An attempt that generated but handed in nothing has zero points and no verdict."""
    score = IOIRules(50, FeedbackLevel.NONE).score(problem("p"), [])
    assert (score.points, score.verdict) == (0.0, None)


def test_restricted_feedback_shows_one_verdict_per_lost_subtask() -> None:
    """The contestant sees points per subtask and the verdict that decided lost ones, no tests."""
    shown = IOIRules(50, RESTRICTED).feedback(grade(5, 0, 7, 8, 14, 28))
    assert [(s.points, s.verdict) for s in shown.subtasks] == [
        (5, ""),
        (0, "WA"),
        (7, ""),
        (8, ""),
        (14, ""),
        (28, "WA"),
    ]
    assert b"t-07" not in msgspec.json.encode(shown)


def test_a_compile_error_shows_the_compiler_message() -> None:
    """Feedback on a compile error is the compiler's words."""
    failed = Grade(
        submission="s",
        attempt="a",
        judge="j",
        verdict=Verdict.CE,
        points=0,
        max_points=100,
        message="expected ';'",
    )
    shown = IOIRules(50, RESTRICTED).feedback(failed)
    assert (shown.verdict, shown.message) == ("CE", "expected ';'")


def test_no_feedback_means_none() -> None:
    """Where the contest shows nothing, nothing is shown."""
    empty = Feedback(submission="s1", attempt="a")
    assert IOIRules(50, FeedbackLevel.NONE).feedback(grade(5, 0)) == empty
    assert IndependentRules().feedback(grade(5, 0)) == empty


def test_verdict_feedback_shows_the_verdict_and_no_points() -> None:
    """Where the contest shows verdicts, neither points nor subtasks nor tests are shown."""
    shown = IOIRules(50, FeedbackLevel.VERDICT).feedback(grade(5, 0, 7, 8, 14, 28))
    assert shown == Feedback(submission="s1", attempt="a", verdict="PAC")
    failed = msgspec.structs.replace(grade(0), verdict=Verdict.CE, message="expected ';'")
    shown = IOIRules(50, FeedbackLevel.VERDICT).feedback(failed)
    assert (shown.verdict, shown.message, shown.points) == ("CE", "expected ';'", None)


@pytest.mark.parametrize("level", FeedbackLevel)
def test_a_contest_shows_what_its_level_says(level: FeedbackLevel) -> None:
    """The level of a contest reaches its rules, and reports have a sentence for it."""
    of = msgspec.structs.replace(contest(rules="ioi"), feedback=level)
    shown = rules_of(of).feedback(grade(5, 0))
    assert (bool(shown.verdict), bool(shown.subtasks)) == {
        FeedbackLevel.NONE: (False, False),
        FeedbackLevel.VERDICT: (True, False),
        FeedbackLevel.OI_RESTRICTED: (False, True),
    }[level]
    assert FEEDBACK[level]


def test_only_the_first_independent_submission_counts() -> None:
    """Under independent rules a second submission changes nothing."""
    score = IndependentRules().score(problem("p"), [grade(0, 0), grade(5, 10)])
    assert score.points == 0.0


def test_unknown_rules_are_named() -> None:
    """A contest with rules that do not exist is refused with the list of those that do."""
    with pytest.raises(ConfigError, match="'acm'"):
        rules_of(contest(rules="acm"))
