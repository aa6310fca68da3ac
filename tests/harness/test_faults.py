"""What nobody foresaw costs one attempt, which is void: never the run, and never a zero."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.backend import Reply, Request
from harness.board import rows
from harness.prompts import Prompting
from harness.session import Session
from harness.store import RunFolder
from harness.task import Extraction
from harness.types import AttemptEnd, AttemptStatus, Note, NoteKind, Problem, Template
from tests.fakes.scripted import ScriptedBackend, ScriptedTask, contest, run_all, says, start_run


def broken_on(problem: Problem) -> None:
    if problem.id == "two":
        raise ValueError("nobody\nforesaw this")


class BrokenPrompt(ScriptedTask):
    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        broken_on(problem)
        return super().prompt(problem, language, template)


class BrokenExtraction(ScriptedTask):
    def extract(self, problem: Problem, text: str) -> Extraction | None:
        broken_on(problem)
        return super().extract(problem, text)


class BrokenJudge(ScriptedTask):
    def judge(self, problem, submission, content, tools):  # type: ignore[no-untyped-def]
        broken_on(problem)
        return super().judge(problem, submission, content, tools)


@pytest.mark.parametrize("broken", [BrokenPrompt, BrokenExtraction, BrokenJudge])
def test_a_fault_of_a_task_costs_its_attempt_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: type[ScriptedTask]
) -> None:
    """The attempt is void and says H000, what failed and where; the others are scored."""
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "run", backend, contest(), attempts=2) as writer:
        run_all(writer, backend, broken(contest()))
        records = list(writer.replay())
        row = rows(writer)[0]
    void = [r for r in records if isinstance(r, AttemptEnd) and r.status is AttemptStatus.VOID]
    assert [end.points for end in void] == [None, None]
    for end in void:
        assert end.reason.startswith("[H000] ValueError: nobody foresaw this (test_faults.py, line")
    assert {r.text for r in records if isinstance(r, Note) and r.kind is NoteKind.VOID} == {
        void[0].reason
    }
    assert (row.mean_total, row.count(AttemptStatus.DONE)) == (10.0, 2)
    assert len(caplog.messages) == 1, "one fault is told once, not once an attempt"
    assert "please report it" in caplog.messages[0]


@pytest.mark.parametrize("seconds", [float("nan"), float("inf")])
def test_a_number_that_cannot_be_recorded_does_not_spoil_the_log(
    tmp_path: Path, seconds: float
) -> None:
    """A plugin that measures nonsense loses its attempt; the log stays one that can be read."""

    def measured(request: Request) -> Reply:
        odd = request.problem == "two"
        return msgspec.structs.replace(says("7"), seconds=seconds if odd else 1.0)

    backend = ScriptedBackend(measured)
    with start_run(tmp_path / "run", backend) as writer:
        run_all(writer, backend)
    ends = {r.attempt: r for r in RunFolder(tmp_path / "run").replay() if isinstance(r, AttemptEnd)}
    assert f"Generation.seconds is {seconds}" in ends["two:bot:0"].reason
    assert ends["two:bot:0"].status is AttemptStatus.VOID
    assert ends["one:bot:0"].points == 10.0


def test_a_fault_of_a_strategy_or_a_backend_is_void_too(tmp_path: Path) -> None:
    """It does not matter on whose side the fault is, as long as it is not the contestant's."""

    async def careless(session: Session) -> None:
        raise KeyError(session.view.id)

    def broken(request: Request) -> Reply | Exception:
        return ZeroDivisionError() if request.problem == "two" else says("7")

    for name, strategy in (("a", careless), ("b", None)):
        backend = ScriptedBackend(broken)
        with start_run(tmp_path / name, backend) as writer:
            if strategy:
                run_all(writer, backend, strategy=strategy)
            else:
                run_all(writer, backend)
            ends = {r.attempt: r for r in writer.replay() if isinstance(r, AttemptEnd)}
        assert ends["two:bot:0"].status is AttemptStatus.VOID
        assert "[H000]" in ends["two:bot:0"].reason
    assert ends["one:bot:0"].points == 10.0
