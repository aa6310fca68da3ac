"""The straight line: plan, attempt, record, finish.

``plan`` lists attempts, minus those the log already holds; ``execute`` does them
and returns when each has an end. A run is a pure consequence of its log: resuming
is planning again.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from harness.attempt import attempt
from harness.backend import Backend
from harness.bench import Bench
from harness.clock import now
from harness.desk import Phase, Workshop
from harness.ends import Ends
from harness.errors import ConfigError, first_failure
from harness.gate import Gate
from harness.history import AttemptLog, History, history
from harness.meter import Meter
from harness.rules import Rules, rules_of
from harness.shards import share
from harness.store import RunFolder, RunWriter
from harness.strategy import Strategy
from harness.task import Task, Tools
from harness.types import (
    AttemptStart,
    AttemptStatus,
    Contest,
    Problem,
    RunRecord,
    RunSpec,
)

OTHER_FILES = 512
"""Open files of a run beside its connections: logs, texts, sandboxes."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt to do."""

    problem: Problem
    start: AttemptStart


class Windows(msgspec.Struct, frozen=True, kw_only=True):
    """How much may happen at once."""

    generations: int = 64
    judgings: int = 1
    waiting: int = 4096
    """Attempts beside those that generate: they wait for the judge, or for their turn. As
    long as there are fewer, the model does not wait for the judge."""


def plan(contest: Contest, backend: Backend, spec: RunSpec) -> tuple[Planned, ...]:
    """List every attempt of a run: problem by problem, so that a judge's data stay warm."""
    return tuple(
        Planned(
            problem=problem,
            start=AttemptStart(
                id=f"{problem.id}:{contestant.id}:{sample}",
                contestant=contestant.id,
                problem=problem.id,
                sample=sample,
                time=now(),
            ),
        )
        for problem in contest.problems
        for contestant in backend.contestants
        for sample in _samples(backend, contestant.id, problem.id, spec.attempts)
    )


def _samples(
    backend: Backend, contestant: str, problem: str, attempts: int | None
) -> Sequence[int]:
    recorded = backend.samples(contestant, problem)
    if recorded is None:
        return range(attempts if attempts is not None else 1)
    return recorded if attempts is None else recorded[:attempts]


async def execute(
    writer: RunWriter,
    contest: Contest,
    task: Task,
    backend: Backend,
    strategy: Strategy,
    tools: Tools,
    meter: Meter,
    windows: Windows,
    phase: Phase = Phase.BOTH,
    bench: Bench | None = None,
) -> None:
    """Do every attempt that has no end yet, and those that ended void.

    ``contest`` is the run's own, as found today: its packages may have moved since. Cancelling is
    safe: the next call does the rest. Raises the first failure that concerns the whole run.
    """
    spec = writer.record.spec
    pasts = history(writer)
    todo = _todo(plan(contest, backend, spec), writer.record, pasts)
    meter.planned, meter.before = len(todo), writer.record.planned - len(todo)
    _allow_files(windows.generations * (1 + len(bench.seats if bench else ())))
    threads = ThreadPoolExecutor(windows.judgings, "judge")
    workshop = Workshop(
        spec=spec,
        writer=writer,
        ends=Ends(writer),
        task=task,
        backend=backend,
        rules_of=lambda problem: rules_for(contest, problem, spec),
        tools=tools,
        generating=Gate(windows.generations),
        judging=asyncio.Semaphore(windows.judgings),
        threads=threads,
        meter=meter,
        phase=phase,
        bench=bench,
    )
    waiting = iter(todo)

    async def work() -> None:
        for planned in waiting:
            past = pasts.get(planned.start.id, AttemptLog())
            end = await attempt(workshop, strategy, planned.problem, planned.start, past)
            meter.count(end, past.end)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(todo), windows.generations + windows.waiting)):
                group.create_task(work())
                await asyncio.sleep(0)  # the first are asked for before the last are begun
    except BaseExceptionGroup as failures:
        # Not `except*`: what is raised in one comes out wrapped in a group again.
        raise first_failure(failures) from None
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    _check_texts(workshop.lacking)


def _check_texts(lacking: Sequence[str]) -> None:
    """Refuse to call a run done whose attempts wait for a text."""
    if lacking:
        others = f", nor have {len(lacking) - 1} others" if len(lacking) > 1 else ""
        raise ConfigError(
            f"{lacking[0]} has no text for its next question{others}; what could be judged is",
            hint="go on with the same command and --phase generate, then --phase judge again",
        )


def _allow_files(connections: int) -> None:
    """Allow this process as many open files as its connections need, as far as it may itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def rules_for(contest: Contest, problem: Problem, spec: RunSpec) -> Rules:
    """Return the rules that a run plays a problem by."""
    return rules_of(contest.unlimited if spec.is_ceiling else contest, problem, spec.protocol)


def _todo(whole: Sequence[Planned], record: RunRecord, pasts: History) -> list[Planned]:
    """Return what is left of a plan, or of this shard's share of it."""
    return [one for one in share(whole, record.shard) if _open(pasts, one.start.id)]


def _open(pasts: History, name: str) -> bool:
    return pasts.ended.get(name, AttemptStatus.VOID) is AttemptStatus.VOID


def check_resumable(old: RunFolder, contest: Contest) -> None:
    """Refuse to continue a run whose problems have changed since it started."""
    then = {problem.id: problem.hash for problem in old.record.contest.problems}
    today = {problem.id: problem.hash for problem in contest.problems}
    changed = sorted(
        name for name in then.keys() | today.keys() if then.get(name) != today.get(name)
    )
    if changed:
        raise ConfigError(
            f"{old.path} was started on other data: {', '.join(changed)} changed since",
            hint="put the data back as they were, or start a new run",
        )
    asked = {problem.id: problem.asked for problem in old.record.contest.problems}
    others = [problem.id for problem in contest.problems if asked[problem.id] != problem.asked]
    if others or old.record.contest.title != contest.title:
        named = ", ".join(others) or "the contest's title"
        raise ConfigError(
            f"{old.path} was started with other statements: {named} changed since",
            hint="put them back as they were, or start a new run",
        )
    if old.record.contest.hash != contest.hash:
        raise ConfigError(
            f"{old.path} was started under other rules, points or languages of {contest.id}",
            hint="start a new run, or install the version that the run was started with",
        )
