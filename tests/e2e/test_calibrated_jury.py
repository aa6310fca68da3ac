"""Marks of a jury are provisional until it was measured against people; then totals say more."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.fakes.command import Command, Outcome
from tests.fakes.openai_server import says, serving
from tests.fakes.proofs import fenced


def marked_by_people(place: Path) -> None:
    """Write proofs that people gave 0 or 7; where they gave 0, the proof asks for 7 or for 0."""
    with place.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("problem", "contestant", "statement", "proof", "human"))
        for n in range(60):
            human = 7 if n % 2 else 0
            looks = 7 if n % 2 or n % 6 == 0 else 0
            rows.writerow(
                (f"p{n}", "lab/m", f"Prove claim {n}.", f"Proof {n} looks like {looks}.", human)
            )


async def marks(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Give a proof what it looks like."""
    looks = re.search(r"looks like (\d)", fenced(body["messages"][-1]["content"])["proof"])
    return await says(f"So: \\boxed{{{looks[1] if looks else 0}}}")(request, body)


def run(harness: Command, jury: tuple[str, ...], *words: str) -> tuple[str, dict[str, Any]]:
    """Run the contest with a model whose every proof looks like 7."""
    with serving(says("Proof. This looks like 7.")) as url:
        model = ("-m", "openai", "-a", f"model=tiny,base_url={url}")
        outcome = harness("run", "--task", "imo2025", *model, *jury, "--no-report", *words)
        told = harness("run", "--task", "imo2025", *model, *jury, "--no-report", "--json", *words)
    assert outcome.code == 0, outcome.err
    (row,) = json.loads(told.out)["contests"][0]["rows"]
    return outcome.out, row


def gate(harness: Command) -> Outcome:
    """Rule on the two runs that were made last."""
    found = sorted((harness.home / "runs").glob("*-tiny-*"), key=lambda each: each.stat().st_ctime)
    return harness("gate", *found[-2:])


def test_marks_by_people_need_no_measured_jury_for_a_gate(harness: Command) -> None:
    """Where people marked every proof, nothing rests on the jury."""
    statements = harness.home / "statements"
    statements.mkdir()
    (statements / "p1.md").write_text("Prove claim 1.")
    assert harness("data", "add", "imo2025", statements).code == 0
    with serving(marks) as url:
        jury = ("--judge-model", "openai", "--judge-args", f"model=marker,base_url={url}")
        run(harness, jury)
    assert gate(harness).code == 3
    for place in (harness.home / "runs").glob("*-tiny-*"):
        sheets = harness.home / f"sheets-{place.name}"
        assert harness("marks", "export", place, "-o", sheets).code == 0
        with (sheets / "marks.csv").open() as file:
            given = [{"proof": row["proof"], "points": 7} for row in csv.DictReader(file)]
        (sheets / "marks.json").write_text(json.dumps(given))
        filled = harness("marks", "import", place, sheets / "marks.json", "--person", "ann")
        assert filled.code == 0, filled.err
    ruled = gate(harness)
    assert ruled.code in (0, 2), ruled.err
    assert "provisional" not in ruled.out


@pytest.mark.long
def test_marks_are_provisional_until_the_jury_was_measured(harness: Command) -> None:
    """One in four of its sevens was nothing to people: its 42 points are fewer of theirs."""
    statements = harness.home / "statements"
    statements.mkdir()
    for number in range(1, 7):
        (statements / f"p{number}.md").write_text(f"Prove claim {number}.")
    assert harness("data", "add", "imo2025", statements).code == 0
    marked_by_people(harness.home / "proofs.csv")
    with serving(marks) as url:
        jury = ("--judge-model", "openai", "--judge-args", f"model=marker,base_url={url}")
        said, row = run(harness, jury)
        assert "provisional: no agreement with people was measured" in said
        assert row["marks"]["provisional"]
        assert row["marks"]["by_people"] is None
        ruled = gate(harness)
        assert ruled.code == 3, ruled.err
        assert "UNJUDGED" in ruled.out
        assert "the marks of base are provisional: no agreement with people was mea" in ruled.out
        measured = harness(
            *("calibrate", "--data", "proofs.csv", "--human-scale", "0-7", "--jury", "imo", *jury)
        )
        assert measured.code == 0, measured.err
        said, row = run(harness, jury)
        assert "calibrated: " in said
        assert "People would give " in said
        ruled = gate(harness)
        assert ruled.code in (0, 2), ruled.err
        assert "provisional" not in ruled.out
        people = row["marks"]["by_people"]
        assert not row["marks"]["provisional"]
        assert row["mean"] == 42
        assert 20 < people["expected"] < 40
        assert people["low"] < people["expected"] < people["high"]
        assert people["chances"][0]["medal"] == "gold"
        assert 0 < people["chances"][0]["probability"] < 1
        # Another prompt, scale or number of votes is another jury.
        said, row = run(harness, (*jury, "--jury", "matharena"))
        assert "provisional" in said
        assert row["marks"]["provisional"]
