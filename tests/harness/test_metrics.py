"""avg@k, pass@k and maj@k of a run are those of its attempts, counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from harness.backend import NotGenerated, Reply, Request
from harness.board import ContestBoard, boards
from harness.cli.table import board_table
from harness.metrics import Metric, columns, metric_facts, metrics
from harness.store import RunFolder
from harness.types import AttemptStatus, Contest, LeftOut, Problem, ProofBody
from tests.fakes.bodies import code_body
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run

Said = dict[str, Sequence[str | None]]
"""By problem, what each sample says: an answer, nothing at all, or not generated (None)."""


def play(folder: Path, of: Contest, said: Said, attempts: int) -> ContestBoard:
    """Return the board of a run in which each sample of a problem says what it is to say."""

    def script(request: Request) -> Reply | NotGenerated:
        answer = said[request.problem][request.sample]
        return NotGenerated(reason="none") if answer is None else says(answer)

    backend = ScriptedBackend(script)
    with start_run(folder, backend, of, attempts=attempts) as writer:
        run_all(writer, backend)
    return boards([RunFolder(folder)])[0]


def found(board: ContestBoard) -> dict[str, Metric]:
    return {f"{m.name} {m.subset}".strip(): m for m in metrics(board, board.rows[0])}


TWO = contest(problem("one"), problem("two"))


def test_the_numbers_are_those_that_are_counted_by_hand(tmp_path: Path) -> None:
    """Of the first problem 3 of 4 are right; of the second 1, and its commonest answer is wrong."""
    board = play(
        tmp_path / "run", TWO, {"one": ("7", "7", "8", " 7"), "two": ("7", "1,024", "1024", "5")}, 4
    )
    held = found(board)
    assert {name: (m.k, m.value) for name, m in held.items()} == {
        "avg": (4, 0.5),
        "pass": (4, 1.0),
        "maj": (4, 0.5),
    }
    facts = metric_facts(board, board.rows[0])
    # pass@2: of the first, every pair; of the second, the three of six pairs that hold the right.
    assert {(f["name"], f["k"]): f["value"] for f in facts if f["name"] == "pass"} == {
        ("pass", 1): 0.5,
        ("pass", 2): 0.75,
        ("pass", 4): 1.0,
    }
    text = board_table(board)
    assert "| avg@4 | pass@4 | maj@4 | mean of 20 |" in text
    assert "| 50.0 | 100.0 | 50.0 | 10 |" in text


def test_answers_that_tie_share_the_vote(tmp_path: Path) -> None:
    """Two answers with two votes each are right by half; who says nothing has no vote."""
    board = play(tmp_path / "run", TWO, {"one": ("7", "8", "7", "8"), "two": ("7", "", "", "")}, 4)
    assert found(board)["maj"].value == pytest.approx((0.5 + 1) / 2)
    assert found(board)["avg"].value == pytest.approx((0.5 + 0.25) / 2)


def test_what_was_not_generated_is_no_sample(tmp_path: Path) -> None:
    """The mean is over what was judged, k is the fewest, and a problem without any is told."""
    board = play(tmp_path / "run", TWO, {"one": ("7", "8", None), "two": (None, None, None)}, 3)
    (avg, *_) = metrics(board, board.rows[0])
    assert (avg.k, avg.value, avg.problems, avg.of) == (2, 0.5, 1, 2)
    assert "50.0 (1 of 2 problems)" in board_table(board)


def test_a_problem_that_was_left_out_is_told(tmp_path: Path) -> None:
    """A number over 2 of 3 problems is not passed off as the benchmark's."""
    left = LeftOut(id="three", title="Three", max_points=10.0, reason="its row is broken")
    of = msgspec.structs.replace(TWO, left_out=(left,))
    board = play(tmp_path / "run", of, {"one": ("7",), "two": ("7",)}, 1)
    assert "| 100.0 (2 of 3 problems) |" in board_table(board)


def test_one_sample_has_one_number(tmp_path: Path) -> None:
    """pass@1 and maj@1 would only say avg@1 again."""
    board = play(tmp_path / "run", TWO, {"one": ("7",), "two": ("",)}, 1)
    assert [(m.name, m.value) for m in metrics(board, board.rows[0])] == [("avg", 0.5)]
    assert "pass@k" not in board_table(board)


def test_subsets_have_means_of_their_own(tmp_path: Path) -> None:
    """Basic and Advanced stand beside the whole, which is the mean over all problems."""
    parts = (("a", "Basic"), ("b", "Basic"), ("c", "Advanced"))
    of = contest(*(msgspec.structs.replace(problem(n), subset=s) for n, s in parts))
    board = play(tmp_path / "run", of, {"a": ("7",), "b": ("7",), "c": ("8",)}, 1)
    assert [(c.head, c.cells) for c in columns(board)] == [
        ("avg@1", ("66.7",)),
        ("avg@1 Basic", ("100.0",)),
        ("avg@1 Advanced", ("0.0",)),
    ]


