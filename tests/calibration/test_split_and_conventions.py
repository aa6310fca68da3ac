"""What is held out, how two scales are compared, and where thresholds are chosen."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.calibration import (
    aggregated,
    certify,
    convention_of,
    held_out,
    judged,
    paired,
    with_fitted_threshold,
)
from harness.errors import TaskDataError, UsageError
from harness.types import Aggregate, JudgeCertificate, Scale
from tests.fakes.graded_proofs import JUDGE, graded, one_a_problem

NAMES = [f"problem-{n}" for n in range(400)]


def test_about_half_of_the_problems_are_held_out_and_always_the_same() -> None:
    """By the problem's name alone."""
    apart = [name for name in NAMES if held_out(name)]
    assert 150 < len(apart) < 250
    assert apart == [name for name in NAMES if held_out(name)]
    # A split that changes would make every certificate compare with none.
    assert [held_out(name) for name in ("PB-Basic-001", "PB-Basic-002", "IMO2025-1")] == [
        True,
        True,
        False,
    ]


@given(st.text(), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_out_more(problem: str, one: float, other: float) -> None:
    """Nobody leaves the held-out part when it grows; nothing and everything are shares."""
    small, large = sorted((one, other))
    assert not held_out(problem, small) or held_out(problem, large)
    assert (held_out(problem, 0), held_out(problem, 1)) == (False, True)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_between_nothing_and_all(share: float) -> None:
    """Anything else is a mistake."""
    with pytest.raises(ValueError, match="no share"):
        held_out("p", share)


def test_a_convention_says_itself() -> None:
    """What passes, and how points are compared."""
    plain = convention_of(Scale.HALVES, Scale.POINTS)
    assert plain.sentences == (
        "A proof passes with the judge from 1 on the scale 1/0.5/0, and with people from 7 on 0-7.",
        "The scales differ and no mapping was named (`--points linear`), so there are no figures "
        "in points.",
    )
    assert plain.stretch is None
    linear = convention_of(Scale.HALVES, Scale.POINTS, linear=True)
    assert (linear.stretch, "times 7" in linear.sentences[1]) == (7.0, True)
    assert convention_of(Scale.POINTS, Scale.BINARY, linear=True).stretch == pytest.approx(1 / 7)
    same = convention_of(Scale.POINTS, Scale.POINTS, linear=True)
    assert (same.points, same.stretch) == ("same", 1.0)


@pytest.mark.parametrize("mark", [0.0, -1.0, 7.5])
def test_a_threshold_that_sorts_nothing_is_refused(mark: float) -> None:
    """From 0 everything passes, above the top nothing."""
    with pytest.raises(UsageError, match="everything or nothing"):
        convention_of(Scale.POINTS, Scale.POINTS, judge_from=mark)


def test_a_threshold_is_the_best_on_the_calibration_part_and_the_highest_of_equals() -> None:
    """People pass 7. From 5: all right. From 4 and from 3 a proof that fails would pass."""
    proofs = one_a_problem([(7, 7), (5, 7), (4, 0), (3, 2), (0, 0)])
    fitted = with_fitted_threshold(convention_of(Scale.POINTS, Scale.POINTS), proofs)
    assert (fitted.judge_from, fitted.judge_from_fitted) == (5.0, True)
    assert "chosen on the calibration part" in fitted.sentences[0]
    # From 7: (1/2 + 1) / 2; from 3: (1 + 1/2) / 2. The higher one passes less.
    equal = one_a_problem([(7, 7), (3, 7), (3, 0), (0, 0)])
    found = with_fitted_threshold(convention_of(Scale.POINTS, Scale.POINTS), equal)
    assert found.judge_from == 7.0


def test_nothing_can_be_chosen_where_people_never_disagree() -> None:
    """All passed, or no proof at all."""
    for proofs in (one_a_problem([(7, 7), (3, 7)]), [], one_a_problem([(7, 7), (7, 0)])):
        with pytest.raises(UsageError, match="no threshold can be chosen"):
            with_fitted_threshold(convention_of(Scale.POINTS, Scale.POINTS), proofs)


SHARE = 0.7
"""More problems are held out than not: if they had a say, theirs would be the louder one."""


def certified(*, turned: bool) -> JudgeCertificate:
    """Return a certificate with a chosen threshold; ``turned`` changes only held-out marks."""
    proofs = []
    for n, name in enumerate(NAMES):
        judge, human = (7.0, 7.0) if n % 2 else (5.0, 7.0) if n % 3 else (4.0, 0.0)
        if turned and held_out(name, SHARE):
            # Over all proofs the best threshold is now 4.
            judge = 4.0 if human == 7.0 else 0.0
        proofs.append(graded(name, judge, human, family="one" if n % 5 else "two"))
    return certify(
        proofs,
        convention_of(Scale.POINTS, Scale.POINTS),
        JUDGE,
        data="set",
        data_sha256="2" * 64,
        issued="2025-01-01T00:00:00+00:00",
        harness_version="0",
        fit=True,
        share=SHARE,
        draws=50,
    )


def test_the_held_out_part_has_no_say_in_the_threshold() -> None:
    """Whatever is marked there, the threshold stays, and only the held-out figures move."""
    one, other = certified(turned=False), certified(turned=True)
    assert one.convention == other.convention
    assert one.convention.judge_from == 5.0
    assert one.calibration == other.calibration
    assert one.held_out.figure("accuracy").value == 1.0
    assert other.held_out.figure("accuracy").value != 1.0


def test_both_parts_and_all_families_are_measured() -> None:
    """No problem is in both, and the families add up to the held-out part."""
    found = certified(turned=False)
    assert found.held_out.problems + found.calibration.problems == len(NAMES)
    assert [part.family for part in found.families] == ["one", "two"]
    assert sum(part.proofs for part in found.families) == found.held_out.proofs
    assert msgspec.json.decode(msgspec.json.encode(found), type=JudgeCertificate) == found


def test_a_judge_of_other_proofs_is_refused() -> None:
    """Marks of what people did not mark, two marks of one proof, and one that is there twice."""
    one, other = graded("p", 7.0, 7.0), graded("q", 0.0, 0.0)
    assert one.judged is not None
    assert other.judged is not None
    assert [each.mark for each in paired([one.verdict, other.verdict], [one.judged])] == [7.0, None]
    with pytest.raises(TaskDataError, match="people did not mark"):
        paired([one.verdict], [one.judged, other.judged])
    with pytest.raises(TaskDataError, match="two marks"):
        paired([one.verdict], [one.judged, one.judged])
    with pytest.raises(TaskDataError, match="there twice"):
        paired([one.verdict, one.verdict], [])


VOTES = (7.0, 7.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("how", "mark"),
    [
        (Aggregate.MEAN, 3.75),
        (Aggregate.MIN, 0.0),
        (Aggregate.MEDIAN, 1.0),
        (Aggregate.MAJORITY, 7.0),
        (Aggregate.ZERO_VETO, 0.0),
        (Aggregate.UNANIMOUS, 0.0),
    ],
)
def test_votes_come_to_one_mark_by_name(how: Aggregate, mark: float) -> None:
    """Whatever their order."""
    assert aggregated(how, VOTES, Scale.POINTS) == mark
    assert aggregated(how, VOTES[::-1], Scale.POINTS) == mark


def test_equal_votes_are_that_mark_and_no_vote_is_none() -> None:
    """Under every aggregation; a vote that could not be read is left out."""
    for how in Aggregate:
        assert judged("p", "x", "j", Scale.POINTS, (7.0, None, 7.0), how).mark == 7.0
        assert judged("p", "x", "j", Scale.POINTS, (None, None), how).mark is None
        assert judged("p", "x", "j", Scale.POINTS, (), how).mark is None
    assert aggregated(Aggregate.ZERO_VETO, (7.0, 6.0), Scale.POINTS) == 6.5
    assert aggregated(Aggregate.MAJORITY, (7.0, 0.0), Scale.POINTS) == 0.0
