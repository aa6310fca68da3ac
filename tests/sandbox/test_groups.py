"""Verdict and points of a tree of groups, by the problem package format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import JudgeError
from harness.types import Aggregation, Edition, Group, TestResult, Verdict, VerdictMode
from sandbox.groups import Outcome, Tree, names_of_tests

AC, WA, TLE, RTE, SK = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE, Verdict.SK


def results(**verdicts: Verdict) -> dict[str, TestResult]:
    return {
        name: TestResult(test=name, verdict=verdict, score=float(verdict is AC))
        for name, verdict in verdicts.items()
    }


def outcome(root: Group, *, scored: bool = True, **verdicts: Verdict) -> tuple[Verdict, float]:
    found = Tree(root, Edition.LEGACY, scored=scored).outcomes(results(**verdicts))[root.name]
    return found.verdict, found.score


def reached(root: Group, **verdicts: Verdict) -> list[str]:
    return list(Tree(root, Edition.LEGACY, scored=True).reached(results(**verdicts)))


SECRET = Group(
    name="secret",
    groups=(
        Group(
            name="secret/1",
            tests=("a", "b"),
            scores=Aggregation.MIN,
            accept_score=30,
            highest=30,
        ),
        Group(
            name="secret/2",
            tests=("c", "d"),
            scores=Aggregation.MIN,
            accept_score=70,
            highest=70,
        ),
    ),
    break_on_reject=False,
    verdicts=VerdictMode.FIRST_ERROR,
    accept_if_any=True,
)


def test_groups_add_up_to_their_points() -> None:
    """A group whose tests all pass gives its points; one that fails gives none."""
    assert outcome(SECRET, a=AC, b=AC, c=AC, d=AC) == (AC, 100)
    assert outcome(SECRET, a=AC, b=AC, c=WA) == (AC, 30)
    assert outcome(SECRET, a=TLE, c=WA) == (TLE, 0)


def test_parts_are_judged_in_order_of_base_name() -> None:
    """Tests and groups are mixed by the last part of their names."""
    root = Group(
        name="g",
        tests=("g/c", "g/a"),
        groups=(Group(name="g/b", tests=("g/b/2", "g/b/1")),),
    )
    assert list(names_of_tests(root)) == ["g/a", "g/b/1", "g/b/2", "g/c"]


def test_a_rejection_ends_a_group_that_breaks() -> None:
    """What comes after a rejected test of a breaking group is not looked at; other groups are."""
    assert reached(SECRET, a=WA) == ["a", "c", "d"]
    assert reached(SECRET) == ["a", "b", "c", "d"]
    passfail = Group(name="", groups=(Group(name="s", tests=("1", "2")), SECRET))
    assert reached(passfail, **{"1": WA}) == ["1"]


def test_the_worst_error_is_the_verdict() -> None:
    """With worst_error a crash outweighs a time limit, and that a wrong answer."""
    group = Group(name="g", tests=("a", "b", "c"), break_on_reject=False)
    assert outcome(group, a=WA, b=TLE, c=AC)[0] is TLE
    assert outcome(group, a=WA, b=TLE, c=RTE)[0] is RTE
    first = Group(
        name="g", tests=("a", "b"), break_on_reject=False, verdicts=VerdictMode.FIRST_ERROR
    )
    assert outcome(first, a=WA, b=RTE)[0] is WA


def test_always_accept_takes_everything() -> None:
    """A group that always accepts is accepted, with the scores of its tests."""
    group = Group(
        name="g", tests=("a", "b"), verdicts=VerdictMode.ALWAYS_ACCEPT, break_on_reject=False
    )
    assert outcome(group, a=WA, b=AC) == (AC, 1)


@pytest.mark.parametrize(
    ("mode", "score"),
    [
        (Aggregation.SUM, 4),
        (Aggregation.MIN, 0),
        (Aggregation.MAX, 2),
        (Aggregation.AVERAGE, 4 / 3),
    ],
)
def test_scores_are_put_together_as_the_flag_says(mode: Aggregation, score: float) -> None:
    """Sum, least, most and mean of the parts' scores."""
    group = Group(
        name="g", tests=("a", "b", "c"), scores=mode, accept_score=2, break_on_reject=False
    )
    assert outcome(group, a=AC, b=WA, c=AC)[1] == pytest.approx(score)


