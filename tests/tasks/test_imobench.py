"""IMO-Bench's tables: shifted rows are found, the one that is known is left out by name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.history import history
from harness.task import DataProblem
from harness.types import AnswerBody, Contest, ProofBody
from harness.view import view_of
from tasks.imobench.task import AnswerBench, AnswerBenchV2, ProofBench, ProofBenchV2
from tasks.sets.set_task import SetTask
from tests.fakes.papers import Spoil, shift, write_answerbench, write_proofbench
from tests.fakes.scripted import AnswersOnly, ScriptedBackend, run_all, says, start_run

TOOLS = AnswersOnly()
BROKEN = "imo-bench-algebra-036"


def add(task: SetTask, source: Path, data: Path) -> tuple[DataProblem, ...]:
    return task.add_data(DataStore(data), source, TOOLS)  # type: ignore[arg-type]


def contest(task: SetTask, source: Path, data: Path) -> Contest:
    add(task, source, data)
    return task.contest(DataStore(data))


def test_four_hundred_problems_in_four_areas(tmp_path: Path) -> None:
    """Statements with commas and line ends, answers in LaTeX: all are what the table says."""
    place = write_answerbench(tmp_path / "in" / "imobench" / "answerbench.csv")
    found = contest(AnswerBench(), tmp_path / "in", tmp_path / "data")
    assert len(found.problems) == 400
    assert not found.left_out
    last = found.problems[399]
    assert (last.id, last.subset) == ("imo-bench-number_theory-100", "Number theory")
    assert last.statement == "What, in number_theory,\nis half of $x_{100}$?"
    assert isinstance(last.body, AnswerBody)
    assert last.body.expected == r"$\frac{x_{100}}{2}$"
    # The file itself may be named, whatever it is called; rows may be in any order.
    rows = place.read_text()
    (tmp_path / "mine.csv").write_text(rows.replace("\n", "\r\n"))
    assert contest(AnswerBench(), tmp_path / "mine.csv", tmp_path / "again") == found


def test_the_broken_row_of_the_second_version_is_left_out_by_name(tmp_path: Path) -> None:
    """It is in no number, its reason says where and how it was found, and all others are there."""
    write_answerbench(tmp_path / "answerbench_v2.csv", lambda rows: shift(rows, BROKEN))
    found = contest(AnswerBenchV2(), tmp_path, tmp_path / "data")
    assert len(found.problems) == 399
    (left,) = found.left_out
    assert (left.id, left.max_points) == (BROKEN, 1)
    # A row of the table takes two lines of the file.
    assert "(line 72: it has 5 cells for 6 columns, and column Category says" in left.reason
    told = {one.problem: one for one in add(AnswerBenchV2(), tmp_path, tmp_path / "data")}
    assert not told[BROKEN].ready
    assert told[BROKEN].missing == (left.reason,)


def test_a_mended_row_is_a_problem_like_the_others(tmp_path: Path) -> None:
    """What is broken is found by rule: the name alone condemns nothing."""
    write_answerbench(tmp_path / "answerbench_v2.csv")
    found = contest(AnswerBenchV2(), tmp_path, tmp_path / "data")
    assert len(found.problems) == 400


def test_the_same_row_of_the_first_version_is_an_error(tmp_path: Path) -> None:
    """The first version was published whole, so a shifted row there is somebody's mistake."""
    write_answerbench(tmp_path / "answerbench.csv", lambda rows: shift(rows, BROKEN))
    with pytest.raises(TaskDataError, match=f"line 72: {BROKEN} has shifted"):
        add(AnswerBench(), tmp_path, tmp_path / "data")


def cell(name: str, column: int, said: str) -> Spoil:
    """Return what changes one cell."""

    def change(rows: list[list[str]]) -> None:
        next(row for row in rows if row[0] == name)[column] = said

    return change


