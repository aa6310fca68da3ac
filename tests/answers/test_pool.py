"""The workers: whatever an answer does to one, the next answer has a worker."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.errors import JudgeError
from harness.judges.answers import pool as pools
from harness.judges.answers import worker
from harness.judges.answers.frames import Job, Limits
from harness.judges.answers.outcome import Outcome
from harness.judges.answers.pool import AnswerPool
from tests.answers.hostile import INPUTS

ENDLESS = r"\prod_{k=1}^{10^9} \sin k"
RADICAL = (r"\sqrt{8}", r"2\sqrt{2}")


@pytest.fixture(scope="module")
def pool() -> Iterator[AnswerPool]:
    with AnswerPool(2, Limits(cpu_s=2)) as made:
        yield made


@pytest.fixture
def pids(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the processes of workers that are started from now on."""
    found: list[int] = []

    class Watched(pools.Worker):
        def __init__(self, limits: Limits) -> None:
            super().__init__(limits)
            found.append(self._process.pid)

    monkeypatch.setattr(pools, "Worker", Watched)
    return found


@pytest.mark.long
def test_a_hundred_hostile_answers_have_an_outcome_each(pool: AnswerPool) -> None:
    """None hangs, none is believed, and after each the pool still tells equal from not."""
    assert len(INPUTS) >= 100
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda said: pool.compare("7", said), INPUTS))
    believed = [
        said
        for said, one in zip(INPUTS, found, strict=True)
        if one.outcome is Outcome.EQUAL and said.strip(" \n") not in (r"7", "")
    ]
    assert [said for said in believed if not said.startswith(r"\boxed")] == []
    assert all(one.reason for one in found)
    assert pool.compare(*RADICAL).outcome is Outcome.EQUAL
    assert not Path("/tmp/harness-was-here").exists()


@pytest.mark.long
def test_a_hostile_reference_is_no_better(pool: AnswerPool) -> None:
    """The reference may be the hostile one: that is bounded as well."""
    for one in INPUTS[::7]:
        assert pool.compare(one, "7.5").outcome is not Outcome.EQUAL
        assert pool.compare(one, one).outcome is not Outcome.NOT_EQUAL


@pytest.mark.long
def test_the_limit_that_ended_a_comparison_is_named(pool: AnswerPool) -> None:
    """CPU that runs out is an unresolved answer that says so, and the worker is replaced."""
    before = pool.started
    found = pool.compare("7", ENDLESS)
    assert (found.outcome, found.reason) == (Outcome.UNRESOLVED, "more than 2 s of CPU")
    assert pool.compare(*RADICAL).outcome is Outcome.EQUAL
    assert pool.compare(*RADICAL).outcome is Outcome.EQUAL
    assert pool.started >= max(before, 1)


@pytest.mark.long
def test_a_worker_that_passes_its_wall_time_is_ended() -> None:
    """The deadline holds from outside, whatever the worker does."""
    with AnswerPool(1, Limits(cpu_s=60, wall_s=0.5)) as pool:
        assert pool.compare("7", ENDLESS).reason == "more than 0.5 s"
        assert pool.compare("7", ENDLESS).reason == "more than 0.5 s"
        assert pool.started == 2


def test_a_worker_is_limited_by_the_kernel(pids: list[int]) -> None:
    """Its address space is bounded, and it can write neither files nor a core."""
    with AnswerPool(1, Limits(memory_bytes=300 << 20, cpu_s=7)) as pool:
        assert pool.compare(*RADICAL).outcome is Outcome.EQUAL
        limits = Path(f"/proc/{pids[0]}/limits").read_text()
    rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
    assert rows["Max address space"] == str(300 << 20)
    assert (rows["Max core file size"], rows["Max file size"]) == ("0", "0")
    assert int(rows["Max cpu time"]) < 60


def test_memory_that_runs_out_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison that needs more memory than it may use is unresolved, and says so."""

    def runs_out(*args: object) -> None:
        bytearray(1 << 62)

    monkeypatch.setattr(worker, "by_reading", runs_out)
    found = worker.answer(Job(*RADICAL))
    assert (found.outcome, found.reason) == (Outcome.UNRESOLVED, worker.OUT_OF_MEMORY)


def test_a_worker_that_is_killed_costs_one_answer(pids: list[int]) -> None:
    """Somebody kills a worker: its answer is unresolved, and the next is compared."""
    with AnswerPool(1) as pool:
        assert pool.compare(*RADICAL).outcome is Outcome.EQUAL
        os.kill(pids[0], signal.SIGKILL)
        found = pool.compare(*RADICAL)
        assert found.outcome is Outcome.UNRESOLVED
        assert "worker" in found.reason
        assert pool.compare(*RADICAL).outcome is Outcome.EQUAL
        assert os.getsid(pids[-1]) == pids[-1] != os.getsid(0)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.long
def test_a_worker_is_replaced_after_its_pairs() -> None:
    """What a library caches does not grow without end."""
    with AnswerPool(1, jobs_per_worker=2) as pool:
        for _ in range(5):
            assert pool.compare(*RADICAL).outcome is Outcome.EQUAL
        assert pool.started == 3


def test_plain_answers_start_no_worker() -> None:
    """Integers, fractions and lists of them are compared without a process."""
    with AnswerPool(1) as pool:
        for gold, said in (("7", "7.0"), (r"\frac12", "0.5"), ("1, 2", "2, 1"), ("7", "8")):
            pool.compare(gold, said)
        assert pool.started == 0


def test_a_worker_that_cannot_start_is_our_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation is no wrong answer: it is an error that says what to try."""
    monkeypatch.setattr(pools, "BEGIN", "raise SystemExit(3)")
    with AnswerPool(1) as pool, pytest.raises(JudgeError, match="does not start") as caught:
        pool.compare(*RADICAL)
    assert "import sympy" in caught.value.hint


@pytest.mark.long
def test_the_same_pair_has_the_same_outcome_in_every_worker() -> None:
    """Nothing depends on the order of a set or on which worker it was."""
    pair = (r"\sqrt{2}+\sqrt{3}", r"\sqrt{5+2\sqrt{6}}")
    with AnswerPool(1, jobs_per_worker=1) as pool:
        assert len({(f.outcome, f.reason) for f in (pool.compare(*pair) for _ in range(3))}) == 1
