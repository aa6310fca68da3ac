"""The one script sorts, filters and hides, and the address brings the same view back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.pages import SCRIPT
from tests.browsers import Browser


def names(document: str) -> list[str]:
    """Return the contestants of the first table that are shown, from the top."""
    body = document.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr([^>]*)>(.*?)</tr>", body, re.DOTALL)
    return [
        re.findall(r'<span class="name">([^<]*)', row)[0]
        for attributes, row in rows
        if "hidden" not in attributes and 'class="name"' in row
    ]


def opened(browser: Browser, page: Path, view: str) -> str:
    """Open a page with a view in its address, as a reader's link would; return its document."""
    assert browser.visit(f"{page.resolve().as_uri()}#view:{view}").quiet
    return str(browser.ask("document.documentElement.outerHTML"))


def test_the_script_is_small_and_makes_no_html() -> None:
    """Under 20 kB, and names reach the page as text only."""
    assert len(SCRIPT.encode()) < 20_000
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval",
        "fetch",
        "localStorage",
        "cookie",
        "Function",
    ):
        assert word not in SCRIPT


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("", ["strong", "weak", "broken", "absent"]),
        ("0.sort=2u", ["broken", "weak", "strong", "absent"]),
        ("0.sort=1d", ["weak", "strong", "broken", "absent"]),
        ("0.find=RO", ["strong", "broken"]),
        ("0.sort=99d&0.find=%E0%A4%A&1.x", ["strong", "weak", "broken", "absent"]),
    ],
)
def test_an_address_brings_back_its_view(
    ordinary: Path, browser: Browser, view: str, shown: list[str]
) -> None:
    """Rows are sorted by their numbers, a dash is last either way, and nonsense does no harm."""
    document = opened(browser, ordinary / "index.html", view)
    assert names(document) == shown
    assert ('aria-sort="' in document) == ("sort=2" in view or "sort=1" in view)
    assert document.count('class="sort"') >= 8


def test_hidden_columns_are_gone_from_every_row(ordinary: Path, browser: Browser) -> None:
    """A column that is not wanted has no cell left, and its box is off."""
    document = opened(browser, ordinary / "index.html", "0.hide=2")
    rows = re.findall(r'<td class="num points"[^>]*>', document)
    assert rows
    assert all("hidden" in row for row in rows)