GEOMETRY = "imo-bench-geometry-010"
REFUSED: dict[str, tuple[Spoil, str]] = {
    "another row is shifted to the left": (
        lambda rows: shift(rows, GEOMETRY),
        f"line 420: {GEOMETRY} has shifted or empty columns: it has 5 cells for 6 columns",
    ),
    "a row is shifted to the right": (
        lambda rows: rows[1].insert(1, "More"),
        "line 2: imo-bench-algebra-001 has shifted .* 7 cells for 6 columns",
    ),
    "shifted, with as many cells as columns": (
        lambda rows: rows[1].append(rows[1].pop(2)),
        "line 2: imo-bench-algebra-001 .* column Category says 'Halves' and not Algebra",
    ),
    "an area that is another's": (
        cell(GEOMETRY, 3, "Algebra"),
        f"{GEOMETRY} .* column Category says 'Algebra' and not Geometry",
    ),
    "no answer": (cell(GEOMETRY, 2, " "), f"{GEOMETRY} .* column Short Answer is empty"),
    "no statement": (cell(GEOMETRY, 1, ""), f"{GEOMETRY} .* column Problem is empty"),
    "no source": (cell(GEOMETRY, 5, ""), f"{GEOMETRY} .* column Source is empty"),
    "a row twice": (lambda rows: rows.append(list(rows[1])), "algebra-001 is there a second time"),
    "a broken row twice": (
        lambda rows: (shift(rows, BROKEN), rows.append(next(r for r in rows if r[0] == BROKEN))),
        f"{BROKEN} is there a second time",
    ),
    "a row of nobody": (
        cell(GEOMETRY, 0, "../../etc/passwd"),
        "the column Problem ID says '../../etc/passwd', which is no problem of this set",
    ),
    "missing rows": (
        lambda rows: rows.__delitem__(slice(100, 103)),
        "lacks imo-bench-algebra-100 and 2 others",
    ),
    "a missing column": (
        cell("Problem ID", 2, "Answer"),
        "has the column 'Short Answer' not",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_that_is_not_whole_is_refused(tmp_path: Path, case: str) -> None:
    """The line, the problem and the column are named, and nothing comes in."""
    spoil, said = REFUSED[case]
    write_answerbench(tmp_path / "answerbench_v2.csv", spoil)
    with pytest.raises(TaskDataError, match=said):
        add(AnswerBenchV2(), tmp_path, tmp_path / "data")
    assert not (tmp_path / "data").exists()


BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "not UTF-8": (lambda data: data.replace(b"half", b"h\xe4lf", 1), "line 3: not UTF-8 text"),
    "an open quote": (
        lambda data: data.replace(b'is half of $x_{7}$?"', b"is half of $x_{7}$?", 1),
        "imo-bench-algebra-007 has shifted",
    ),
    "cut off": (lambda data: data[: len(data) // 2], "line 404: the column Problem ID says 'imo'"),
    "empty": (lambda data: b"", "has the column 'Problem ID' not .it has nothing."),
}


@pytest.mark.parametrize("case", BYTES)
def test_a_damaged_file_is_refused(tmp_path: Path, case: str) -> None:
    """Whatever the damage, it is an error that names the file."""
    change, said = BYTES[case]
    place = write_answerbench(tmp_path / "answerbench.csv")
    place.write_bytes(change(place.read_bytes()))
    with pytest.raises(TaskDataError, match=said) as caught:
        add(AnswerBench(), tmp_path, tmp_path / "data")
    assert "answerbench.csv" in caught.value.message


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir])
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], object]) -> None:
    """A pipe or a folder with the name of the table is not waited for, and not read."""
    make(tmp_path / "answerbench.csv")
    with pytest.raises(TaskDataError, match=r"answerbench\.csv is no file"):
        add(AnswerBench(), tmp_path, tmp_path / "data")


def test_a_table_that_is_a_link_elsewhere_is_refused(tmp_path: Path) -> None:
    """No link is followed out of the folder that was named."""
    write_answerbench(tmp_path / "elsewhere.csv")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "answerbench.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(TaskDataError, match="link that leaves"):
        add(AnswerBench(), tmp_path / "in", tmp_path / "data")


