"""``harness judge`` on a package of Polygon."""

from __future__ import annotations

import json
import shutil

from tests.fakes.command import Command
from tests.fakes.polygon import GROUPS, SCORED, polygon, xml


def test_a_package_is_judged_and_says_the_truth(harness: Command) -> None:
    """From a zip archive: the checker gets its arguments in testlib's order, and all tags hold."""
    folder = polygon(harness.home / "source")
    shutil.make_archive(str(harness.home / "two-numbers"), "zip", folder)
    outcome = harness("judge", "two-numbers.zip", "--expected")
    assert outcome.code == 0, outcome.out + outcome.err
    for row in (
        "| `right.py` | python3 | accepted | AC | 1 of 1 | agrees |",
        "| `late.c` | c | wrong-answer | WA | 0 of 1 | agrees |",
        "| `silent.c` | c | presentation-error | WA | 0 of 1 | agrees |",
        "| `slow.c` | c | time-limit-exceeded | TLE | 0 of 1 | agrees |",
        "| `crash.c` | c | rejected | RTE | 0 of 1 | agrees |",
    ):
        assert row in outcome.out


def test_points_of_groups_are_given(harness: Command) -> None:
    """A program that fails the last group keeps what the first one gives."""
    content = xml(SCORED, GROUPS)
    polygon(harness.home, {"problem.xml": content})
    outcome = harness("judge", "two-numbers", "two-numbers/solutions/late.c", "--json")
    line = json.loads(outcome.out.splitlines()[0])
    assert (line["verdict"], line["points"], line["max_points"]) == ("PAC", 40.0, 100.0)