def test_the_sample_can_be_ignored() -> None:
    """With ignore_sample the second part decides, verdict and score."""
    root = Group(
        name="",
        groups=(Group(name="sample", tests=("s",), accept_score=5), SECRET),
        ignore_sample=True,
        break_on_reject=False,
    )
    assert outcome(root, s=WA, a=AC, b=AC, c=AC, d=AC) == (AC, 100)


def test_a_group_waits_for_those_it_requires() -> None:
    """A group whose required group is rejected is not judged and has no points."""
    root = Group(
        name="secret",
        groups=(
            Group(name="one", tests=("a",), scores=Aggregation.PASS_FAIL, highest=10),
            Group(
                name="two",
                tests=("b",),
                scores=Aggregation.PASS_FAIL,
                highest=90,
                require_pass=("one",),
            ),
        ),
        break_on_reject=False,
    )
    assert reached(root, a=WA) == ["a"]
    found = Tree(root, Edition.PPF_2025_09, scored=True).outcomes(results(a=WA, b=AC))
    assert found["two"] == Outcome(SK, 0.0)
    assert found["secret"].score == 0
    found = Tree(root, Edition.PPF_2025_09, scored=True).outcomes(results(a=AC, b=AC))
    assert found["secret"] == Outcome(AC, 100)


def test_a_score_outside_the_range_is_the_packages_fault() -> None:
    """More points than a group may give are a judge error that names the group."""
    group = Group(name="secret/1", tests=("a",), accept_score=5, highest=3)
    with pytest.raises(JudgeError, match=r"secret/1 got 5 points, outside its range -inf to 3"):
        outcome(group, a=AC)


def test_scores_that_the_new_edition_forbids_are_judge_errors() -> None:
    """A score in a pass-fail group, none in an unbounded one, or one above the test's most."""
    given = {"a": TestResult(test="a", verdict=AC, score=1.0, given=7.0)}
    cases = (
        (Group(name="g", tests=("a",), scores=Aggregation.PASS_FAIL, highest=9), given),
        (Group(name="g", tests=("a",), accept_score=5), given),
        (Group(name="g", tests=("a",), accept_score=None), results(a=AC)),
    )
    for group, found in cases:
        with pytest.raises(JudgeError):
            Tree(group, Edition.PPF_2025_09, scored=True).outcomes(found)
    fine = Group(name="g", tests=("a",), accept_score=None)
    assert Tree(fine, Edition.PPF_2025_09, scored=True).outcomes(given)["g"].score == 7


def test_an_empty_group_is_accepted() -> None:
    """A problem without samples is judged on the others."""
    root = Group(name="", groups=(Group(name="sample"), Group(name="secret", tests=("a",))))
    assert outcome(root, a=AC)[0] is AC
    assert outcome(root, a=WA)[0] is WA


groups = st.recursive(
    st.builds(lambda n: ("test", n), st.integers(0, 99)),
    lambda inner: st.tuples(
        st.lists(inner, min_size=1, max_size=3), st.booleans(), st.booleans(), st.booleans()
    ),
    max_leaves=8,
)


def build(shape: object, name: str = "r") -> Group:
    """Make a group of a drawn shape; every leaf becomes a test of its own name."""
    if isinstance(shape, tuple) and shape[0] == "test":
        return Group(name=name, tests=(f"{name}/t",))
    parts, breaks, any_, always = shape  # type: ignore[misc]
    return Group(
        name=name,
        groups=tuple(build(part, f"{name}/{i}") for i, part in enumerate(parts)),
        break_on_reject=breaks,
        accept_if_any=any_,
        verdicts=VerdictMode.ALWAYS_ACCEPT if always else VerdictMode.WORST_ERROR,
    )


@given(groups, st.lists(st.sampled_from([AC, WA, TLE]), min_size=8, max_size=8))
def test_tests_that_are_not_reached_change_nothing(shape: object, draws: list[Verdict]) -> None:
    """Judging only what is reached gives the outcome of judging everything."""
    root = build(shape)
    names = list(names_of_tests(root))
    every = results(**dict(zip(names, draws, strict=False)))
    tree = Tree(root, Edition.LEGACY, scored=True)
    known: dict[str, TestResult] = {}
    for name in names:
        if name in set(tree.reached(known)):
            known[name] = every[name]
    assert tree.outcomes(known)[root.name] == tree.outcomes(every)[root.name]
