"""Real browsers open reports from disk and show them; nothing runs but ours, and nothing leaves."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from reports.build import build_report
from reports.single import build_single
from tests.browsers import Browser, Chromium, Listener
from tests.reports.crowd import crowd_run
from tests.reports.examples import answers_run, hostile_run, icpc_run, ordinary_run
from tests.reports.mutants import armed
from tests.reports.payloads import PAYLOADS
from tests.reports.proofs import Marked, proof_run


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build reports of every kind: IOI, ICPC, proofs, a comparison, and one file."""
    place = tmp_path_factory.mktemp("shelf")
    held = {
        "ordinary": [ordinary_run(place / "runs" / "ordinary")],
        "proofs": [proof_run(place / "runs" / "proofs")],
        "icpc": [icpc_run(place / "runs" / "icpc", 3)],
        "answers": [answers_run(place / "runs" / "answers", 42)],
        "compare": [
            crowd_run(place / "runs" / name, contestants=2, problems=3, attempts=4, better=n)
            for n, name in enumerate("ab")
        ],
    }
    for name, runs in held.items():
        build_report(runs, place / "reports" / name)
    build_single(held["compare"], place / "reports" / "single.html")
    return place / "reports"


def pages_on(shelf: Path) -> list[Path]:
    found = sorted(shelf.rglob("*.html"))
    # Of the many problems of the set of answers, one: they are all alike.
    many = re.compile(r"set--q(?!1[-.])")
    found = [path for path in found if not many.match(path.name)]
    assert len(found) > 30
    assert {path.parent.name for path in found} >= {"contest", "problem", "cell", "compare", "run"}
    return found


OPEN_ALL = """(() => { const all = [...document.querySelectorAll('details')];
  for (const each of all) each.querySelector('summary').click();
  return all.length; })()"""


def test_every_page_opens_from_disk(browser: Browser, shelf: Path) -> None:
    """No page has a complaint or asks for anything outside, all of its folds opened."""
    folds = 0
    for page in pages_on(shelf):
        visit = browser.visit(page)
        assert visit.quiet, (page, visit)
        folds += browser.ask(OPEN_ALL)
        assert browser.since().quiet, page
    assert folds > 60


ORDER = """[...document.querySelectorAll('table.leaderboard tbody tr:not([hidden]) .name')]
  .map((each) => each.textContent)"""
SORT = """(() => { [...document.querySelectorAll('table.leaderboard button.sort')]
  .find((each) => each.textContent.trim() === '%s').click(); return location.hash; })()"""
FIND = """(() => { const box = document.querySelector('input[type=search]'); box.value = '%s';
  box.dispatchEvent(new Event('input')); return location.hash; })()"""


def test_rows_sort_and_filter_and_the_address_says_so(browser: Browser, shelf: Path) -> None:
    """A click on a head sorts, words filter, and the address brings both back."""
    page = shelf / "ordinary" / "index.html"
    browser.visit(page)
    assert browser.ask(ORDER)[:2] == ["strong", "weak"]
    assert browser.ask(SORT % "Contestant").startswith("#view:")
    by_name = ["absent", "broken", "strong", "weak"]
    assert browser.ask(ORDER)[:4] == by_name
    address = browser.ask(FIND % "r")
    assert browser.ask(ORDER)[:2] == ["broken", "strong"]
    again = browser.visit(page.resolve().as_uri() + address)
    assert again.quiet
    assert browser.ask(ORDER)[:2] == ["broken", "strong"]


def test_a_link_to_a_submission_brings_it_into_sight(browser: Browser, shelf: Path) -> None:
    """The address of one submission of a long page opens there."""
    page = shelf / "ordinary" / "cell" / "ioi1999--hills--strong.html"
    browser.shape(1000, 600)
    browser.visit(page.resolve().as_uri() + "#a2-s1")
    top = browser.ask("document.getElementById('a2-s1').getBoundingClientRect().top")
    assert -5 < top < 600
    assert browser.ask("scrollY") > 300


@pytest.mark.long
def test_no_page_is_wider_than_a_phone(browser: Browser, shelf: Path) -> None:
    """Wide tables scroll inside of themselves; the page does not, 360 pixels wide."""
    browser.shape(360, 844)
    for page in pages_on(shelf):
        browser.visit(page)
        browser.ask(OPEN_ALL)
        root = "document.documentElement"
        assert browser.ask(f"{root}.scrollWidth - {root}.clientWidth") <= 0, page
    browser.shape(1280, 900)


