"""The points of a Polygon problem as subtasks that are scored by their minimum. Pure.

A group that is complete or nothing is one subtask; where each test counts, each is one. A group
that depends on others gives points only to who passes all tests of those, so that their tests
are in its subtasks too. A problem without points is one subtask of one point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from harness.types import Subtask
from tasks.packages.files import wrong
from tasks.packages.polygon_xml import GroupEntry, TestEntry

COMPLETE, EACH = "complete-group", "each-test"


def is_scored(tests: Sequence[TestEntry], groups: Sequence[GroupEntry]) -> bool:
    """Return whether anything has points; where nothing has, a submission is accepted or not."""
    return any(test.points > 0 for test in tests) or any(group.points > 0 for group in groups)


def subtasks_of(
    place: Path,
    tests: Sequence[TestEntry],
    groups: Sequence[GroupEntry],
    here: frozenset[str],
) -> tuple[Subtask, ...]:
    """Return the subtasks; of tests that are not ``here``, nothing is asked and nothing given."""
    if not is_scored(tests, groups):
        return (
            Subtask(name="all", points=1.0, tests=tuple(t.name for t in tests if t.name in here)),
        )
    by_name = _checked(place, tests, groups)
    found = tuple(
        subtask
        for name in dict.fromkeys(test.group for test in tests)
        for subtask in _of_group(place, name, tests, by_name, here)
    )
    if len({subtask.name for subtask in found}) < len(found):
        raise wrong(place, "two groups of tests have the same name")
    return found


def _checked(
    place: Path, tests: Sequence[TestEntry], groups: Sequence[GroupEntry]
) -> Mapping[str, GroupEntry]:
    by_name = {group.name: group for group in groups}
    if len(by_name) < len(groups) or "" in by_name:
        raise wrong(place, "two groups have the same name, or one has none")
    for group in groups:
        if group.policy not in (COMPLETE, EACH):
            raise wrong(
                place, f"group {group.name[:40]} has the points-policy {group.policy[:40]!r}"
            )
    unknown = {test.group for test in tests} | {name for group in groups for name in group.needs}
    unknown -= {"", *by_name}
    if unknown:
        raise wrong(place, f"nothing is said of the group {min(unknown)[:40]!r}")
    return by_name


def _of_group(
    place: Path,
    name: str,
    tests: Sequence[TestEntry],
    groups: Mapping[str, GroupEntry],
    here: frozenset[str],
) -> Iterator[Subtask]:
    own = [test for test in tests if test.group == name]
    present = [test for test in own if test.name in here]
    group = groups.get(name)
    if group is None:
        for test in present:
            yield Subtask(name=f"test {test.name}", points=test.points, tests=(test.name,))
        return
    together = math.fsum(test.points for test in own)
    if group.points and abs(group.points - together) > 1e-6 and (together or group.policy == EACH):
        raise wrong(
            place,
            f"group {name[:40]} has {group.points:g} points, and its tests have {together:g}",
        )
    needed = _needed(place, group, groups)
    first = tuple(test.name for test in tests if test.group in needed and test.name in here)
    if group.policy == EACH:
        for test in present:
            yield Subtask(name=f"{name}/{test.name}", points=test.points, tests=(*first, test.name))
    elif present:
        names = tuple(test.name for test in present)
        yield Subtask(name=name, points=together or group.points, tests=first + names)


def _needed(place: Path, group: GroupEntry, groups: Mapping[str, GroupEntry]) -> set[str]:
    """Return the names of all groups that a group depends on, those of its own needs included."""
    found: set[str] = set()
    waiting = list(group.needs)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(groups[name].needs)
    if group.name in found:
        raise wrong(place, f"the group {group.name[:40]} depends on itself")
    return found
