"""Points of groups, by the subtasks they become and by what Polygon says of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from harness.types import Comparison, TestResult, Verdict
from sandbox.subtasks import score_subtasks, total
from tasks.packages.polygon_points import COMPLETE, EACH, subtasks_of
from tasks.packages.polygon_xml import GroupEntry, TestEntry
from tests.fakes.bodies import code_body

MOST = 4


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[TestEntry], list[GroupEntry]]:
    """Return tests and groups that depend on earlier ones, or not."""
    names = [str(number) for number in range(MOST)]
    groups = [
        GroupEntry(
            name=name,
            policy=draw(st.sampled_from((COMPLETE, EACH))),
            points=0.0,
            needs=tuple(name for name in names[:place] if draw(st.booleans())),
        )
        for place, name in enumerate(names)
    ]
    of = draw(st.lists(st.sampled_from(["", *names]), min_size=MOST, max_size=8))
    tests = [
        TestEntry(
            name=f"{number:02}",
            input="",
            answer="",
            points=float(draw(st.integers(1, 50))),
            group=group,
        )
        for number, group in enumerate(of, 1)
    ]
    return tests, groups


def by_the_rules(tests: list[TestEntry], groups: list[GroupEntry], passed: frozenset[str]) -> float:
    """Add points up group by group, as Polygon describes it."""
    whole = {
        group.name: all(test.name in passed for test in tests if test.group == group.name)
        for group in groups
    }
    reached: dict[str, bool] = {}
    points = sum(test.points for test in tests if not test.group and test.name in passed)
    for group in groups:  # the groups they depend on come before them
        reached[group.name] = all(reached[name] and whole[name] for name in group.needs)
        if reached[group.name] and (group.policy == EACH or whole[group.name]):
            own = [test for test in tests if test.group == group.name]
            points += sum(test.points for test in own if test.name in passed)
    return points


@given(problems(), st.data())
def test_subtasks_give_what_groups_give(
    problem: tuple[list[TestEntry], list[GroupEntry]], data: st.DataObject
) -> None:
    """Whatever depends on what, and whichever tests a submission passes."""
    tests, groups = problem
    names = [test.name for test in tests]
    failed = data.draw(st.sets(st.sampled_from(names), max_size=2))
    passed = frozenset(names) - failed
    body = code_body(
        score_type="group_min",
        score_precision=4,
        comparison=Comparison.TESTLIB,
        subtasks=subtasks_of(Path("problem.xml"), tests, groups, frozenset(names)),
    )
    results = {
        name: TestResult(
            test=name,
            verdict=Verdict.AC if name in passed else Verdict.WA,
            score=float(name in passed),
        )
        for name in names
    }
    assert total(score_subtasks(body, results), 4) == by_the_rules(tests, groups, passed)
    assert sum(subtask.points for subtask in body.subtasks) == sum(t.points for t in tests)
