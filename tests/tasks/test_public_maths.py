"""Public sets of mathematics become the papers that their tasks read."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.hub.public_set import Converted
from harness.task import DataProblem, Task
from harness.types import AnswerBody, ProofBody
from tasks.aime.task import AIME2024
from tasks.hmmt.task import HMMTFebruary2024, HMMTFebruary2025
from tasks.imo.task import IMO2025
from tasks.imobench.task import AnswerBench, AnswerBenchV2, ProofBench, ProofBenchV2
from tests.fakes.papers import write_answerbench, write_proofbench
from tests.fakes.published import Rows, imo_problem, tables
from tests.fakes.scripted import AnswersOnly


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


def bring(
    store: DataStore, task: Any, rows: dict[str, Rows]
) -> tuple[Converted, tuple[DataProblem, ...]]:
    public = task.public[0]
    found = tables(store.root.parent / "hub", public, rows)

    def stored(name: str) -> Path | None:
        return store.folder(task.id, name) if store.has(task.id, name) else None

    with store.scratch() as folder:
        converted = public.convert(found, folder, stored)
        return converted, task.add_data(store, folder, AnswersOnly())


def answers(count: int, first: int = 1, **change: Any) -> Rows:
    return [
        {"problem_idx": n, "problem": f"What is ${n} + {n}$?", "answer": 2 * n, **change}
        for n in range(first, first + count)
    ]


def test_two_repositories_are_two_papers(store: DataStore) -> None:
    """Each is numbered from 1; answers have the three digits of their publisher's own tables."""
    rows = {"MathArena/aime_2024_I": answers(15), "MathArena/aime_2024_II": answers(15)}
    _, found = bring(store, AIME2024(), rows)
    assert all(problem.ready for problem in found)
    contest = AIME2024().contest(store)
    assert [p.id for p in contest.problems[14:16]] == ["I-15", "II-1"]
    assert isinstance(contest.problems[15].body, AnswerBody)
    assert contest.problems[15].body.expected == "002"


def test_an_answer_that_is_a_text_stays_as_it_is_written(store: DataStore) -> None:
    """Commas, quotes and line ends of LaTeX are no columns of a table."""
    said = '\\frac{1}{2}, "x"\n'
    rows = {"MathArena/hmmt_feb_2025": answers(30, answer=said)}
    bring(store, HMMTFebruary2025(), rows)
    body = HMMTFebruary2025().contest(store).problems[3].body
    assert isinstance(body, AnswerBody)
    assert body.expected == said.strip()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([*answers(30), answers(1)[0]], "has the problem 1 twice"),
        (answers(31), "has a problem 31, which is of no paper"),
        (answers(30, first=0), "has a problem 0, which is of no paper"),
        (answers(29), "no answer of problem 30"),
        (answers(30, problem=" "), r"1\.tex is empty"),
    ],
)
def test_rows_that_are_no_whole_paper_are_named(store: DataStore, rows: Rows, said: str) -> None:
    """Nothing comes in."""
    with pytest.raises(TaskDataError, match=said):
        bring(store, HMMTFebruary2024(), {"MathArena/hmmt_feb_2024": rows})
    assert store.packages("hmmt_feb2024") == ()


def test_statements_come_with_schemes_that_nobody_has_approved(store: DataStore) -> None:
    """A person stands for a scheme before a proof is marked by it."""
    rows = {"MathArena/imo_2025": [imo_problem(n) for n in range(1, 7)]}
    _, found = bring(store, IMO2025(), rows)
    assert all(problem.ready for problem in found)
    assert any("not approved and not used" in note for note in found[0].notes)
    problem = IMO2025().contest(store).problems[0]
    assert problem.statement == "Prove that $1 = 1$."
    assert problem.body == ProofBody()
    text = (store.folder("imo2025", "p1") / "rubric.toml").read_text()
    assert "Start: Says what equality is." in text
    assert "MathArena/imo_2025 at abc" in text


def test_a_scheme_that_a_person_approved_is_not_lost(store: DataStore) -> None:
    """Nor is a reference solution that was brought in."""
    rows = {"MathArena/imo_2025": [imo_problem(n) for n in range(1, 7)]}
    bring(store, IMO2025(), rows)
    home = store.folder("imo2025", "p2")
    mine = (home / "rubric.toml").read_text().replace("approved = false", "approved = true")
    (home / "rubric.toml").write_text(mine)
    (home / "solution.md").write_text("By definition.")
    converted, _ = bring(store, IMO2025(), rows)
    assert "p2" in converted.joined
    body = IMO2025().contest(store).problems[1].body
    assert isinstance(body, ProofBody)
    assert (len(body.rubric), body.references) == (2, ("By definition.",))


@pytest.mark.parametrize("scheme", [None, [], [{"title": "All", "desc": "It.", "points": 6}]])
def test_a_scheme_of_other_points_is_none(store: DataStore, scheme: Any) -> None:
    """The statement comes in without it."""
    row = imo_problem(1, grading_scheme=scheme)
    bring(store, IMO2025(), {"MathArena/imo_2025": [row]})
    assert not (store.folder("imo2025", "p1") / "rubric.toml").exists()


@pytest.mark.parametrize("numbers", [(1, 1), (7,), (0,)])
def test_a_problem_that_is_none_or_is_there_twice_is_named(
    store: DataStore, numbers: tuple[int, ...]
) -> None:
    """Nothing comes in."""
    rows = [imo_problem(n) for n in numbers]
    with pytest.raises(TaskDataError, match="is there twice or is none"):
        bring(store, IMO2025(), {"MathArena/imo_2025": rows})


def rows_of(place: Path) -> Rows:
    with place.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def test_the_table_on_the_hub_is_the_table_of_its_publisher(
    store: DataStore, tmp_path: Path
) -> None:
    """A pulled set is the same contest, to the bit, as the published file brought in by hand."""
    for task, write, name in (
        (AnswerBench(), write_answerbench, "Hwilner/imo-answerbench"),
        (ProofBench(), write_proofbench, "Hwilner/imo-proofbench"),
    ):
        file = write(tmp_path / task._file.papers[0].file)
        by_hand = DataStore(tmp_path / "by_hand")
        task.add_data(by_hand, file, AnswersOnly())  # type: ignore[arg-type]
        bring(store, task, {name: rows_of(file)})
        assert task.contest(store) == task.contest(by_hand)


@pytest.mark.parametrize("task", [AnswerBenchV2(), ProofBenchV2()])
def test_the_second_version_is_on_no_hub(task: Task) -> None:
    """The copies there are of the first, and are not offered for it."""
    assert getattr(task, "public", None) == ()
