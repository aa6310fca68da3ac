"""The score type of an IOI package: what CMS calls GroupMin, GroupMul, GroupThreshold and Sum.

Source: ``cms/grading/scoretypes/abc.py``. Parameters are points per test (Sum), or one entry a
subtask: ``[points, tests]`` or ``{"max_score": points, "testcases": tests}``, with a threshold
where there is one. ``tests`` is a number of tests, taken in order of name, a regular expression
that the beginning of a name must match, or a list of names; it is the same in all entries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.errors import UnsupportedError
from harness.types import Subtask
from tasks.packages.files import wrong
from tasks.packages.task_type import is_name

SCORE_TYPES = {
    "GroupMin": "group_min",
    "GroupMul": "group_mul",
    "GroupThreshold": "group_threshold",
    "Sum": "sum",
}
THRESHOLD = "group_threshold"
MAX_SCORE = 1e6
"""Points of a subtask; more would lose the decimals of what is added up."""

Pick = Callable[[object], tuple[str, ...]]


def score_type_key(place: Path, name: str) -> str:
    """Return the key of ``sandbox.subtasks`` for a score type of CMS."""
    if name not in SCORE_TYPES:
        raise UnsupportedError(
            f"{place}: score type {name[:40]} is not judged",
            hint=f"the score types are {', '.join(SCORE_TYPES)}",
        )
    return SCORE_TYPES[name]


def subtasks_of(
    place: Path, key: str, parameters: object, tests: Sequence[str]
) -> tuple[Subtask, ...]:
    """Return the subtasks that a score type's parameters make of tests."""
    names = tuple(sorted(tests))
    if not names:
        raise wrong(place, "has a score type, and there is no test")
    for name in names:
        if not is_name(name):
            raise wrong(place.parent / "tests", f"{name!r} is no name of a test case")
    if key == "sum":
        each = _points(place, parameters)
        return (Subtask(name="all", points=each * len(names), tests=names),)
    if not isinstance(parameters, (list, tuple)) or not parameters:
        raise wrong(place, "score_type_parameters is not a list with an entry for each subtask")
    entries = [_entry(place, item, key == THRESHOLD) for item in parameters]
    pick = _pick(place, [tests for _, tests, _ in entries], names)
    return tuple(
        Subtask(name=f"{number:02}", points=points, tests=pick(tests), threshold=threshold)
        for number, (points, tests, threshold) in enumerate(entries)
    )


def _entry(place: Path, item: object, threshold: bool) -> tuple[float, object, float | None]:
    if isinstance(item, dict):
        points, tests, bound = (item.get(k) for k in ("max_score", "testcases", "threshold"))
    elif isinstance(item, (list, tuple)) and len(item) >= (3 if threshold else 2):
        points, tests, bound = item[0], item[1], item[2] if threshold else None
    else:
        raise wrong(place, f"score_type_parameters has the entry {_shown(item)}")
    if not threshold:
        return _points(place, points), tests, None
    if not isinstance(bound, (int, float)) or isinstance(bound, bool):
        raise wrong(place, f"score_type_parameters has the threshold {_shown(bound)}")
    return _points(place, points), tests, float(bound)


def _points(place: Path, value: object) -> float:
    if (
        not isinstance(value, (int, float))
        or isinstance(value, bool)
        or not 0 <= value <= MAX_SCORE
    ):
        raise wrong(place, f"score_type_parameters has the points {_shown(value)}")
    return float(value)


def _pick(place: Path, chosen: Sequence[object], names: tuple[str, ...]) -> Pick:
    """Return what turns an entry's ``tests`` into names; all entries must be of one kind."""
    if all(isinstance(tests, int) and not isinstance(tests, bool) for tests in chosen):
        return _counted(place, names)
    if all(isinstance(tests, str) for tests in chosen):
        return lambda tests: _matching(place, str(tests), names)
    if all(isinstance(tests, (list, tuple)) for tests in chosen):
        return lambda tests: _named(place, tests, names)
    raise wrong(
        place, "score_type_parameters mixes numbers of tests, regular expressions and lists"
    )


def _counted(place: Path, names: tuple[str, ...]) -> Pick:
    left = list(names)

    def pick(count: object) -> tuple[str, ...]:
        assert isinstance(count, int)
        if not 0 < count <= len(left):
            raise wrong(
                place, f"score_type_parameters asks for {count} tests where {len(left)} are left"
            )
        taken = tuple(left[:count])
        del left[:count]
        return taken

    return pick


def _matching(place: Path, pattern: str, names: tuple[str, ...]) -> tuple[str, ...]:
    try:
        found = tuple(name for name in names if re.match(pattern, name))
    except (re.error, RecursionError, OverflowError) as error:
        raise wrong(place, f"{_shown(pattern)} is no regular expression: {error}") from None
    if not found:
        raise wrong(place, f"no test matches {_shown(pattern)}")
    return found


def _named(place: Path, tests: object, names: tuple[str, ...]) -> tuple[str, ...]:
    assert isinstance(tests, (list, tuple))
    unknown = [name for name in tests if name not in names]
    if unknown or not tests:
        raise wrong(place, f"score_type_parameters names the tests {_shown(unknown)}")
    return tuple(dict.fromkeys(tests))


def _shown(value: object) -> str:
    return repr(value)[:80]
