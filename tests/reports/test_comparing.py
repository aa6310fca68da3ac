"""Two runs have a page that says first what can be known of their difference."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.build import build_report
from tests.reports.contests import answer_problem, ioi, people
from tests.reports.crowd import crowd_run
from tests.reports.html_walk import Page, pages_of
from tests.reports.runs import VOID, Did, write_run


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the report of two runs with the same contestants, the second one's much better."""
    place = tmp_path_factory.mktemp("two")
    runs = [
        crowd_run(place / name, contestants=2, problems=3, attempts=10, better=better)
        for name, better in (("old", 0), ("fresh", 3))
    ]
    build_report(runs, place / "report")
    return place / "report"


def test_contestants_of_one_name_are_compared(two: Path) -> None:
    """Each contestant that both runs have has a page, which the first page leads to."""
    names = sorted(path.name for path in (two / "compare").iterdir())
    assert names == [f"ioi1999--model-{n}@old--model-{n}@fresh.html" for n in range(2)]
    links = {e.attributes.get("href") for e in Page(two / "index.html").elements}
    assert {f"compare/{name}" for name in names} <= links


def test_the_first_sentence_has_the_difference_and_its_interval(two: Path) -> None:
    """The run that was named first is the base, and more points are more."""
    page = Page(two / "compare" / "ioi1999--model-0@old--model-0@fresh.html")
    assert re.search(
        r"model-0 \(fresh\) scores [\d.]+ points more than model-0 \(old\) "
        r"\(95 % interval \+[\d.]+ to \+[\d.]+ of 300 points\)",
        page.words,
    )
    assert "Gained: 3" in page.words
    assert "Lost: 0" in page.words
    assert "says nothing of other problems" in page.words


def test_both_scores_lead_to_their_evidence(two: Path) -> None:
    """Every problem links to the cell of either run, and all links lead somewhere."""
    page = Page(two / "compare" / "ioi1999--model-0@old--model-0@fresh.html")
    cells = [e.attributes["href"] for e in page.elements if "../cell/" in str(e.attributes)]
    assert len(cells) == 6
    for address in cells:
        assert (page.path.parent / address).is_file()


def test_a_page_says_a_small_probability_as_the_command_does(tmp_path: Path) -> None:
    """No figure of 1e-23 that nobody could check, and none that rounds to 0."""
    contest = ioi(answer_problem("p"))
    runs = [
        write_run(tmp_path / name, contest, {(name, "p"): [did] * 40}, people(name))
        for name, did in (("a", Did((0,))), ("b", Did((1,))))
    ]
    build_report(runs, tmp_path / "report")
    (page,) = [p for p in pages_of(tmp_path / "report") if p.path.parent.name == "compare"]
    assert "with 40 judged attempts a problem; p < 0.0001." in page.words


def test_what_can_be_chance_is_not_called_a_difference(tmp_path: Path) -> None:
    """Two single attempts at two problems show nothing, and the page says that they never could."""
    contest = ioi(answer_problem("p"), answer_problem("q"))
    runs = [
        write_run(tmp_path / name, contest, {(name, "p"): [did], (name, "q"): [did]}, people(name))
        for name, did in (("a", Did((0,))), ("b", Did((1,))))
    ]
    build_report(runs, tmp_path / "report")
    (page,) = [p for p in pages_of(tmp_path / "report") if p.path.parent.name == "compare"]
    assert "No difference can be shown between b (b) and a (a): +20 points" in page.words
    assert "no outcome could have been significant" in page.words


def test_attempts_that_were_not_judged_bound_the_difference(tmp_path: Path) -> None:
    """A void attempt is no zero: the page says what it could change."""
    contest = ioi(answer_problem("p"))
    runs = [
        write_run(tmp_path / name, contest, {(name, "p"): did}, people(name))
        for name, did in (("a", [Did((0,)), VOID]), ("b", [Did((1,)), Did((1,))]))
    ]
    build_report(runs, tmp_path / "report")
    (page,) = [p for p in pages_of(tmp_path / "report") if p.path.parent.name == "compare"]
    assert "Not judged: 1 attempts of base and 0 of new" in page.words
    assert "the difference lies between +5 and +10" in page.words


@pytest.mark.parametrize("count", [1, 3])
def test_only_two_runs_are_a_pair(tmp_path: Path, count: int) -> None:
    """One run has nobody to be compared with, and of three nobody says which two are meant."""
    runs = [
        crowd_run(tmp_path / f"r{n}", contestants=1, problems=2, attempts=2) for n in range(count)
    ]
    build_report(runs, tmp_path / "report")
    assert not (tmp_path / "report" / "compare").exists()


def test_runs_of_other_data_are_not_compared(tmp_path: Path) -> None:
    """Another hash is another board: there is no page that would set the two against each other."""
    runs = [
        write_run(
            tmp_path / name,
            ioi(answer_problem("p"), hash=name * 64),
            {("m", "p"): [Did((1,))]},
            people("m"),
        )
        for name in ("a", "b")
    ]
    build_report(runs, tmp_path / "report")
    assert not (tmp_path / "report" / "compare").exists()


def test_settings_come_before_the_difference_and_medals_after(two: Path) -> None:
    """What the runs differ in stands first; then the sentence; then each medal's probability."""
    page = Page(two / "compare" / "ioi1999--model-0@old--model-0@fresh.html")
    order = ["Settings that differ", "The difference", "95 % interval", "Medals", "Problems"]
    places = [page.words.index(part) for part in order]
    assert places == sorted(places)
    chances = {row[0]: row[1:] for row in page.rows if row[0] in ("gold", "silver", "bronze")}
    assert list(chances) == ["gold", "silver", "bronze"]
    for base, new in chances.values():
        assert re.fullmatch(r"[<>\d.]+ \[[<>\d.]+, [<>\d.]+\]", base), base
        assert base != new
