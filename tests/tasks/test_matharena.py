"""Papers of the AIME and of HMMT come in whole from MathArena's folders, or are named errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.judges.answer import AnswerJudge
from harness.judges.answers.outcome import Outcome
from harness.task import DataProblem
from harness.types import AnswerBody, Equivalence
from tasks.aime.task import AIME2024, AIME2025
from tasks.hmmt.task import HMMTFebruary2025
from tests.fakes.papers import write_matharena
from tests.fakes.scripted import AnswersOnly

TOOLS = AnswersOnly()


def add(
    source: Path, data: Path, task: AIME2025 | HMMTFebruary2025 | None = None
) -> tuple[DataProblem, ...]:
    return (task or AIME2025()).add_data(DataStore(data), source, TOOLS)  # type: ignore[arg-type]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with both papers of 2025, deep in it, and one of another year."""
    for name in ("aime_2025_I", "aime_2025_II", "aime_2024_I"):
        write_matharena(tmp_path / "in" / "data" / "aime" / name)
    return tmp_path / "in"


def test_both_papers_become_thirty_problems(source: Path, tmp_path: Path) -> None:
    """Statements and answers are those of the files, in the order of the papers."""
    found = add(source, tmp_path / "data")
    assert len(found) == 30
    assert all(problem.ready for problem in found)
    contest = AIME2025().contest(DataStore(tmp_path / "data"))
    assert [p.id for p in contest.problems[13:17]] == ["I-14", "I-15", "II-1", "II-2"]
    ninth = contest.problems[8]
    assert ninth.statement == "What is $9 + 9$?"
    assert ninth.body == AnswerBody(expected="018", equivalence=Equivalence.AIME)
    assert (ninth.max_points, ninth.subset, ninth.title) == (1.0, "I", "AIME I, problem 9")
    assert not contest.left_out
    assert not contest.show_statements


def test_an_answer_counts_with_or_without_zeros_in_front(source: Path, tmp_path: Path) -> None:
    """An AIME's answer sheet has three places; 018, 18 and $18$ fill them alike."""
    add(source, tmp_path / "data")
    task = AIME2025()
    problem = task.contest(DataStore(tmp_path / "data")).problems[8]
    for said, points in {"018": 1, "18": 1, "$18$": 1, "18.5": 0, "1018": 0, "-18": 0}.items():
        found = task.extract(problem, f"So \\boxed{{{said}}}.")
        assert found is not None
        grade = TOOLS.answers.judge(problem, found.content, submission="s", attempt="a")
        assert grade.points == points, said


def test_the_prompt_asks_for_a_box_and_tells_no_answer(source: Path, tmp_path: Path) -> None:
    """The question comes first, and then what the contest tells its contestants."""
    add(source, tmp_path / "data")
    task = AIME2025()
    problem = task.contest(DataStore(tmp_path / "data")).problems[8]
    text = task.prompt(problem, "").messages[0].content
    assert text.startswith("What is $9 + 9$?\n")
    assert "\\boxed{...}" in text
    assert "0 to 999" in text
    assert "18" not in text


def test_one_paper_is_half_a_contest(tmp_path: Path) -> None:
    """The other paper's problems are left out by name, and come in later beside it."""
    write_matharena(tmp_path / "aime_2025_II")
    found = add(tmp_path / "aime_2025_II", tmp_path / "data")
    assert [problem.ready for problem in found] == [False] * 15 + [True] * 15
    assert "aime_2025_I " in found[0].missing[0]
    contest = AIME2025().contest(DataStore(tmp_path / "data"))
    assert [left.id for left in contest.left_out] == [f"I-{n}" for n in range(1, 16)]
    assert (contest.judged_points, contest.total_points) == (15, 30)
    write_matharena(tmp_path / "aime_2025_I")
    assert all(problem.ready for problem in add(tmp_path / "aime_2025_I", tmp_path / "data"))


def test_another_copy_is_judged_and_says_so(source: Path, tmp_path: Path) -> None:
    """A paper that nobody looked at is a note of every result, and another contest's hash."""
    add(source, tmp_path / "data")
    contest = AIME2025().contest(DataStore(tmp_path / "data"))
    assert "is not the copy that was looked at" in contest.notes[0]
    (source / "data/aime/aime_2025_I/problems/1.tex").write_text("What is $1 + 1$, please?")
    add(source, tmp_path / "data")
    again = AIME2025().contest(DataStore(tmp_path / "data"))
    assert again.hash != contest.hash


def test_line_ends_and_the_order_of_answers_change_nothing(source: Path, tmp_path: Path) -> None:
    """The same paper, saved on another system, is the same problems."""
    add(source, tmp_path / "data")
    before = AIME2025().contest(DataStore(tmp_path / "data"))
    for name in ("aime_2025_I", "aime_2025_II"):
        place = source / "data" / "aime" / name / "answers.csv"
        head, *rows = place.read_text().splitlines()
        place.write_bytes(("\ufeff" + "\r\n".join([head, *reversed(rows), ""])).encode())
    add(source, tmp_path / "data")
    assert AIME2025().contest(DataStore(tmp_path / "data")) == before


