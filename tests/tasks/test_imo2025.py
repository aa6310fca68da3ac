"""IMO 2025: statements come in, proofs are found, and wait where nobody marks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.history import history
from harness.store import RunWriter
from harness.types import SubmissionKind
from tasks.imo.task import IMO2025
from tests.fakes.scripted import AnswersOnly, ScriptedBackend, run_all, says, start_run

TOOLS = AnswersOnly()


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    """Return a data store with two of the six statements."""
    (tmp_path / "in" / "p6").mkdir(parents=True)
    (tmp_path / "in" / "p1.md").write_text("Prove that $1 = 1$.")
    (tmp_path / "in" / "p6" / "statement.md").write_text("Prove it again.")
    found = DataStore(tmp_path / "data")
    IMO2025().add_data(found, tmp_path / "in", TOOLS)  # type: ignore[arg-type]
    return found


def test_statements_come_in_by_name(store: DataStore) -> None:
    """Problems with a statement are asked, the others are left out; 42 points in all."""
    contest = IMO2025().contest(store)
    assert [(p.id, p.statement) for p in contest.problems] == [
        ("p1", "Prove that $1 = 1$."),
        ("p6", "Prove it again."),
    ]
    assert [left.id for left in contest.left_out] == ["p2", "p3", "p4", "p5"]
    assert contest.total_points == 42


def test_another_statement_is_another_problem(store: DataStore) -> None:
    """What was asked is part of a contest's identity."""
    before = IMO2025().contest(store)
    (store.folder("imo2025", "p1") / "statement.md").write_text("Prove that $2 = 2$.")
    assert IMO2025().contest(store).hash != before.hash


def test_a_folder_without_statements_is_an_error(tmp_path: Path) -> None:
    """Nothing that could be a statement says how one is written."""
    with pytest.raises(TaskDataError, match="no statement of imo2025"):
        IMO2025().add_data(DataStore(tmp_path / "d"), tmp_path, TOOLS)  # type: ignore[arg-type]


def test_a_proof_is_all_that_follows_the_thoughts(store: DataStore) -> None:
    """The prompt holds the statement; thoughts are no part of a proof, and silence is none."""
    task = IMO2025()
    problem = task.contest(store).problems[0]
    assert "Prove that $1 = 1$." in task.prompt(problem, "").messages[0].content
    found = task.extract(problem, "Hm. Is it?</think>\nBy definition. ∎\n")
    assert found is not None
    assert (found.kind, found.content) == (SubmissionKind.PROOF, "By definition. ∎")
    assert task.extract(problem, "Hm.</think>\n") is None


def test_a_proof_that_nobody_marks_stays_open(store: DataStore, tmp_path: Path) -> None:
    """Without a jury every proof is asked for and kept, and its attempt is neither void nor 0."""
    task = IMO2025()
    backend = ScriptedBackend(lambda _: says("By definition."))
    for _ in range(2):  # taken up again, nothing is asked twice: the proofs wait
        place = tmp_path / "run"
        fresh = not place.exists()
        with (
            start_run(place, backend, task.contest(store)) if fresh else RunWriter(place) as writer
        ):
            meter = run_all(writer, backend, task)
            attempts = history(writer).values()
        assert (meter.postponed, meter.void, meter.judged) == (2, 0, 0)
        assert [(log.end, dict(log.grades)) for log in attempts] == [(None, {})] * 2
        assert all(log.handed_in[1].kind is SubmissionKind.PROOF for log in attempts)
    assert len(backend.asked) == 2
