"""Proofs go to people without names, and what they give is the run's result."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from harness.board import rows
from harness.store import RunFolder
from harness.types import AttemptEnd, Grade, PersonMark
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command, Outcome
from tests.fakes.openai_server import says, serving


def played(harness: Command, *words: str) -> Path:
    """Run the contest with a model that proves everything in one line."""
    statements = harness.home / "statements"
    statements.mkdir()
    for number in (1, 2):
        (statements / f"p{number}.md").write_text(f"Prove claim {number}.")
    assert harness("data", "add", "imo2025", statements).code == 0
    with serving(says("By induction. This is the proof of secret-model.")) as url:
        outcome = harness(
            *("run", "--task", "imo2025", "-m", "openai", "--no-report", "-q", *words),
            *("-a", f"model=secret-model,base_url={url}", "--jury", "people"),
        )
    assert outcome.code == 0, outcome.err
    return next((harness.home / "runs").iterdir())


def sheet_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "marks.csv").open() as file:
        return list(csv.DictReader(file))


def filled(folder: Path, points: dict[str, str], person: str = "ann") -> Path:
    """Fill in a sheet, by problem."""
    lines = sheet_of(folder)
    place = folder.parent / f"filled-{person}.csv"
    with place.open("w") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        for line in lines:
            given = points.get(line["problem"], "")
            writer.writerow({**line, "points": given, "person": person})
    return place


def exported(harness: Command, run: Path, name: str = "out", *words: str) -> Path:
    outcome = harness("marks", "export", run, "-o", harness.home / name, *words)
    assert outcome.code == 0, outcome.err
    return harness.home / name


def brought(harness: Command, run: Path, sheet: Path, *words: str) -> Outcome:
    return harness("marks", "import", run, sheet, *words)


def total(run: Path) -> float | None:
    return rows(RunFolder(run))[0].mean_total


def test_marks_of_people_become_the_result_of_a_run_that_waited(harness: Command) -> None:
    """The run waits, the sheets name nobody, and the imported marks are points and end the run."""
    run = played(harness)
    assert total(run) is None
    assert RunFolder(run).record.ended == ""
    out = exported(harness, run)
    pages = sorted(out.glob("*.html"))
    assert len(pages) == 2
    for place in pages:
        text = place.read_text()
        assert "Prove claim" in text
        assert "By induction." in text
        assert "secret-model" not in place.name
        named = re.findall(r"""(?:href|src)="([^"]+)""", text)
        assert named
        assert all((out / name).is_file() for name in named)
    sheet = (out / "marks.csv").read_text()
    assert "secret-model" not in sheet
    outcome = brought(harness, run, filled(out, {"p1": "7", "p2": "0"}))
    assert outcome.code == 0, outcome.err
    assert "2 marks on 2 proofs; 2 attempts scored anew" in outcome.out
    assert total(run) == 7
    assert RunFolder(run).record.ended
    assert harness("report", run, "-o", harness.home / "page").code == 0
    again = harness("run", "--resume", run, "--no-report", "-q")
    assert again.code == 0
    assert total(run) == 7


def test_a_sheet_that_is_half_filled_leaves_the_rest_open(harness: Command) -> None:
    """A proof without a mark is not zero; it is exported again, the marked one only with --all."""
    run = played(harness)
    out = exported(harness, run)
    assert brought(harness, run, filled(out, {"p1": "3"})).code == 0
    done = [r for r in RunFolder(run).replay() if isinstance(r, AttemptEnd)]
    assert [end.points for end in done] == [3]
    assert RunFolder(run).record.ended == ""
    assert [line["problem"] for line in sheet_of(exported(harness, run, "rest"))] == ["p2"]
    assert len(sheet_of(exported(harness, run, "all", "--all"))) == 2


def test_proofs_may_be_marked_in_a_text_editor(harness: Command) -> None:
    """Markdown has the problem and the proof as they were written, and needs no file beside it."""
    run = played(harness, "--limit", "1")
    out = exported(harness, run, "out", "--format", "md")
    (page,) = out.glob("*.md")
    assert page.read_text().startswith("# Problem 1: proof ")
    assert "Prove claim 1." in page.read_text()
    assert {place.name for place in out.iterdir()} == {page.name, "marks.csv"}


def test_two_who_differ_are_shown_and_the_lower_mark_counts_until_they_agree(
    harness: Command,
) -> None:
    """Double marking: 7 and 5 count 5, their distance is told, and ``agreed`` decides."""
    run = played(harness, "--limit", "1")
    out = exported(harness, run)
    assert brought(harness, run, filled(out, {"p1": "7"}, "ann")).code == 0
    assert total(run) == 7
    assert brought(harness, run, filled(out, {"p1": "5"}, "bob")).code == 0
    assert total(run) == 5
    shown = harness("marks", "show", run).out
    assert "ann 7, bob 5: 5 counts | 2 |" in shown
    assert "1 by more than one; of these 1 differ, by 2.00 points on average" in shown
    (said,) = json.loads(harness("marks", "show", run, "--json").out)
    assert (said["counts"], [each["points"] for each in said["people"]]) == (5, [7, 5])
    grade = [r for r in RunFolder(run).replay() if isinstance(r, Grade)][-1]
    assert "they differ by 2" in grade.message
    assert brought(harness, run, filled(out, {"p1": "6"}, "agreed")).code == 0
    assert total(run) == 6


def test_marks_come_as_json_too_and_a_person_corrects_their_own(harness: Command) -> None:
    """The later mark of one person replaces the earlier one, which stays in the log."""
    run = played(harness, "--limit", "1")
    (line,) = sheet_of(exported(harness, run))
    place = harness.home / "marks.json"
    for points in (2, 4):
        place.write_text(json.dumps([{"proof": line["proof"], "points": points}]))
        assert brought(harness, run, place, "--person", "ann").code == 0
    assert total(run) == 4
    kept = [r.points for r in RunFolder(run).replay() if isinstance(r, PersonMark)]
    assert kept == [2, 4]


def test_a_sheet_from_a_spreadsheet_is_read(harness: Command) -> None:
    """A byte-order mark, semicolons, CRLF and a decimal comma; and a capital that Excel puts."""
    run = played(harness, "--limit", "1")
    (line,) = sheet_of(exported(harness, run))
    place = harness.home / "excel.csv"
    for points, person in (("7,0", "ann"), ("5", "bob"), ("6", "Agreed")):
        rows = ("Proof;Points;Of;Person;Comment", f'{line["proof"]};{points};7;{person};"a; b"')
        place.write_bytes(("\ufeff" + "".join(f"{row}\r\n" for row in rows)).encode())
        assert brought(harness, run, place).code == 0
    assert total(run) == 6


def test_marks_do_not_end_a_run_whose_other_attempts_never_began(harness: Command) -> None:
    """A run that was killed early is not finished when all that it has is marked."""
    run = played(harness)
    log = run / "log.jsonl"
    kept = [row for row in log.read_text().splitlines(keepends=True) if "p2:" not in row]
    log.write_text("".join(kept))
    out = exported(harness, run)
    assert [line["problem"] for line in sheet_of(out)] == ["p1"]
    assert brought(harness, run, filled(out, {"p1": "7"})).code == 0
    assert RunFolder(run).record.ended == ""
    assert rows(RunFolder(run))[0].unfinished == 1


WRONG = {
    "shifted": ("proof,points\n7,{proof}\n", "line 2, column proof: '7' is no proof of this run"),
    "too much": ("proof,points\n{proof},8\n", "column points: '8' is no mark from 0 to 7"),
    "a half": ("proof,points\n{proof},6.5\n", "whole marks only, not 6.5"),
    "not a number": ("proof,points\n{proof},nan\n", "'nan' is no mark"),
    "an underscore": ("proof,points\n{proof},0_7\n", "'0_7' is no mark"),
    "a sign": ("proof,points\n{proof},-0\n", "'-0' is no mark"),
    "an exponent": ("proof,points\n{proof},1e0\n", "'1e0' is no mark"),
    "a word": ("proof,points\n{proof},seven\n", "'seven' is no mark"),
    "another problem": ("proof,problem,points\n{proof},p6,7\n", "is of p1, not of p6"),
    "another maximum": ("proof,of,points\n{proof},10,7\n", "p1 is worth 7, not 10"),
    "a column too many": ("proof,points\n{proof},7,well done\n", "has 3 columns"),
    "an unknown column": ("proof,mark\n{proof},7\n", "no column 'mark'"),
    "no points": ("proof,comment\n{proof},fine\n", "the column 'points' is missing"),
    "twice": ("proof,points\n{proof},7\n{proof},6\n", "marks the proof"),
    "broken json": ('[{{"proof": ', "not valid JSON"),
    "no list": ('{{"proof": "x"}}', "holds no list of marks"),
}


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> tuple[Command, Path, str]:
    home = tmp_path_factory.mktemp("waiting")
    harness = Command(home, home / "cache")
    run = played(harness, "--limit", "1")
    (line,) = sheet_of(exported(harness, run))
    return harness, run, line["proof"]


@pytest.mark.parametrize("case", WRONG)
def test_a_sheet_that_is_wrong_changes_nothing(
    waiting: tuple[Command, Path, str], case: str
) -> None:
    """All of a sheet or nothing; the error names the line and the column."""
    harness, run, proof = waiting
    text, said = WRONG[case]
    place = harness.home / "wrong.csv"
    place.write_text(text.format(proof=proof))
    before = (run / "log.jsonl").read_bytes()
    is_one_clear_error(brought(harness, run, place, "--person", "ann"), 64, ("[U006]", said))
    assert (run / "log.jsonl").read_bytes() == before


def test_a_mark_needs_a_name(waiting: tuple[Command, Path, str]) -> None:
    """Who gave it is part of a mark."""
    harness, run, proof = waiting
    place = harness.home / "nameless.csv"
    place.write_text(f"proof,points\n{proof},7\n")
    is_one_clear_error(brought(harness, run, place), 64, ("[U006]", "nobody is named", "--person"))
