"""A problem has a page: what it asks, how everyone did at it, and where it went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.build import build_report
from tests.reports.examples import icpc_run
from tests.reports.html_walk import Page


@pytest.fixture
def hills(ordinary: Path) -> Page:
    return Page(ordinary / "problem" / "ioi1999--hills.html")


def test_it_says_how_every_contestant_did(hills: Path) -> None:
    """The best first, with solved attempts; nothing judged is a dash, and a ceiling comes last."""
    held = [row for row in hills.rows if len(row) == 6][1:]
    assert [row[0].split()[0] for row in held] == [
        *("strong", "weak", "broken", "absent", "model-solution"),
    ]
    assert held[0][1:4] == ["75", "100", "2 of 3"]
    assert held[1][1:4] == ["12.5", "25", "0 of 2"]
    assert held[2][1:4] == ["—", "—", "—"]


def test_it_leads_to_the_evidence_and_is_led_to(hills: Page, ordinary: Path) -> None:
    """Each mean is a link to its attempts; scoreboard and attempts link to the problem."""
    links = {e.attributes["href"] for e in hills.elements if e.tag == "a"}
    assert "../cell/ioi1999--hills--strong.html" in links
    for path in ("contest/ioi1999.html", "cell/ioi1999--hills--strong.html"):
        page = Page(ordinary / path)
        found = {e.attributes["href"] for e in page.elements if e.tag == "a"}
        assert "../problem/ioi1999--hills.html" in found


def test_it_says_which_subtasks_and_tests_were_hard(hills: Page) -> None:
    """Subtasks have the mean of the contestants, and tests that decided are counted."""
    parts = {row[0]: row[1:] for row in hills.rows if len(row) == 5}
    # Strong has 10, 25 and 40 of its subtasks on average, weak 5, 7.5 and 0.
    assert parts["1"] == ["10", "4 tests", "7.5", "2 of 2"]
    assert parts["2"] == ["30", "8 tests", "16.25", "1 of 2"]
    assert parts["3"] == ["60", "8 tests", "20", "1 of 2"]
    assert "3-03 3 attempts" in hills.words
    assert "1-03 1 attempt" in hills.words


def test_limits_are_there_and_a_secret_statement_is_not(hills: Page, proofs: Path) -> None:
    """What it may cost is said; the statement stands where the contest allows it, with formulas."""
    assert "time limit" in hills.words
    assert "memory limit" in hills.words
    assert "secret statement" not in hills.text
    shown = Page(proofs / "problem" / "imo2025--p1.html")
    assert "Prove the secret" in shown.words
    assert any(e.tag == "math" for e in shown.elements)


def test_a_problem_without_subtasks_has_no_table_of_them(tmp_path: Path) -> None:
    """Nothing is said of what there is not."""
    build_report([icpc_run(tmp_path / "run", 2)], tmp_path / "report")
    names = sorted(path.name for path in (tmp_path / "report" / "problem").iterdir())
    assert names == [f"ioi1999--{name}.html" for name in ("apple", "bridge", "city")]