def test_the_papers_of_a_year_are_those_of_its_task(source: Path, tmp_path: Path) -> None:
    """A folder of several years brings each task its own."""
    task = AIME2024()
    found = task.add_data(DataStore(tmp_path / "data"), source, TOOLS)  # type: ignore[arg-type]
    assert [problem.ready for problem in found] == [True] * 15 + [False] * 15


def test_answers_of_hmmt_may_be_anything(tmp_path: Path) -> None:
    """Fractions, lists of roots and whole numbers come in as they are written."""
    said = {1: "29", 5: r"-\dfrac{13}{96}, \dfrac{13}{40}", 9: r"0,i\sqrt{6},-i\sqrt{6}"}
    write_matharena(tmp_path / "hmmt_feb_2025", 30, lambda n: said.get(n, r"\frac{1}{2}"))
    task = HMMTFebruary2025()
    assert all(problem.ready for problem in add(tmp_path, tmp_path / "data", task))
    bodies = [p.body for p in task.contest(DataStore(tmp_path / "data")).problems]
    assert [body.expected for body in bodies if isinstance(body, AnswerBody)][8] == said[9]
    assert all(
        isinstance(body, AnswerBody) and body.equivalence is Equivalence.SYMBOLIC for body in bodies
    )


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("29", Outcome.EQUAL),
        ("n = 29", Outcome.EQUAL),
        (r"\frac{58}{2}", Outcome.EQUAL),
        (r"29\text{ ways}", Outcome.EQUAL),
        ("28", Outcome.NOT_EQUAL),
        (r"\frac{58}{3}", Outcome.NOT_EQUAL),
        ("twenty-nine", Outcome.UNRESOLVED),
    ],
)
def test_a_whole_number_may_be_written_as_any_other_answer(
    tmp_path: Path, said: str, outcome: Outcome
) -> None:
    """A name, a fraction or a unit makes no right answer wrong; words are a model's to read."""
    write_matharena(tmp_path / "hmmt_feb_2025", 30, lambda _: "29")
    add(tmp_path, tmp_path / "data", HMMTFebruary2025())
    body = HMMTFebruary2025().contest(DataStore(tmp_path / "data")).problems[0].body
    assert isinstance(body, AnswerBody)
    judge = AnswerJudge()
    try:
        assert judge.compare(body, said).outcome is outcome
    finally:
        judge.close()


def answers(*lines: str) -> Callable[[Path], object]:
    """Return what replaces the last lines of the answers."""

    def change(paper: Path) -> None:
        place = paper / "answers.csv"
        kept = place.read_text().splitlines()[: -len(lines)]
        place.write_text("\n".join([*kept, *lines]))

    return change


