"""Every planned attempt is accounted for, and what was not judged is no zero."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.account import Lack
from harness.backend import Reply, Request
from harness.board import rows
from harness.errors import BackendError, InfraError
from harness.session import Session
from harness.store import LOG, RunFolder
from harness.task import Extraction, Tools
from harness.types import AttemptEnd, AttemptStatus, FinishReason, Grade, Problem, Submission
from tests.fakes.scripted import (
    ScriptedBackend,
    ScriptedTask,
    contest,
    problem,
    run_all,
    says,
    start_run,
)
from tests.harness.test_board import EMPTY, VOID, cell, end, row

ANSWERS: dict[int, Reply | Exception] = {
    0: says("it is 7"),
    1: Reply(text="the prompt is too long", finish_reason=FinishReason.REJECTED),
    2: Reply(text="", reasoning="on and on", finish_reason=FinishReason.LENGTH),
    3: Reply(text="it may be 7", finish_reason=FinishReason.TIMEOUT),
    4: says(""),
    5: says("nothing to hand in"),
    6: BackendError("the server went away"),
    7: says("it is 8"),
}


class Particular(ScriptedTask):
    def extract(self, problem: Problem, text: str) -> Extraction | None:
        return super().extract(problem, text) if "nothing" not in text else None


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    def script(request: Request) -> Reply | Exception:
        return ANSWERS[request.sample]

    backend = ScriptedBackend(script)
    of = contest(problem("one"))
    with start_run(tmp_path / "run", backend, of, attempts=len(ANSWERS)) as writer:
        run_all(writer, backend, Particular(of))
    return RunFolder(tmp_path / "run")


def test_what_answers_lacked_is_told_apart(run: RunFolder) -> None:
    """Refused, cut off, empty and unparseable answers have counts of their own; all are judged."""
    found = rows(run)[0].account
    assert found.lacking == {
        Lack.REFUSED: 1,
        Lack.TRUNCATED: 2,
        Lack.EMPTY: 1,
        Lack.UNPARSEABLE: 1,
        Lack.WITHHELD: 0,
    }
    assert (found.planned, found.judged, found.void, found.unjudged) == (8, 7, 1, 1)
    # Two of seven are right; one more, or none, of eight.
    assert (found.low, found.high) == (pytest.approx(20 / 8), pytest.approx(30 / 8))
    assert found.sentence == (
        "7 of 8 judged (1 void); the mean is 2.5 if those that were not are worth nothing, 3.75 if "
        "they are worth full points; of the judged, 1 refused, 2 truncated, 1 empty, 1 unparseable"
    )


def test_an_attempt_that_handed_in_nothing_says_so(tmp_path: Path) -> None:
    """Where a strategy keeps back all it has, its zero is told from the zero of a wrong answer."""

    async def keeps_back(session: Session) -> None:
        await session.ask()

    of = contest(problem("one"))
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "run", backend, of, attempts=2) as writer:
        run_all(writer, backend, strategy=keeps_back)
    (found,) = rows(RunFolder(tmp_path / "run"))
    assert found.account.sentence == "2 of 2 judged; of the judged, 2 withheld"


def test_texts_of_void_attempts_are_spent_too(tmp_path: Path) -> None:
    """What was generated was paid for, whatever our side then lost; each text is counted once."""

    class Broken(ScriptedTask):
        def judge(
            self, problem: Problem, submission: Submission, content: str, tools: Tools
        ) -> Grade:
            raise InfraError("the judge is gone")

    of = contest(problem("one"))
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "run", backend, of, attempts=2) as writer:
        run_all(writer, backend, Broken(of))
    (found,) = rows(RunFolder(tmp_path / "run"))
    assert (found.account.void, found.generated, found.spent) == (2, 0, 2)


def test_what_was_never_begun_is_not_judged(run: RunFolder) -> None:
    """A run that was cut off counts what it has not begun among what it planned."""
    log = run.path / LOG
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:3]))
    found = rows(run)[0].account
    assert (found.planned, found.judged, found.unfinished) == (8, 0, 8)
    assert (found.low, found.high) == (0.0, 10.0)


ENDS = st.lists(
    st.one_of(
        st.floats(min_value=0, max_value=10).map(end), st.sampled_from([VOID, EMPTY]), st.none()
    ),
    min_size=1,
    max_size=8,
)


@given(ENDS, ENDS)
def test_the_mean_lies_between_its_bounds(
    first: list[AttemptEnd | None], second: list[AttemptEnd | None]
) -> None:
    """Whatever was not judged, all attempts are counted once, and the bounds hold the mean."""
    found = row(cell(*first), cell(*second, name="two"))
    told = found.account
    assert told.judged + told.void + told.empty + told.unfinished == told.planned
    assert told.planned == len(first) + len(second)
    if found.problems_done == 2:
        assert found.mean_total is not None
        assert told.low - 1e-9 <= found.mean_total <= told.high + 1e-9
    if all(e and e.status is AttemptStatus.DONE for e in (*first, *second)):
        assert told.low == told.high == found.mean_total
    assert 0 <= told.low <= told.high <= 20 + 1e-9
