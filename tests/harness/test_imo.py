"""IMO rules: one paper, whole marks."""

from __future__ import annotations

import pytest

from harness.errors import JudgeError
from harness.rules import IMORules
from harness.types import Feedback, Grade, Verdict
from tests.fakes.scripted import problem

RULES = IMORules()


def paper(mark: float) -> Grade:
    return Grade(
        submission="s",
        attempt="a",
        judge="marker/1",
        verdict=Verdict.AC if mark == 7 else Verdict.PAC,
        points=mark,
        max_points=7,
    )


def test_six_papers_are_42_points_at_most() -> None:
    """The published 7, 7, 7, 7, 7, 0 is 35 of 42, the gold line of 2025."""
    scores = [RULES.score(problem("p", points=7), [paper(mark)]) for mark in (7, 7, 7, 7, 7, 0)]
    assert sum(score.points for score in scores) == 35
    assert RULES.rank_key(scores) == (-35,)


def test_only_the_first_paper_counts_and_no_second_is_taken() -> None:
    """A better second paper changes nothing, and the rules refuse it."""
    assert RULES.allows(0, solved=False)
    assert not RULES.allows(1, solved=False)
    assert RULES.score(problem("p", points=7), [paper(1), paper(7)]).points == 1
    assert RULES.score(problem("p", points=7), []).points == 0
    assert RULES.feedback(paper(7)) == Feedback(submission="s", attempt="a")


@pytest.mark.parametrize("mark", [6.5, -1, 8, float("nan"), float("inf")])
def test_a_mark_that_is_none_is_our_failure(mark: float) -> None:
    """A judge that marks with anything but 0 to 7 broke its contract; nothing is rounded."""
    with pytest.raises(JudgeError, match="marker/1 marked p with"):
        RULES.score(problem("p", points=7), [paper(mark)])