def outside(paper: Path) -> Path:
    place = paper.parents[3] / "secret.tex"
    place.write_text("A secret.")
    return place


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no answers": (lambda p: (p / "answers.csv").unlink(), r"answers\.csv is missing"),
    "no config": (lambda p: (p / "config.yaml").unlink(), r"config\.yaml is missing"),
    "a config that is none": (
        lambda p: (p / "config.yaml").write_text("n_problems: [1"),
        r"config\.yaml is no YAML",
    ),
    "a config that is a list": (
        lambda p: (p / "config.yaml").write_text("- 15"),
        "says n_problems: None; this paper has 15",
    ),
    "another number of problems": (
        lambda p: (p / "config.yaml").write_text("n_problems: 14"),
        "says n_problems: 14; this paper has 15",
    ),
    "a statement is missing": (
        lambda p: (p / "problems" / "7.tex").unlink(),
        r"problems/7\.tex is missing",
    ),
    "an empty statement": (
        lambda p: (p / "problems" / "7.tex").write_text(" \n"),
        r"problems/7\.tex is empty",
    ),
    "a statement too many": (
        lambda p: (p / "problems" / "16.tex").write_text("More?"),
        r"problems/16\.tex is of no problem of this paper",
    ),
    "a statement that is no text": (
        lambda p: (p / "problems" / "3.tex").write_bytes(b"What is\n\xff\xfe?"),
        r"3\.tex, line 2: not UTF-8 text",
    ),
    "a statement that is a pointer of Git LFS": (
        lambda p: (p / "problems" / "3.tex").write_text(
            "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
        ),
        r"3\.tex is missing",
    ),
    "a missing answer": (
        lambda p: (p / "answers.csv").write_text("id,answer\n1,2\n"),
        "no answer of problem 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
    ),
    "an answer twice": (answers("1,2"), "line 16: problem 1 has a second answer"),
    "an empty answer": (answers("15,"), "line 16: the column answer of problem 15 is empty"),
    "an answer of no problem": (answers("16,2"), "line 16: the column id says '16'"),
    "a path for a number": (answers("../../1,2"), "line 16: the column id says '../../1'"),
    "a number in other digits": (answers("\u0661,2"), "line 16: the column id says"),
    "a huge number": (answers("9" * 5000 + ",2"), "line 16: the column id says"),
    "shifted columns": (answers("15,1,024"), "line 16: it has 3 cells for 2 columns"),
    "other columns": (
        lambda p: (p / "answers.csv").write_text("problem,answer\n1,2\n"),
        r"answers\.csv has the column 'id' not \(it has problem, answer\)",
    ),
    "a column twice": (
        lambda p: (p / "answers.csv").write_text("id,answer,answer\n1,2,3\n"),
        r"answers\.csv has the column 'answer' twice",
    ),
    "no text": (
        lambda p: (p / "answers.csv").write_bytes(b"id,answer\n1,\xff\n"),
        r"answers\.csv, line 2: not UTF-8",
    ),
    "nothing": (lambda p: (p / "answers.csv").write_text(""), "not .it has nothing."),
    "an answer that no AIME has": (answers("15,1000"), "the answer of I-15 is '1000'"),
    "an answer that is no number": (answers('15,"\\frac12"'), "whole numbers from 0 to 999"),
    "a cell without an end": (answers("15," + "9" * 200_000), "field larger than field limit"),
    "a link out of the paper": (
        lambda p: (
            (p / "problems" / "1.tex").unlink(),
            (p / "problems" / "1.tex").symlink_to(outside(p)),
        ),
        r"problems/1\.tex is a link that leaves the package",
    ),
    "answers that are a pipe": (
        lambda p: ((p / "answers.csv").unlink(), os.mkfifo(p / "answers.csv")),
        r"answers\.csv is missing",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_paper_that_is_not_whole_is_refused_and_nothing_comes_in(
    source: Path, tmp_path: Path, case: str
) -> None:
    """The file, the line and the problem are named; also the whole paper beside it stays out."""
    spoil, said = BROKEN[case]
    spoil(source / "data" / "aime" / "aime_2025_I")
    with pytest.raises(TaskDataError, match=said):
        add(source, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_broken_paper_does_not_replace_a_whole_one(source: Path, tmp_path: Path) -> None:
    """What was in the store stays as it was."""
    add(source, tmp_path / "data")
    before = AIME2025().contest(DataStore(tmp_path / "data"))
    (source / "data/aime/aime_2025_II/answers.csv").write_text("id,answer\n")
    with pytest.raises(TaskDataError):
        add(source, tmp_path / "data")
    assert AIME2025().contest(DataStore(tmp_path / "data")) == before


def test_a_paper_of_the_same_name_twice_is_an_error(source: Path, tmp_path: Path) -> None:
    """Which of them is meant is not guessed."""
    shutil.copytree(source / "data", source / "again")
    with pytest.raises(TaskDataError, match=r"are both aime_2025_I"):
        add(source, tmp_path / "data")


def test_a_folder_without_a_paper_says_what_papers_are_called(tmp_path: Path) -> None:
    """A folder, or a file, that is no paper of the contest is not taken for one."""
    write_matharena(tmp_path / "in" / "aime_1999_I")
    with pytest.raises(TaskDataError, match="no paper of aime2025") as caught:
        add(tmp_path / "in", tmp_path / "data")
    assert "aime_2025_I and aime_2025_II" in caught.value.hint
    (tmp_path / "some.csv").write_text("id,answer\n1,2\n")
    with pytest.raises(TaskDataError, match="is no paper of aime2025"):
        add(tmp_path / "some.csv", tmp_path / "data")


def test_a_link_to_a_folder_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """A paper that is a link out of the folder that was named is refused."""
    write_matharena(tmp_path / "elsewhere")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "aime_2025_I").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TaskDataError, match="link that leaves"):
        add(tmp_path / "in", tmp_path / "data")


def test_papers_come_out_of_an_archive(source: Path, tmp_path: Path) -> None:
    """A zip of the published folder is as good as the folder."""
    shutil.make_archive(str(tmp_path / "papers"), "zip", source)
    assert all(problem.ready for problem in add(tmp_path / "papers.zip", tmp_path / "data"))


@pytest.mark.parametrize("damage", ["{", '{"items": []}', '{"items": [{"id": "I-1"}]}'])
def test_a_damaged_store_is_an_error_and_not_another_contest(
    source: Path, tmp_path: Path, damage: str
) -> None:
    """What was changed in the data store by hand is named with its place."""
    add(source, tmp_path / "data")
    place = tmp_path / "data" / "aime2025" / "I" / "paper.json"
    place.write_text(damage)
    with pytest.raises(TaskDataError, match=r"I/paper\.json"):
        AIME2025().contest(DataStore(tmp_path / "data"))
    shutil.rmtree(source / "data" / "aime" / "aime_2025_I")
    found = add(source, tmp_path / "data")  # the other paper still comes in
    assert [problem.ready for problem in found] == [False] * 15 + [True] * 15