CONTRAST = """(() => {
  const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const bright = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const c = parts(getComputedStyle(at).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255]; };
  const poor = [];
  let seen = 0;
  for (const each of document.querySelectorAll('body *')) {
    const own = [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || ['SCRIPT', 'STYLE'].includes(each.tagName) || each.closest('svg')) continue;
    const one = bright(parts(getComputedStyle(each).color)), two = bright(ground(each));
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    seen += 1;
    if (ratio < 4.5) poor.push(`${each.tagName}.${each.className} ${ratio.toFixed(2)}`);
  }
  return {seen, poor: [...new Set(poor)]};
})()"""


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(scheme: str, chromium: Chromium, shelf: Path) -> None:
    """Every text on every page, as it is drawn, has the contrast that WCAG asks for."""
    chromium.media(prefers_color_scheme=scheme)
    for page in pages_on(shelf):
        chromium.visit(page)
        found = chromium.ask(CONTRAST)
        assert found["seen"] > 10
        assert found["poor"] == [], page
    chromium.media()


@pytest.mark.long
def test_print_shows_whole_texts(chromium: Chromium, shelf: Path) -> None:
    """On paper nothing scrolls: sources, proofs and tables are there to their end."""
    for page in pages_on(shelf):
        chromium.shape(718, 1000)  # A4 without its margins
        chromium.visit(page)
        chromium.media("print")
        wide = chromium.ask("document.documentElement.scrollWidth")
        cut = chromium.ask(
            "[...document.querySelectorAll('.source, .prose, .scroll')].filter((each) => "
            "['auto', 'scroll', 'hidden'].includes(getComputedStyle(each).overflowY)).length"
        )
        chromium.media()
        assert cut == 0, page
        assert wide <= 718 * 1.5, (page, wide)
    chromium.shape(1280, 900)


def test_a_proof_is_set_in_its_font(chromium: Chromium, proofs: Path, tmp_path: Path) -> None:
    """The page of a proof has its formulas, and the font is let in without a complaint."""
    shutil.copytree(proofs, tmp_path / "report")
    page = tmp_path / "report" / "cell" / "imo2025--p1--prover.html"
    assert chromium.visit(page).quiet
    assert chromium.ask("document.querySelectorAll('math munderover').length") > 0
    text = page.read_text()
    page.write_text(text.replace("; font-src &#39;self&#39;", ""))
    said = " ".join(chromium.visit(page).complaints)
    assert "stix-two-math.woff2" in said, "without leave the browser must have asked for it"


def test_no_attack_in_a_proof_runs_or_calls_home(
    browser: Browser, tmp_path: Path, listener: Listener
) -> None:
    """With every kind of attack as a proof and as an opinion, nothing runs and nothing leaves."""
    attack = "\n\n".join(armed(each[:2_000], listener.address) for each in PAYLOADS.values())
    run = proof_run(tmp_path / "run", Marked(proof=attack, says=attack))
    build_report([run], tmp_path / "report")
    for page in sorted((tmp_path / "report" / "cell").iterdir()):
        assert browser.visit(page).quiet
        assert browser.ask("globalThis.ran") is None
    assert listener.asked == []


def test_no_text_of_a_model_runs_or_calls_home(
    browser: Browser, tmp_path: Path, listener: Listener
) -> None:
    """With attacks in every field, no page runs a script or asks for anything outside."""
    address = listener.address
    payload = (
        f"\"'></title></pre></code><script>console.error('ran');fetch('{address}/script')"
        f"</script><img src='{address}/image' onerror=console.error('ran')>"
        f"<link rel=stylesheet href='{address}/style'><style>@import '{address}/import';</style>"
    )
    build_report([hostile_run(tmp_path / "run", payload)], tmp_path / "report")
    for page in sorted((tmp_path / "report").rglob("*.html")):
        assert browser.visit(page).quiet, page
    assert listener.asked == []


def test_this_way_of_looking_would_see_it(
    browser: Browser, tmp_path: Path, listener: Listener
) -> None:
    """A page that does run a script and call home is noticed by the same means."""
    page = tmp_path / "page.html"
    page.write_text(f"<script>console.error('ran')</script><img src='{listener.address}/image'>")
    visit = browser.visit(page)
    assert "ran" in " ".join(visit.complaints)
    assert visit.outside == (f"{listener.address}/image",)
    assert listener.asked == ["/image"]
    listener.asked.clear()


def test_the_policy_holds_when_escaping_fails(
    browser: Browser, ordinary: Path, tmp_path: Path, listener: Listener
) -> None:
    """Even with an attack written into a page unescaped, nothing runs and nothing leaves."""
    shutil.copytree(ordinary, tmp_path / "report")
    page = tmp_path / "report" / "index.html"
    attack = (
        f"<script>document.title='owned'</script><img src='{listener.address}/image' "
        "onerror=\"document.title='owned'\"><iframe src='{address}/frame'></iframe>"
    )
    page.write_text(page.read_text().replace("</main>", attack + "</main>"))
    assert "script-src" in " ".join(browser.visit(page).complaints)
    assert browser.ask("document.title") != "owned"
    assert listener.asked == []
