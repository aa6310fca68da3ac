"""Models that compare final answers are asked where the program cannot tell, and only then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.store import RunFolder
from harness.types import Grade, Mark, Opinion, Purpose, Record
from tests.e2e.test_jury import QUICK, sits
from tests.fakes.command import Command
from tests.fakes.openai_server import Act, delta, fails, hangs, says, serving
from tests.fakes.papers import write_matharena

REASKED = 4
"""Times that one vote of the shipped jury is asked for where nothing can be read."""


@pytest.fixture
def hmmt(harness: Command) -> Command:
    """Return the program with a paper on which every answer is one half."""
    write_matharena(harness.home / "hmmt_feb_2025", 30, lambda _: r"\frac{1}{2}")
    assert harness("data", "add", "hmmt_feb2025", harness.home).code == 0
    return harness


def played(
    hmmt: Command, answer: str, *judges: Act, more: str = QUICK
) -> tuple[int, dict[str, Any], list[Record]]:
    """Play one problem once; return the exit code, the row and the log."""
    with serving(says(answer)) as url, serving(*judges) as judge:
        outcome = hmmt(
            *("run", "--task", "hmmt_feb2025", "--limit", "1", "-n", "1", "--no-report", "--json"),
            *("-m", "openai", "-a", f"model=solver,base_url={url}"),
            *sits("comparer", judge, more),
        )
    found = json.loads(outcome.out)
    (row,) = found["contests"][0]["rows"]
    return outcome.code, row, list(RunFolder(Path(hmmt.home, found["runs"][0])).replay())


def grade_in(log: list[Record]) -> Grade:
    (grade,) = (record for record in log if isinstance(record, Grade))
    return grade


def opinions_in(log: list[Record]) -> list[Opinion]:
    return [record for record in log if isinstance(record, Opinion)]


@pytest.mark.parametrize(
    ("said", "points"), [("VERDICT: EQUAL", 1.0), ("It says a third.\nVERDICT: NOT EQUAL", 0.0)]
)
def test_a_model_says_what_the_program_cannot(hmmt: Command, said: str, points: float) -> None:
    """An answer in words goes to the model; its verdict and why it was asked are kept."""
    code, row, log = played(hmmt, r"\boxed{\text{one half}}", says(said))
    assert (code, row["mean"], row["unresolved"]) == (0, points, 0)
    grade = grade_in(log)
    assert "none is asked here" not in grade.message
    assert grade.message.startswith("not read; answers ")
    assert grade.marking is not None
    (opinion,) = opinions_in(log)
    assert opinion.purpose is Purpose.EQUAL
    assert grade.marking.marks == (
        Mark(juror="comparer", seat=1, value=points, opinions=(opinion.id,)),
    )


@pytest.mark.parametrize(("answer", "points"), [("0.5", 1.0), (r"\frac{1}{3}", 0.0)])
def test_a_model_is_not_asked_what_the_program_knows(
    hmmt: Command, answer: str, points: float
) -> None:
    """A judge that lies is not even heard."""
    lies = says(f"VERDICT: {'NOT EQUAL' if points else 'EQUAL'}")
    _, row, log = played(hmmt, rf"\boxed{{{answer}}}", lies)
    assert row["mean"] == points
    assert not opinions_in(log)


UNREADABLE: dict[str, Callable[[], Act]] = {
    "prose": lambda: says("They look equal to me."),
    "both verdicts": lambda: says("VERDICT: EQUAL\nVERDICT: NOT EQUAL"),
    "more behind it": lambda: says("VERDICT: EQUAL\nor perhaps not"),
    "cut off": lambda: says("VERDICT: EQUAL", finish="length"),
    "nothing": lambda: says(""),
    "no content": lambda: says(None),
    "out of time": lambda: hangs(delta("VERDICT: EQUAL")),
}


@pytest.mark.long
@pytest.mark.parametrize("case", UNREADABLE)
def test_a_reply_that_is_no_verdict_leaves_the_answer_open(hmmt: Command, case: str) -> None:
    """It is asked for again, and then the answer is unresolved: not wrong, and not void."""
    code, row, log = played(
        hmmt, r"\boxed{\text{one half}}", UNREADABLE[case](), more=f"{QUICK},wall_s=1"
    )
    assert (code, row["done"], row["void"], row["unresolved"]) == (0, 1, 0, 1)
    assert row["mean_bounds"] == [0, 1]
    assert "in too few replies a verdict could be read" in grade_in(log).message
    assert len(opinions_in(log)) == REASKED


def test_a_verdict_that_comes_at_the_second_time_counts(hmmt: Command) -> None:
    """What could not be read is on record beside it."""
    _, row, log = played(
        hmmt, r"\boxed{\text{one half}}", says("Hm."), says("VERDICT: EQUAL"), says("Hm.")
    )
    assert (row["mean"], row["unresolved"]) == (1, 0)
    assert len(opinions_in(log)) == 2


def test_a_judge_whose_server_fails_makes_void_and_not_wrong(hmmt: Command) -> None:
    """Our side failed, so the attempt is in no number, and the exit code says so."""
    code, row, log = played(hmmt, r"\boxed{\text{one half}}", fails(500))
    assert (code, row["mean"], row["done"], row["void"]) == (3, None, 0, 1)
    assert not [record for record in log if isinstance(record, Grade)]
