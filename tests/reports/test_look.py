"""The style sheet keeps its promises: contrast, size, no dead rule; pages stay small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import reports
from tests.reports.html_walk import pages_of

SHEET = (Path(reports.__file__).parent / "assets" / "report.css").read_text()


def palette(dark: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
    found: dict[str, str] = {}
    for block in blocks[: 1 + dark]:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, two: str) -> float:
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXTS = [
    *((ink, ground) for ink in ("text", "quiet", "accent", "warn") for ground in ("page", "card")),
    ("warn", "warn-card"),
    ("text", "warn-card"),
    *(("on-state", state) for state in ("full", "partial", "zero")),
    ("quiet", "none"),
    *((f"code-{k}", "card") for k in ("keyword", "string", "comment", "number", "preproc")),
]
SHAPES = [("full-ink", "page"), ("partial-ink", "page"), ("zero-ink", "page")]


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_can_be_read(ink: str, ground: str, dark: bool) -> None:
    """Every colour of text has the contrast that WCAG asks of text, on what it stands on."""
    colours = palette(dark)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("ink", "ground"), SHAPES)
def test_bars_can_be_seen(ink: str, ground: str, dark: bool) -> None:
    """Every colour of a bar has the contrast that WCAG asks of drawings."""
    colours = palette(dark)
    assert contrast(colours[ink], colours[ground]) >= 3


def test_the_sheet_is_small_and_loads_nothing() -> None:
    """One sheet under 20 kB, without an address in it."""
    assert len(SHEET.encode()) < 20_000
    assert "url(" not in SHEET
    assert "@import" not in SHEET


def test_classes_of_sheet_and_templates_match() -> None:
    """No rule is for a class that no template has, and the states have their rules."""
    code = Path(reports.__file__).parent
    templates = " ".join(path.read_text() for path in (code / "templates").iterdir())
    sources = " ".join(
        (code / f"{name}.py").read_text() for name in ("code", "draw", "markup", "words")
    )
    for name in set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^}]*\}", "", SHEET))):
        assert re.search(rf"\b{name}\b", templates + sources), f".{name} is not used"


def test_pages_are_small(ordinary: Path) -> None:
    """No page of an ordinary run is over its budget, and the assets are under theirs."""
    for page in pages_of(ordinary):
        assert page.path.stat().st_size < 100_000, page.path.name
    assert sum(path.stat().st_size for path in (ordinary / "assets").iterdir()) < 25_000


def test_cells_can_be_heard(ordinary: Path) -> None:
    """Each cell's link is a whole sentence, with the points of every subtask."""
    (page,) = [p for p in pages_of(ordinary) if p.path.parent.name == "contest"]
    labels = [
        e.attributes["aria-label"]
        for e in page.elements
        if e.tag == "a" and "aria-label" in e.attributes
    ]
    assert len(labels) == 10
    assert (
        "Hills, weak: 12.5 of 100 points on average over 2 attempts; best 25; 2 submissions; "
        "subtask 1: 5 of 10; 2: 7.5 of 30; 3: 0 of 60; 1 attempt void, in no number"
    ) in labels


def test_tables_have_heads(ordinary: Path) -> None:
    """Every header cell says what it heads, and every scrolling region has a name and a focus."""
    for page in pages_of(ordinary):
        for element in page.elements:
            if element.tag == "th":
                assert element.attributes["scope"] in ("col", "row", "rowgroup", "colgroup")
            if element.attributes.get("role") == "region":
                assert element.attributes["aria-label"]
                assert element.attributes["tabindex"] == "0"


def test_credits_name_what_is_in_the_folder_and_what_made_it(proofs: Path) -> None:
    """The font with its licence, and every library that pages are made with."""
    (page,) = [p for p in pages_of(proofs) if p.path.name == "about.html"]
    for name in ("STIX Two Math", "SIL Open Font License 1.1", "Jinja2", "MarkupSafe", "nh3"):
        assert name in page.words
    assert "markdown-it-py" in page.words
    assert "math-core" in page.words
    assert (proofs / "assets" / "stix-two-math-LICENSE.txt").is_file()