def test_proofs_come_with_what_they_are_marked_by(tmp_path: Path) -> None:
    """The jury has solution and guidelines; a contestant sees neither, nor does the prompt."""
    write_proofbench(tmp_path / "proofbench.csv")
    task = ProofBench()
    found = contest(task, tmp_path, tmp_path / "data")
    assert [p.subset for p in found.problems] == ["Basic"] * 30 + ["Advanced"] * 30
    assert (found.rules, found.total_points) == ("independent", 420)
    problem = found.problems[32]
    assert problem.body == ProofBody(
        references=("Equality is reflexive, so $3 = 3$.",),
        notes="(Partial) Names equality.\n(Almost) Names its reflexivity.",
    )
    seen = str(view_of(problem)) + str(task.prompt(problem, ""))
    assert "Prove that $3 = 3$." in seen
    assert "reflexiv" not in seen


def test_another_solution_is_another_problem(tmp_path: Path) -> None:
    """What a proof is marked by is part of what its mark is a number of."""
    write_proofbench(tmp_path / "proofbench.csv")
    before = contest(ProofBench(), tmp_path, tmp_path / "data").hash
    write_proofbench(tmp_path / "proofbench.csv", cell("PB-Basic-001", 2, "It is plain."))
    assert contest(ProofBench(), tmp_path, tmp_path / "data").hash != before


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cell("PB-Basic-004", 3, ""), "PB-Basic-004 .* column Grading guidelines is empty"),
        (cell("PB-Basic-004", 2, ""), "PB-Basic-004 .* column Solution is empty"),
        (cell("PB-Basic-004", 5, "hard"), "PB-Basic-004 .* column Level says 'hard'"),
        (lambda rows: rows[4].pop(3), "PB-Basic-004 has shifted .* 7 cells for 8 columns"),
        (lambda rows: rows.pop(), "lacks PB-Advanced-030"),
    ],
)
def test_a_table_of_proofs_is_held_to_the_same(tmp_path: Path, spoil: Spoil, said: str) -> None:
    """A solution in the column of the guidelines would mark a proof by the wrong words."""
    write_proofbench(tmp_path / "proofbench_v2.csv", spoil)
    with pytest.raises(TaskDataError, match=said):
        add(ProofBenchV2(), tmp_path, tmp_path / "data")


def test_each_task_reads_its_own_version(tmp_path: Path) -> None:
    """A folder with both tables brings each task its own; a folder with one brings the other none.

    A table that is known to be the other version is refused under any name.
    """
    write_proofbench(tmp_path / "proofbench.csv")
    with pytest.raises(TaskDataError, match="no paper of imo_proofbench_v2"):
        add(ProofBenchV2(), tmp_path, tmp_path / "data")
    task = ProofBenchV2()
    (tmp_path / "proofbench.csv").rename(tmp_path / "mine.csv")
    other = [copy for copy in task._file.papers[0].copies if copy.task]
    assert [copy.task for copy in other] == ["imo_proofbench"]
    known = {copy.sha256 for copy in ProofBench()._file.papers[0].copies if not copy.task}
    assert known == {copy.sha256 for copy in other}


def test_proofs_wait_for_a_jury(tmp_path: Path) -> None:
    """They are asked for and kept; without a jury their attempts stay open, and are never zero."""
    write_proofbench(tmp_path / "proofbench.csv")
    task = ProofBench()
    of = contest(task, tmp_path, tmp_path / "data")
    backend = ScriptedBackend(lambda _: says("Reflexivity."))
    with start_run(tmp_path / "run", backend, of) as writer:
        run_all(writer, backend, task)  # type: ignore[arg-type]
        logs = list(history(writer).values())
    assert len(logs) == 60
    assert all(len(log.submissions) == 1 and log.end is None for log in logs)
