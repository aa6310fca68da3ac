"""Figures of a judge on a few proofs, by plain arithmetic."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.calibration import NAMES, Graded, convention_of, part_of
from harness.types import Part, Scale
from tests.fakes.graded_proofs import graded, one_a_problem

SAME = convention_of(Scale.POINTS, Scale.POINTS)

SIX = ((7.0, 7.0), (7.0, 7.0), (7.0, 3.0), (6.0, 7.0), (1.0, 0.0), (0.0, 0.0))
"""Judge and people: two gold, one false gold, one false fail, two that both fail."""


def value(part: Part, name: str) -> float | None:
    return part.figure(name).value


def test_six_proofs_by_hand() -> None:
    """Each figure from the six pairs of marks."""
    part = part_of("held-out", one_a_problem(SIX), SAME)
    assert (part.proofs, part.problems, part.human_passes, part.judge_passes) == (6, 6, 3, 3)
    assert value(part, "exact") == pytest.approx(3 / 6)
    assert value(part, "accuracy") == pytest.approx(4 / 6)
    assert value(part, "balanced_accuracy") == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert value(part, "false_gold") == pytest.approx(1 / 3)
    assert value(part, "false_fail") == pytest.approx(1 / 3)
    assert value(part, "wrong_passes") == pytest.approx(1 / 3)
    assert value(part, "mae") == pytest.approx((0 + 0 + 4 + 1 + 1 + 0) / 6)
    assert value(part, "bias") == pytest.approx((0 + 0 + 4 - 1 + 1 + 0) / 6)
    judge, human = [7, 7, 7, 6, 1, 0], [7, 7, 3, 7, 0, 0]
    for name, power in (("kappa_linear", 1), ("kappa_quadratic", 2)):
        observed = sum(abs(j - h) ** power for j, h in zip(judge, human, strict=True)) / 6
        chance = sum(abs(j - h) ** power for j in judge for h in human) / 36
        assert value(part, name) == pytest.approx(1 - observed / chance)
    # Ranks 5 5 5 3 2 1 and 5 5 3 5 1.5 1.5, each with mean 3.5; sums of products of what they
    # are off: 2.25 + 2.25 - 0.75 - 0.75 + 3 + 5 = 11, over the root of 15.5 times 15.
    assert value(part, "rank_correlation") == pytest.approx(11 / (15.5 * 15) ** 0.5)
    assert value(part, "self_consistency") is None


def test_rates_have_the_exact_interval() -> None:
    """Clopper and Pearson for 1 of 3: the roots of (1-p)^3 + ... = 0.025 at both ends."""
    figure = part_of("held-out", one_a_problem(SIX), SAME).figure("false_gold")
    assert (figure.of, figure.method) == (3, "clopper-pearson")
    assert figure.low is not None
    assert figure.high is not None
    low, high = figure.low, figure.high
    assert 1 - (1 - low) ** 3 == pytest.approx(0.025)
    assert (1 - high) ** 3 + 3 * high * (1 - high) ** 2 == pytest.approx(0.025)


def test_proofs_of_one_problem_do_not_count_as_so_many_of_their_own() -> None:
    """With ten equal proofs a problem, the interval of a rate is not that of ten times as many."""
    apart = [(7.0, 7.0) if n % 3 else (7.0, 0.0) for n in range(10)]
    many = [
        graded(f"p{n}", judge, human, proof=str(copy))
        for n, (judge, human) in enumerate(apart)
        for copy in range(10)
    ]
    alone = part_of("held-out", one_a_problem(apart * 10), SAME).figure("accuracy")
    clustered = part_of("held-out", many, SAME).figure("accuracy")
    assert clustered.method == "clopper-pearson, widened"
    assert (clustered.value, clustered.of, clustered.problems) == (alone.value, 100, 10)
    assert clustered.low is not None
    assert clustered.high is not None
    assert alone.low is not None
    assert alone.high is not None
    assert clustered.high - clustered.low > 2 * (alone.high - alone.low)


def test_no_vote_is_in_no_figure_and_is_counted() -> None:
    """It is neither a pass nor a fail, and not 0 points."""
    proofs = [*one_a_problem(SIX), graded("q", None, 7.0), graded("r", None, 0.0)]
    part = part_of("held-out", proofs, SAME)
    assert (part.proofs, part.unmarked) == (6, 2)
    assert part.figures == part_of("held-out", one_a_problem(SIX), SAME).figures


def test_votes_are_held_against_each_other() -> None:
    """7 7, and 7 7 0: one and a third; a judge with one vote says nothing of itself."""
    proofs = [
        graded("p", 7.0, 7.0, votes=(7.0, 7.0)),
        graded("q", 4.0, 7.0, votes=(7.0, 7.0, 0.0, None)),
        graded("r", 4.0, 7.0, votes=(4.0,)),
    ]
    part = part_of("held-out", proofs, SAME)
    assert (part.votes, part.figure("self_consistency").of) == (6, 2)
    assert value(part, "self_consistency") == pytest.approx((1 + 1 / 3) / 2)


def test_without_a_mapping_there_are_no_figures_in_points() -> None:
    """Passing and ranks need none; with one named, a mark times 7 is compared."""
    proofs = [
        graded("p", 1.0, 7.0, judge_scale=Scale.HALVES),
        graded("q", 0.5, 0.0, judge_scale=Scale.HALVES),
        graded("r", 0.75, 6.0, judge_scale=Scale.HALVES),
    ]
    plain = part_of("held-out", proofs, convention_of(Scale.HALVES, Scale.POINTS))
    for name in ("exact", "mae", "bias", "kappa_linear", "kappa_quadratic"):
        assert value(plain, name) is None
    assert (value(plain, "accuracy"), value(plain, "rank_correlation")) == (1.0, pytest.approx(1.0))
    linear = part_of("held-out", proofs, convention_of(Scale.HALVES, Scale.POINTS, linear=True))
    assert value(linear, "mae") == pytest.approx((0 + 3.5 + 0.75) / 3)
    assert value(linear, "bias") == pytest.approx((0 + 3.5 - 0.75) / 3)
    assert value(linear, "exact") == pytest.approx(1 / 3)


MARK = st.integers(0, 7).map(float)


@given(
    st.lists(
        st.builds(
            lambda problem, proof, judge, human, votes: graded(
                problem, judge, human, proof=str(proof), votes=votes
            ),
            st.sampled_from("abcdefgh"),
            st.integers(0, 10**9),
            st.none() | MARK,
            MARK,
            st.lists(st.none() | MARK, max_size=3),
        ),
        max_size=30,
    )
)
def test_any_proofs_have_figures_that_json_can_hold(proofs: list[Graded]) -> None:
    """Every figure is there, a number or None, within its interval; rates are between 0 and 1."""
    part = part_of("held-out", proofs, SAME, draws=50)
    assert [figure.name for figure in part.figures] == list(NAMES)
    again = msgspec.json.decode(msgspec.json.encode(part), type=Part)
    assert again == part
    for figure in part.figures:
        assert (figure.low is None) == (figure.high is None)
        if figure.low is not None and figure.high is not None and figure.value is not None:
            assert figure.low <= figure.value <= figure.high
        if figure.value is not None and figure.method.startswith("clopper"):
            assert 0 <= figure.value <= 1
    assert sum(n for *_, n in part.crossing) == part.proofs == len(proofs) - part.unmarked
