"""A run that is ready to begin: everything that was named is loaded, nothing is made yet."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from harness import __version__
from harness.backend import Backend, BackendContext
from harness.bench import Bench
from harness.cli import manifest
from harness.cli.bench import jury_of, opened
from harness.cli.method import encoded, method, settings_of
from harness.cli.progress import tell
from harness.cli.shortened import shortened
from harness.cli.terminal import plain
from harness.config import Settings, environment
from harness.data import DataStore
from harness.errors import ConfigError, UsageError
from harness.plugins import (
    check_templates,
    load_backend,
    load_strategy,
    load_task,
    origin,
    protocol_folders,
)
from harness.protocols import check_protocol, exceptions_of
from harness.run import Planned, check_resumable, plan
from harness.shards import Part, shard_of, share
from harness.store import RunFolder
from harness.strategy import Strategy, changed, most
from harness.task import Task
from harness.types import Contest, RunRecord, RunSpec, Shard


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run needs."""

    task: Task
    contest: Contest
    backend: Backend
    strategy: Strategy
    spec: RunSpec
    bench: Bench | None = None
    """The jury, where there is one."""
    shard: Shard | None = None
    """The part of the plan that is done here; None for all of it."""

    @property
    def plan(self) -> tuple[Planned, ...]:
        """The attempts of this run: of a shard, its share."""
        return share(plan(self.contest, self.backend, self.spec), self.shard)

    @property
    def ceiling(self) -> int | None:
        """The most texts that this run can ask for; None where nobody knows."""
        todo = (planned.problem for planned in self.plan)
        cost = most(self.strategy, ((problem.id, problem.parts) for problem in todo))
        return None if cost is None else cost.generations + cost.questions


def prepare(args: argparse.Namespace, place: Settings, name: str) -> Prepared:
    """Load what a new run of a task needs; raises a usage error for a run of nothing."""
    task = load_task(name, place.include)
    kind, pairs = manifest.model(args, task)
    spec = RunSpec(
        task=task.id,
        task_version=task.version,
        backend=kind,
        backend_args=tuple(sorted(pairs.items())),
        limit=args.limit,
        **method(args, task, protocol_folders()),
    )
    ready = _load(task, spec, place, _tell(args))
    if not args.strategy and spec.protocol is None:
        chosen = manifest.strategy(task, ready.backend, ready.contest)
        spec = msgspec.structs.replace(spec, strategy=chosen)
        ready = replace(ready, spec=spec, strategy=load_strategy(chosen, settings_of(spec)))
    # As the strategy reads them: one way to set it is one board, however it is written.
    spec = msgspec.structs.replace(spec, settings=encoded(changed(ready.strategy)))
    ready = replace(ready, spec=spec)
    if spec.attempts is None and not manifest.recorded(ready.backend, ready.contest):
        spec = msgspec.structs.replace(spec, attempts=task.defaults.attempts)
        ready = replace(ready, spec=spec)
    if not ready.contest.problems:
        raise manifest.nothing_to_judge(ready.contest)
    manifest.check_language(ready.contest, spec.prompt_language)
    jury = jury_of(args, task, ready.contest, spec.protocol)
    if jury is not None:
        bench = opened(jury, ready.contest, args.max_connections, _tell(args))
        spec = msgspec.structs.replace(spec, jury=bench.jury)
        ready = replace(ready, spec=spec, bench=bench)
    if not ready.plan:
        raise UsageError(
            f"{ready.backend.name} holds nothing for the problems that can be judged here "
            f"({shortened([problem.id for problem in ready.contest.problems])})",
            hint="check --task and the model's settings",
        )
    spec = msgspec.structs.replace(spec, strategy_code=origin(spec.strategy))
    return replace(ready, spec=spec, shard=_shard(args.shard, ready))


def _shard(part: Part | None, whole: Prepared) -> Shard | None:
    if part is None:
        return None
    return shard_of([planned.start.id for planned in whole.plan], part)


def included(place: Settings, record: RunRecord) -> tuple[Path, ...]:
    """Return where a run's task is to be looked for: where it was, unless the user says where."""
    return place.include or ((Path(record.contest_file),) if record.contest_file else ())


def prepare_again(args: argparse.Namespace, run: RunFolder, place: Settings) -> Prepared:
    """Load what a run needs that was begun; refuse what is not what it was begun with."""
    spec, then = run.record.spec, run.record.backend
    task = load_task(spec.task, included(place, run.record))
    if task.version != spec.task_version:
        raise ConfigError(
            f"{run.path} was started with {spec.task} version {spec.task_version}; "
            f"this is version {task.version}",
            hint="start a new run, or install the version that the run was started with",
        )
    if run.record.harness_version != __version__:
        raise ConfigError(
            f"{run.path} was started with harness {run.record.harness_version}; "
            f"this is {__version__}",
            hint="start a new run, or install the version that the run was started with",
        )
    code = origin(spec.strategy)
    if code != spec.strategy_code:
        raise ConfigError(
            f"{run.path} was started with the strategy {spec.strategy} of "
            f"{spec.strategy_code or 'the program itself'}; here it is of "
            f"{code or 'the program itself'}",
            hint="start a new run, or install the version that the run was started with",
        )
    ready = _load(task, spec, place, _tell(args))
    check_resumable(run, ready.contest)
    _same_facts(run, ready.backend.name, then, ready.backend.facts)
    if spec.jury is not None:
        bench = opened(spec.jury, ready.contest, args.max_connections, _tell(args))
        for was, juror in zip(spec.jury.jurors, bench.jury.jurors, strict=True):
            _same_facts(run, juror.name, was.facts, juror.facts)
        ready = replace(ready, bench=bench)
    return ready


Facts = tuple[tuple[str, str], ...]


def _same_facts(run: RunFolder, model: str, then: Facts, today: Facts) -> None:
    """Refuse to go on with a model that is not what it was, whether it proves or judges."""
    if today != then:
        raise ConfigError(
            f"the {manifest.changed(then, today)} of {model} changed since {run.path} was started",
            hint="put it back as it was, or start a new run",
        )


def _tell(args: argparse.Namespace) -> Callable[[str], None] | None:
    """Return what says one line to the user, or None for one who wants to hear none."""
    return None if args.quiet or args.no_progress else lambda line: tell(plain(line))


def _load(
    task: Task, spec: RunSpec, place: Settings, say: Callable[[str], None] | None
) -> Prepared:
    contest = manifest.limited(task.contest(DataStore(place.data)), spec.limit)
    backend = load_backend(spec.backend)(
        BackendContext(
            args=dict(spec.backend_args), contest=contest, environment=environment(), tell=say
        )
    )
    if spec.protocol is not None:
        check_protocol(spec.protocol, contest)
        check_templates(spec.protocol)
    exceptions = exceptions_of(spec.protocol, contest) if spec.protocol is not None else {}
    return Prepared(
        task=task,
        contest=manifest.with_statements(contest, backend),
        backend=backend,
        strategy=load_strategy(spec.strategy, settings_of(spec), exceptions),
        spec=spec,
    )
