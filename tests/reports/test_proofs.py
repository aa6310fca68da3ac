"""A reader of a proof sees it beside its marks, who gave them, and what they rest on."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.store import RunFolder
from harness.types import JudgeStanding
from reports.build import build_report
from reports.prose import prose_html
from tests.calibration.test_certificates import GOOD
from tests.reports.html_walk import Page
from tests.reports.payloads import PAYLOADS
from tests.reports.proofs import Marked, imo, last_answer, long_search, proof_problem, proof_run

CELL = "cell/imo2025--p1--prover.html"
MATHS = ("maths.css", "stix-two-math.woff2", "stix-two-math-LICENSE.txt")


def page_of(run: RunFolder, name: str = CELL) -> Page:
    report = run.path.with_name(f"report-{run.path.name}")
    build_report([run], report)
    return Page(report / name)


def everything(report: Path) -> str:
    return " ".join(Page(path).words for path in sorted(report.rglob("*.html")))


def test_a_proof_is_set_and_there_as_it_was_written(proofs: Path) -> None:
    """Formulas are MathML, the source stands beside, and HTML in it is text in both."""
    page = Page(proofs / CELL)
    assert "<math" in page.path.read_text()
    assert page.text.count(r"\frac{n(n+1)}{2}") >= 1
    assert page.text.count("<script>alert(1)</script>") >= 2
    assert "Plain text, exactly as written" in page.words


def test_marks_are_shown_with_who_gave_them(proofs: Path) -> None:
    """Each model's votes lead to what it wrote; what could not be read is a dash and counted."""
    page = Page(proofs / CELL)
    labels = [e.attributes.get("aria-label", "") for e in page.elements if e.tag == "a"]
    assert [label for label in labels if "vote" in label] == [
        "alpha, vote 1: 7",
        "alpha, vote 2: 6",
        "beta, vote 1: 7",
        "beta, vote 2: unread",
    ]
    assert "mean of 3 marks" in page.words
    assert "1 vote could not be read and counted for nobody" in page.words
    assert "Asked 2 times: no mark could be read in the replies before this one" in page.words
    assert "alpha, vote 1: 7" in page.words
    assert "The jury was shown statement and proof, reference and rubric." in page.words


def test_other_ways_to_count_stand_beside(tmp_path: Path) -> None:
    """Mean and zero-veto come first, and the one that counts is named."""
    page = page_of(proof_run(tmp_path / "r", Marked(rounds=(((7, 7), (7, 0)),))))
    rules = [
        row for row in page.rows if len(row) == 2 and row[0].split()[0] in ("mean", "zero_veto")
    ]
    assert rules[:2] == [["mean counts", "5.25"], ["zero_veto", "0"]]
    assert "spread 7" in page.words


def test_a_second_round_is_apart_from_the_first(tmp_path: Path) -> None:
    """Where marks were given again, both rounds are there and the page says which counts."""
    page = page_of(proof_run(tmp_path / "r", Marked(rounds=(((7, 1), (2, 7)), ((6, 6), (6, 6))))))
    for said in (
        "alpha, round 1",
        "beta, round 2",
        "only the second round counts",
        "6 of 7 points",
    ):
        assert said in page.words


def test_a_judge_of_the_contestants_family_is_named(proofs: Path) -> None:
    """The reader is told beside the marks and above the proof."""
    assert "beta is of the contestant's own family" in Page(proofs / CELL).words
    assert "beta own family" in Page(proofs / CELL).words


def test_marks_without_a_calibration_are_provisional(proofs: Path, tmp_path: Path) -> None:
    """On the board, on the page of the run and beside the mark; not on a final answer."""
    for name in (CELL, "index.html", "contest/imo2025.html"):
        assert "Provisional. The marks of problem p1" in Page(proofs / name).words
    scoreboard = Page(proofs / "contest/imo2025.html")
    row = scoreboard.row("Prover")
    assert [("provisional" in cell) for cell in row[2:4]] == [True, False]
    assert "7 of 7 points provisional" not in Page(proofs / CELL.replace("p1", "a1")).words
    assert "points provisional" in Page(proofs / CELL).words


def test_marks_of_a_calibrated_jury_say_what_is_known(tmp_path: Path) -> None:
    """A certificate replaces the word and the notice by its own sentence."""
    standing = JudgeStanding(certificate=GOOD)
    page = page_of(proof_run(tmp_path / "r", standing=standing))
    assert GOOD.sentence in page.words
    assert "rovisional" not in everything(page.path.parent.parent)


def test_marks_by_people_are_not_provisional(tmp_path: Path) -> None:
    """Without a jury of models nothing is said of one."""
    page = page_of(proof_run(tmp_path / "r", marks_by_people=True))
    assert "rovisional" not in everything(page.path.parent.parent)


def test_marks_that_people_gave_after_the_jury_are_said_to_be_theirs(tmp_path: Path) -> None:
    """Where people marked every attempt, board, list and notice say so, and nothing is provisional.

    Where they marked only some, the problem stays provisional.
    """
    run = proof_run(tmp_path / "r", Marked(by_person=3.0))
    page = page_of(run)
    report = page.path.parent.parent
    assert (
        "Marked by people. Every proof of problem p1 in run r was marked by people." in page.words
    )
    assert "marked by people" in Page(report / "contest" / "imo2025.html").row("Prover")[2]
    assert "Provisional." not in everything(report)
    some = {"p1": [Marked(by_person=3.0), Marked()], "a1": [Marked()]}
    page = page_of(proof_run(tmp_path / "some", some))
    assert "Provisional." in page.words
    assert "provisional" in Page(page.path.parents[1] / "contest" / "imo2025.html").row("Prover")[2]
    tags = [row[2] for row in page.rows if row[0] in ("attempt 0", "attempt 1")]
    assert [tag.rpartition("points ")[2] for tag in tags] == ["marked by people", "provisional"]


