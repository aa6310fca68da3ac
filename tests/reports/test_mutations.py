"""Thousands of attacks go through every renderer and into every field, and a browser looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from harness.store import RunFolder
from reports.build import build_report
from reports.formulas import Formula
from reports.markup import coloured, marked, prose
from reports.pages import environment
from reports.prose import formula_html
from reports.slugs import slug
from reports.visible import visible
from tests.browsers import Browser, Listener
from tests.reports.mutants import BOMBS, armed, mutants
from tests.reports.mutated import (
    as_answers,
    as_files,
    as_names,
    as_programs,
    as_proofs,
    without_policy,
    wrongs,
)
from tests.reports.payloads import PAYLOADS

MANY = 5_000
FEW = 60
BATCH = 50
"""Mutants on one page of fragments."""

NAMES = 500
"""Contestants of one report."""

_NAME = environment().from_string(
    '{% import "parts.html.jinja" as parts %}{{ parts.name(it, "../") }}'
    '<i class="x" aria-label="{{ it.title }}">{{ it.tag }}</i>'
)

RENDERERS: dict[str, Callable[[str], str]] = {
    "prose": prose,
    "formula": lambda text: formula_html(Formula(text, text, False)),
    "formula of its own line": lambda text: formula_html(Formula(text, text, True)),
    "text as written": marked,
    "C++": lambda text: coloured(text, "cpp17"),
    "C": lambda text: coloured(text, "c"),
    "unknown language": lambda text: coloured(text, "brainfog"),
    "name and attribute": lambda text: _NAME.render(
        it={"title": text, "tag": text, "id": text, "run": text, "run_page": slug(text)}
    ),
}
"""Everything that makes HTML of a text, and all of it by itself."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs be written without waiting for the disk at every record."""
    monkeypatch.setattr("harness.store.os.fsync", lambda _: None)


def test_the_attacks_are_dangerous_where_nothing_stands_in_their_way(
    browser: Browser, listener: Listener, tmp_path: Path
) -> None:
    """As bare HTML, mutants do run and call home: this way of looking would see it."""
    sang = called = foreign = 0
    for number, text in enumerate(mutants(FEW, listener.address)[-30:]):
        page = tmp_path / f"{number}.html"
        page.write_text(f"<!doctype html><title>x</title><p>{visible(text)}</p>", "utf-8")
        found = wrongs(browser, page)
        sang += any("a script ran" in each for each in found)
        called += any("asked for" in each for each in found)
        foreign += any("<" in each for each in found)
    assert sang >= 3
    assert called >= 5
    assert foreign >= 15
    assert listener.asked
    listener.asked.clear()


def test_the_attacks_are_many_and_the_same_each_time(listener: Listener) -> None:
    """All payloads and bombs as they are, then others; no two alike, and each has a canary."""
    found = mutants(MANY, listener.address)
    assert len(set(found)) == MANY
    assert found == mutants(MANY, listener.address)
    assert found != mutants(MANY, listener.address, seed=1)
    for payload in PAYLOADS.values():
        assert armed(payload, listener.address)[:200] in {text[:200] for text in found}
    assert len(BOMBS) + len(PAYLOADS) > 50
    assert sum(listener.address in text or "globalThis.ran" in text for text in found) > MANY / 2


def fragments(folder: Path, texts: Sequence[str]) -> Iterator[Path]:
    """Yield pages without a policy that hold each text as every renderer sets it."""
    for at in range(0, len(texts), BATCH):
        held = "".join(
            f"<section>{render(text)}</section>\n"
            for text in texts[at : at + BATCH]
            for render in RENDERERS.values()
        )
        page = folder / f"fragments-{at}.html"
        page.write_text(
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title></head>'
            f"<body><main>{held}</main></body></html>",
            "utf-8",
        )
        yield page


def rendered(browser: Browser, listener: Listener, folder: Path, texts: Sequence[str]) -> None:
    pages = list(fragments(folder, texts))
    counted = 0
    for page in pages:
        assert wrongs(browser, page) == []
        # None ended the element that it was put into, or swallowed the next.
        counted += browser.ask("document.querySelectorAll('body > main > section').length")
        assert browser.ask("document.querySelectorAll('section section').length") == 0
    assert counted == len(texts) * len(RENDERERS)
    assert listener.asked == []


FIELDS: dict[str, Callable[[Path, Sequence[str]], RunFolder]] = {
    "programs, compiler output, checker messages": as_programs,
    "file names": as_files,
    "answers": as_answers,
    "proofs, rubrics, jury remarks": as_proofs,
}


def looked_at(
    browser: Browser, listener: Listener, place: Path, run: RunFolder, *, policy: bool
) -> int:
    """Build the report of a run, open every page of it, and return how many there were."""
    build_report([run], place / "report")
    if not policy:
        without_policy(place / "report")
    pages = sorted((place / "report").rglob("*.html"))
    assert [wrong for page in pages for wrong in wrongs(browser, page)] == []
    assert listener.asked == []
    return len(pages)


def test_no_renderer_makes_an_attack_more_than_text(
    browser: Browser, listener: Listener, tmp_path: Path
) -> None:
    """What each renderer makes of an attack has no script, no way out and stays in its place."""
    rendered(browser, listener, tmp_path, mutants(FEW * 5, listener.address))


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_makes_an_attack_more_than_text(
    field: str, browser: Browser, listener: Listener, tmp_path: Path
) -> None:
    """Reports of attacks open without a script that runs or a request that leaves."""
    run = FIELDS[field](tmp_path / "run", mutants(FEW, listener.address))
    assert looked_at(browser, listener, tmp_path, run, policy=True) >= 5


@pytest.mark.long
def test_no_name_makes_an_attack_more_than_text(
    browser: Browser, listener: Listener, tmp_path: Path
) -> None:
    """The same where contestants, problems, contests and runs are called like attacks."""
    run = as_names(tmp_path / "run", mutants(FEW, listener.address)[-20:])
    assert looked_at(browser, listener, tmp_path, run, policy=False) >= 20


@pytest.mark.long
def test_no_renderer_makes_any_of_five_thousand_attacks_more_than_text(
    browser: Browser, listener: Listener, tmp_path: Path
) -> None:
    """Five thousand mutants through every renderer, without a policy."""
    rendered(browser, listener, tmp_path, mutants(MANY, listener.address))


@pytest.mark.attacks
@pytest.mark.parametrize("field", FIELDS)
def test_no_field_makes_any_of_five_thousand_attacks_more_than_text(
    field: str, browser: Browser, listener: Listener, tmp_path: Path
) -> None:
    """Five thousand mutants in every field of a submission, without a policy."""
    run = FIELDS[field](tmp_path / "run", mutants(MANY, listener.address))
    assert looked_at(browser, listener, tmp_path, run, policy=False) >= 20


@pytest.mark.attacks
@pytest.mark.parametrize("at", range(0, MANY, NAMES))
def test_none_of_five_thousand_names_is_more_than_text(
    at: int, browser: Browser, listener: Listener, tmp_path: Path
) -> None:
    """Boards of five hundred contestants called like attacks, without a policy."""
    run = as_names(tmp_path / "run", mutants(MANY, listener.address)[at : at + NAMES])
    build_report([run], tmp_path / "report")
    without_policy(tmp_path / "report")
    cells = sorted((tmp_path / "report" / "cell").iterdir())
    assert len(cells) == NAMES
    boards = [page for page in (tmp_path / "report").rglob("*.html") if page.parent.name != "cell"]
    for page in (*boards, *cells[::25]):
        assert wrongs(browser, page) == []
    assert listener.asked == []