def test_a_contest_with_rules_of_its_own_has_points_and_no_such_numbers(tmp_path: Path) -> None:
    """Submissions that were steered by feedback are no independent samples."""
    of = contest(problem("one"), rules="ioi")
    board = play(tmp_path / "run", of, {"one": ("7",)}, 1)
    assert metrics(board, board.rows[0]) == ()
    assert "avg@" not in board_table(board)
    assert board.rows[0].cells[0].tries[0].vote is None


def test_proofs_have_a_mean_and_no_vote(tmp_path: Path) -> None:
    """A mark is a share of seven: nothing is passed, and nobody votes."""
    board = play(tmp_path / "run", TWO, {"one": ("7", "8"), "two": ("8", "8")}, 2)
    row = board.rows[0]
    marks = {"one": (7.0, 1.0), "two": (6.0, 0.0)}

    def marked(of: Problem) -> Problem:
        return msgspec.structs.replace(of, body=ProofBody(), max_points=7.0)

    cells = tuple(
        msgspec.structs.replace(
            cell,
            problem=marked(cell.problem),
            tries=tuple(
                msgspec.structs.replace(one, end=msgspec.structs.replace(one.end, points=mark))
                for one, mark in zip(cell.tries, marks[cell.problem.id], strict=True)
                if one.end is not None
            ),
        )
        for cell in row.cells
    )
    (avg,) = metrics(board, msgspec.structs.replace(row, cells=cells))
    assert (avg.name, avg.value) == ("avg", pytest.approx((8 / 14 + 6 / 14) / 2))


def test_rows_with_other_numbers_of_samples_say_their_k(tmp_path: Path) -> None:
    """How many samples there were is no part of a number's identity, so a board may mix them."""
    first = play(tmp_path / "1", TWO, {"one": ("7",), "two": ("7",)}, 1)
    second = play(tmp_path / "2", TWO, {"one": ("7", "8"), "two": ("7", "7")}, 2)
    board = msgspec.structs.replace(first, rows=(*first.rows, *second.rows))
    heads = {column.head: column.cells for column in columns(board)}
    assert heads["avg@k"] == ("100.0 (k = 1)", "75.0 (k = 2)")
    assert heads["pass@2"] == ("", "100.0")


def test_a_problem_of_no_points_is_no_share_of_anything(tmp_path: Path) -> None:
    """Such as one that was only to warm up; the report of the whole contest does not fail on it."""
    of = contest(problem("a"), problem("b", points=0.0))
    held = found(play(tmp_path / "run", of, {"a": ["7", "8"], "b": ["7", "7"]}, 2))
    assert held["avg"].value == 0.25


def test_void_attempts_are_no_samples(tmp_path: Path) -> None:
    """What was lost to our side is neither right nor wrong."""
    board = play(tmp_path / "run", TWO, {"one": ("7", "8"), "two": ("7", "7")}, 2)
    row = board.rows[0]
    cell = row.cells[0]
    lost = cell.tries[1].end
    assert lost is not None
    void = msgspec.structs.replace(lost, status=AttemptStatus.VOID, points=None)
    tries = (cell.tries[0], msgspec.structs.replace(cell.tries[1], end=void))
    cells = (msgspec.structs.replace(cell, tries=tries), row.cells[1])
    (avg, *_) = metrics(board, msgspec.structs.replace(row, cells=cells))
    assert (avg.k, avg.value) == (1, 1.0)


def test_many_problems_have_no_column_each(tmp_path: Path) -> None:
    """A table of thirty problems is read for its numbers; the report has every problem."""
    ids = [f"p{n}" for n in range(30)]
    board = play(tmp_path / "run", contest(*map(problem, ids)), dict.fromkeys(ids, ("7",)), 1)
    head = board_table(board).splitlines()[0]
    assert head == "| contestant | avg@1 | points of 300 | judged | void |"


def test_programs_are_passed_by_difficulty_and_nobody_votes(tmp_path: Path) -> None:
    """Of easy, 4 of 4 and 1 of 4 are right; of hard, none: pass@2 of easy is (1 + 3/6) / 2."""
    parts = (("a", "easy"), ("b", "easy"), ("c", "hard"))
    of = contest(*(msgspec.structs.replace(problem(n), subset=s) for n, s in parts))
    said = {"a": ("7",) * 4, "b": ("7", "8", "8", "8"), "c": ("8",) * 4}
    board = play(tmp_path / "run", of, said, 4)
    row = board.rows[0]
    cells = tuple(
        msgspec.structs.replace(
            cell, problem=msgspec.structs.replace(cell.problem, body=code_body())
        )
        for cell in row.cells
    )
    programs = msgspec.structs.replace(row, cells=cells)
    of_programs = msgspec.structs.replace(board, rows=(programs,))
    assert [(c.head, c.cells) for c in columns(of_programs)] == [
        ("avg@4", ("41.7",)),
        ("pass@4", ("66.7",)),
        ("avg@4 easy", ("62.5",)),
        ("pass@4 easy", ("100.0",)),
        ("avg@4 hard", ("0.0",)),
        ("pass@4 hard", ("0.0",)),
    ]
    facts = metric_facts(of_programs, programs)
    by = {(f["name"], f["k"], f["subset"]): f["value"] for f in facts}
    assert by["pass", 2, "easy"] == 0.75
    assert by["pass", 2, ""] == 0.5
    assert by["pass", 1, "hard"] == 0.0