def test_scheme_statement_and_reference_are_shown_where_allowed(proofs: Path) -> None:
    """Rubric, reference solution, guidelines and statement, set like the proof."""
    words = Page(proofs / CELL).words
    for said in (
        "2 The secret case",
        "The secret proof",
        "The secret guideline",
        "Prove the secret",
    ):
        assert said in words


def test_scheme_statement_and_reference_are_secret_otherwise(tmp_path: Path) -> None:
    """No page has them, nor what was expected; the reader is told that they exist."""
    page = page_of(proof_run(tmp_path / "r", contest=imo(show=False), answer="5"))
    found = everything(page.path.parent.parent)
    assert "secret" not in found
    assert "1 rubric item, 1 reference solution and guidelines: not shown" in page.words
    answer = Page(page.path.with_name("imo2025--a1--prover.html"))
    assert "Expected not shown: this contest does not allow it" in answer.words
    assert r"\frac{3}{2}" not in answer.text


def test_a_final_answer_says_how_it_was_compared(proofs: Path) -> None:
    """Answer, expected answer, equality and how sure its extraction was."""
    page = Page(proofs / "cell/imo2025--a1--prover.html")
    assert page.path.read_text().count("<mfrac>") == 2
    assert "Equality compared as text, white space collapsed" in page.words
    assert "Extraction doubtful" in page.words
    assert r"\frac{3}{2}" in page.text


@pytest.mark.parametrize("answer", ["7", "$7$", "x_1 = 2", "{", "$x", "<b>", "a" * 5_000, ""])
def test_any_answer_is_shown(tmp_path: Path, answer: str) -> None:
    """Whatever was handed in as an answer, the page is made, with the answer as it was written."""
    run = proof_run(tmp_path / "r", contest=imo(last_answer()), answer=answer)
    assert answer in page_of(run, "cell/imo2025--a1--prover.html").text


def test_the_copy_that_was_marked_is_shown(tmp_path: Path) -> None:
    """Where a copy in a uniform style was marked in place of the proof, it is in a fold."""
    page = page_of(proof_run(tmp_path / "r", Marked(copy="The same, $x$, in order.")))
    assert "copy in a uniform style that was marked" in page.words
    assert "The same, x, in order." in page.words
    assert "The jury was shown statement and a copy in a uniform style" in page.words


def test_what_was_asked_is_a_short_list(proofs: Path) -> None:
    """Drafts, verifications and refinements by their templates, each leading to its texts."""
    words = Page(proofs / CELL).words
    assert "What was asked 6 generations" in words
    for said in (
        "generate: 2 generations, 0 to 1",
        "verify: 3 generations, 2 to 4",
        "refine: 1 gen",
    ):
        assert said in words


@pytest.mark.long
def test_a_search_of_thousands_stays_readable(tmp_path: Path) -> None:
    """Stages and texts from both ends are there, the rest is counted, and pages stay small."""
    marked = Marked(asked=long_search(300), rounds=(((7.0,) * 64, (6.0,) * 64),))
    page = page_of(proof_run(tmp_path / "r", marked))
    words = everything(page.path.parent.parent)
    assert "2,408 generations" in words
    assert "561 stages more" in words
    assert "The texts of 2,384 generations are in the run folder" in words
    assert "104 opinions more are in the run folder" in words
    assert "and 40 more" in words
    assert "6 64 times" in words
    assert all(path.stat().st_size < 300_000 for path in page.path.parent.iterdir())


def test_only_a_report_with_formulas_has_the_font(proofs: Path, ordinary: Path) -> None:
    """Font, licence and sheet are there once, and only pages with formulas load them."""
    for name in MATHS:
        assert (proofs / "assets" / name).is_file()
        assert not (ordinary / "assets" / name).exists()
    assert "maths.css" in (proofs / CELL).read_text()
    assert "maths.css" not in (proofs / "index.html").read_text()
    assert (proofs / "assets" / MATHS[1]).read_bytes().startswith(b"wOF2")
    assert "SIL OPEN FONT LICENSE" in (proofs / "assets" / MATHS[2]).read_text()


def test_a_proof_of_attacks_is_a_page_like_any_other(tmp_path: Path) -> None:
    """Every kind of attack as proof, opinion, rubric and statement: a page that can be read."""
    attack = "\n\n".join(payload[:3_000] for payload in PAYLOADS.values())
    problem = msgspec.structs.replace(proof_problem(), statement=attack)
    marked = Marked(proof=attack, says=attack, copy=attack)
    page = page_of(proof_run(tmp_path / "r", marked, imo(problem)))
    assert not {e.tag for e in page.elements} & {
        "script",
        "iframe",
        "img",
        "style",
        "form",
        "input",
    }
    assert all(e.attributes["href"].startswith(("..", "#")) for e in page.elements if e.tag == "a")


def test_a_missing_proof_is_said(tmp_path: Path) -> None:
    """A run folder that lost its texts still gives a report."""
    run = proof_run(tmp_path / "r")
    for blob in run.path.rglob("*.gz"):
        blob.unlink()
    assert "missing from the run folder" in page_of(run).words


def test_a_long_proof_is_cut_where_it_is_set() -> None:
    """What is set of a proof costs a page a handful of times its size."""
    text = "Let $n$ be even. " * 1_000
    assert len(prose_html(text)) < 5 * len(text)
