"""What every task promises, whichever it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config import Settings
from harness.data import DataStore
from harness.plugins import STRATEGIES, TASKS, load_task, names
from harness.rules import RULES
from harness.store import RunFolder, RunWriter
from harness.task import Task
from harness.tools import Workbench
from harness.types import AnswerBody, CodeBody, Contest, FileRole, RunRecord, RunSpec
from sandbox.languages import languages

ALL = names(TASKS)


@pytest.fixture(params=ALL)
def task(request: pytest.FixtureRequest) -> Task:
    return load_task(request.param)


@pytest.fixture
def contest(task: Task, tmp_path: Path) -> Contest:
    return task.contest(DataStore(tmp_path / "data"))


def test_the_tasks_of_the_program_are_here() -> None:
    """The contests this version judges are among the plugins."""
    assert {"demo", "ioi2025"} <= set(ALL)


def test_a_task_knows_its_name_and_its_version(task: Task, contest: Contest) -> None:
    """The name on the command line is the name in every record."""
    assert task.id in ALL
    assert contest.id == task.id
    assert task.version
    assert task.defaults.strategy in names(STRATEGIES)
    assert task.defaults.prompt_language in languages()


def test_a_contest_says_where_it_comes_from(contest: Contest) -> None:
    """Title, date, sources and the source of every medal line are given."""
    assert contest.title
    assert contest.date[:4].isdigit()
    assert contest.sources
    assert contest.rules in RULES
    assert all(line.source for line in contest.cutoffs)
    lines = [line.points for line in contest.cutoffs]
    assert lines == sorted(lines, reverse=True)
    assert all(points <= contest.total_points for points in lines)


def test_a_contest_is_the_same_twice(task: Task, contest: Contest, tmp_path: Path) -> None:
    """Reading a contest again gives the same problems and the same hash."""
    assert task.contest(DataStore(tmp_path / "data")) == contest
    assert len(contest.hash) == 64


def test_without_data_problems_are_left_out_by_name(contest: Contest) -> None:
    """What cannot be judged is named with a reason; nothing is lost and nothing is zero."""
    ids = [p.id for p in contest.problems] + [left.id for left in contest.left_out]
    assert len(ids) == len(set(ids)) > 0
    assert all(left.reason for left in contest.left_out)


def test_what_can_be_judged_is_whole(contest: Contest) -> None:
    """Points add up, every test of a subtask exists, and there is a solution to check with."""
    for problem in contest.problems:
        body = problem.body
        assert problem.statement.strip()
        assert len(problem.hash) == 64
        if isinstance(body, CodeBody):
            tests = {test.name for test in body.tests}
            assert problem.max_points == sum(subtask.points for subtask in body.subtasks)
            assert {name for subtask in body.subtasks for name in subtask.tests} == tests
            assert any(item.role is FileRole.REFERENCE for item in body.files)
        elif isinstance(body, AnswerBody):
            assert body.expected


def test_a_prompt_holds_the_statement_and_no_answer(task: Task, contest: Contest) -> None:
    """A model is asked with the statement; no test, reference or answer is in the prompt."""
    for problem in contest.problems:
        prompting = task.prompt(problem, task.defaults.prompt_language)
        text = "\n".join(message.content for message in prompting.messages)
        assert problem.statement.strip() in text
        assert "{{" not in text
        body = problem.body
        if isinstance(body, AnswerBody):
            assert body.expected not in text
        elif isinstance(body, CodeBody):
            for item in body.files:
                if item.role in (FileRole.REFERENCE, FileRole.CHECKER):
                    assert Path(problem.folder, item.file.path).read_text() not in text


def test_nothing_is_found_in_nothing(task: Task, contest: Contest) -> None:
    """An empty text, or one without an answer, brings no submission."""
    for problem in contest.problems:
        assert task.extract(problem, "") is None
        assert task.extract(problem, "I do not know.") is None


def test_a_contest_survives_the_manifest(contest: Contest, tmp_path: Path) -> None:
    """A contest written into a run folder is the same when it is read."""
    record = RunRecord(
        schema=1,
        id="r",
        spec=RunSpec(task=contest.id, task_version="1", backend="oracle"),
        contest=contest,
        contestants=(),
        planned=0,
        harness_version="0",
        harness_commit="",
        judge=(),
        machine=(),
        started="2025-01-01T00:00:00Z",
    )
    RunWriter.create(tmp_path / "run", record).close()
    assert RunFolder(tmp_path / "run").record.contest == contest


def test_a_task_without_need_of_data_says_so(tmp_path: Path) -> None:
    """Adding data to the demonstration changes nothing and says that none is needed."""
    tools = Workbench(Settings(data=tmp_path, cache=tmp_path, slots=1))
    found = load_task("demo").add_data(DataStore(tmp_path / "data"), tmp_path, tools)
    assert all(problem.ready for problem in found)
    assert not (tmp_path / "data").exists()
