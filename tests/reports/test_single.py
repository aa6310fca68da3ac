"""The report in one file has the same numbers, needs nothing beside it and holds no submission."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli import main
from harness.errors import UsageError
from reports import single
from reports.build import build_report
from reports.pages import SCRIPT
from reports.single import build_single
from tests.reports.crowd import crowd_run
from tests.reports.examples import hostile_run, ordinary_run
from tests.reports.html_walk import Page
from tests.reports.runs import SOURCE


def test_the_numbers_are_those_of_the_folder(tmp_path: Path) -> None:
    """Every row of the leaderboard and of the scoreboard is in the file."""
    run = ordinary_run(tmp_path / "run")
    build_report([run], tmp_path / "folder")
    build_single([run], tmp_path / "one.html")
    rows = Page(tmp_path / "one.html").rows
    for page in ("index.html", "contest/ioi1999.html"):
        for row in Page(tmp_path / "folder" / page).rows:
            if "run-one" not in row and row[:1] != ["run"]:
                assert row in rows


def test_it_needs_nothing_beside_it(tmp_path: Path) -> None:
    """No link leaves the file, each leads to a place in it, and nothing is loaded."""
    runs = [crowd_run(tmp_path / name, contestants=2, problems=2, attempts=2) for name in "ab"]
    build_single(runs, tmp_path / "one.html")
    page = Page(tmp_path / "one.html")
    links = [e.attributes["href"] for e in page.elements if "href" in e.attributes]
    assert links
    assert all(link.startswith("#") and link[1:] in page.ids for link in links)
    assert len(page.ids) == len(set(page.ids))
    assert not [e for e in page.elements if e.tag in ("link", "img", "iframe")]
    assert "compared with" in page.words


def test_no_submission_is_in_it(tmp_path: Path) -> None:
    """Sources and outputs stay in the folder and the run."""
    build_single([ordinary_run(tmp_path / "run")], tmp_path / "one.html")
    assert SOURCE.splitlines()[1] not in (tmp_path / "one.html").read_text()


def test_an_attack_is_text_in_it_too(tmp_path: Path) -> None:
    """Whatever the names hold, no element comes of them."""
    build_single([hostile_run(tmp_path / "run")], tmp_path / "one.html")
    page = Page(tmp_path / "one.html")
    assert not {e.tag for e in page.elements} & {"img", "iframe", "object", "form"}
    assert page.raw[1:] == [SCRIPT]
    assert not [e for e in page.elements for name in e.attributes if name.startswith("on")]
    assert sum(e.tag == "style" for e in page.elements) == 1
    links = [e.attributes["href"] for e in page.elements if "href" in e.attributes]
    assert all(link.startswith("#") and link[1:] in page.ids for link in links)


def test_the_same_runs_give_the_same_file(tmp_path: Path) -> None:
    """Built twice, over the first one, it is the same."""
    run = ordinary_run(tmp_path / "run")
    size = build_single([run], tmp_path / "one.html")
    first = (tmp_path / "one.html").read_bytes()
    assert build_single([run], tmp_path / "one.html") == size == len(first)
    assert (tmp_path / "one.html").read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.html", "run"]


def test_another_file_is_not_replaced(tmp_path: Path) -> None:
    """What is no report stays as it was."""
    (tmp_path / "thesis.html").write_text("years")
    with pytest.raises(UsageError, match="not a report"):
        build_single([ordinary_run(tmp_path / "run")], tmp_path / "thesis.html")
    assert (tmp_path / "thesis.html").read_text() == "years"


def test_a_file_that_is_too_large_is_refused_and_a_large_one_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beyond what opens anywhere there is no file, and below it a word about its size."""
    run = ordinary_run(tmp_path / "run")
    out = tmp_path / "one.html"
    monkeypatch.setattr(single, "LARGE", 10_000)
    assert main(["report", str(run.path), "--single-file", "-o", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(out)
    assert "much for a mail" in said.err
    out.unlink()
    monkeypatch.setattr(single, "MOST", 10_000)
    with pytest.raises(UsageError, match="more than 10,000"):
        build_single([run], out)
    assert not out.exists()


def test_what_leads_nowhere_is_not_called_a_link(tmp_path: Path) -> None:
    """A cell without its page has no address and no name of a link; its numbers stand there."""
    build_single([ordinary_run(tmp_path / "run")], tmp_path / "one.html")
    links = [e.attributes for e in Page(tmp_path / "one.html").elements if e.tag == "a"]
    dead = [attributes for attributes in links if "href" not in attributes]
    assert dead
    assert not any("aria-label" in attributes for attributes in dead)
