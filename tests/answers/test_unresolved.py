"""An answer that could not be told is no wrong answer, and everyone who counts says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from harness.board import boards, row_facts, rows
from harness.cli.manifest import judge_facts
from harness.cli.table import board_table
from harness.config import environment, settings
from harness.judges.answer import AnswerJudge
from harness.store import RunFolder
from harness.tools import Workbench
from harness.types import AnswerBody, Equivalence, Grader, Problem, Verdict
from tests.fakes.scripted import (
    ScriptedBackend,
    ScriptedTask,
    contest,
    problem,
    run_all,
    says,
    start_run,
)


def symbolic(expected: str, *accepted: str, grader: Grader = Grader.SYMBOLIC) -> Problem:
    body = AnswerBody(
        expected=expected, accepted=accepted, equivalence=Equivalence.SYMBOLIC, grader=grader
    )
    return msgspec.structs.replace(problem("one"), body=body)


@pytest.fixture
def judge() -> Iterator[AnswerJudge]:
    made = AnswerJudge(1)
    yield made
    made.close()


def verdict(judge: AnswerJudge, of: Problem, said: str) -> tuple[Verdict, float]:
    grade = judge.judge(of, said, submission="s", attempt="a")
    return grade.verdict, grade.points


def test_a_symbolic_answer_is_right_wrong_or_unresolved(judge: AnswerJudge) -> None:
    """Three verdicts, of which only one has points."""
    of = symbolic(r"2\sqrt{2}")
    assert verdict(judge, of, r"\sqrt 8") == (Verdict.AC, 10.0)
    assert verdict(judge, of, r"\sqrt 7") == (Verdict.WA, 0.0)
    assert verdict(judge, of, "2.828427") == (Verdict.UR, 0.0)
    assert "sympy" in judge.judge(of, "7", submission="s", attempt="a").judge


def test_any_accepted_answer_is_right(judge: AnswerJudge) -> None:
    """Equal to one is right, however the others compare; wrong is what no form leaves open."""
    of = symbolic("all primes", "2", "3")
    assert verdict(judge, of, "3") == (Verdict.AC, 10.0)
    assert verdict(judge, of, "4")[0] is Verdict.UR
    assert verdict(judge, symbolic("2", "3"), "4")[0] is Verdict.WA


def test_what_a_model_is_to_decide_waits_for_it(judge: AnswerJudge) -> None:
    """With the grader ``judge`` nothing is decided here, and it is never a zero by accident."""
    alone = symbolic("7", grader=Grader.JUDGE)
    assert verdict(judge, alone, "7") == (Verdict.UR, 0.0)
    behind = symbolic("7", grader=Grader.SYMBOLIC_THEN_JUDGE)
    assert verdict(judge, behind, "7.0") == (Verdict.AC, 10.0)
    grade = judge.judge(behind, "seven", submission="s", attempt="a")
    assert grade.verdict is Verdict.UR
    assert "a model" in grade.message


@pytest.mark.parametrize(
    ("said", "right"),
    [("073", True), ("73", True), ("$73$", True), ("730", False), ("1073", False), ("-73", False),
     ("73.0", False), (r"\frac{146}{2}", False), ("", False), (r"73^\circ", True), ("n=73", True),
     (r"73\text{ cm}", True), (r"074^\circ", False), (r"\frac{146}{2}^\circ", False),
     ("73, 74", False), (r"73\%", False), ("73x", False), ("72+1", False)],
)  # fmt: skip
def test_an_answer_of_the_aime_is_a_whole_number_to_999(said: str, right: bool) -> None:
    """Leading zeros are its own way of writing; what has to be worked out is no answer there."""
    body = AnswerBody(expected="73", equivalence=Equivalence.AIME)
    of = msgspec.structs.replace(problem("one"), body=body)
    expected = (Verdict.AC, 10.0) if right else (Verdict.WA, 0.0)
    assert verdict(AnswerJudge(), of, said) == expected


SAID = {0: r"it is \sqrt{8}", 1: "it is 2.828427", 2: "it is 3", 3: "it is 2.82843"}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    of = contest(symbolic(r"2\sqrt{2}"))
    backend = ScriptedBackend(lambda request: says(SAID[request.sample]))
    with start_run(tmp_path / "run", backend, of, attempts=len(SAID)) as writer:
        run_all(writer, backend, ScriptedTask(of))
    return RunFolder(tmp_path / "run")


def test_the_board_holds_unresolved_answers_apart(run: RunFolder) -> None:
    """The mean lies between what it is if they are wrong and if they are right."""
    found = rows(run)[0]
    account = found.account
    assert (account.judged, account.unresolved, account.open) == (4, 2, 2)
    assert found.mean_total == pytest.approx(2.5)
    assert (account.low, account.high) == (pytest.approx(2.5), pytest.approx(7.5))
    assert account.sentence == (
        "4 of 4 judged, of them 2 unresolved; the mean is 2.5 if those are worth nothing, "
        "7.5 if they are worth full points"
    )
    assert row_facts(found)["unresolved"] == 2


def test_the_table_says_that_answers_are_unresolved(run: RunFolder) -> None:
    """Nobody reads the table without being told."""
    (board,) = boards([run])
    assert "2 unresolved" in board_table(board)


def test_versions_of_the_readers_are_part_of_what_a_number_is() -> None:
    """Another SymPy may tell other answers: the manifest and the identity name it."""
    with Workbench(settings(environment())) as tools:
        plain = dict(judge_facts(contest(problem("one")), tools))
        facts = dict(judge_facts(contest(symbolic("7")), tools))
    assert plain["answers"] == AnswerJudge.name
    assert all(name in facts["answers"] for name in ("sympy", "math-verify", "mpmath"))
