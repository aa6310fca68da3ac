"""``harness run``: from model to leaderboard."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import __version__
from harness.cli import certified, manifest
from harness.cli.bench import check_used, standings
from harness.cli.outcome import finish
from harness.cli.prepared import Prepared, prepare, prepare_again
from harness.cli.progress import sentence, showing, tell
from harness.cli.stoppable import stoppable
from harness.cli.terminal import plain
from harness.clock import now
from harness.cluster.bench import ClusterBench
from harness.codec import SCHEMA
from harness.config import Settings, dotted, environment, settings
from harness.desk import Phase
from harness.errors import ConfigError, HarnessError, InfraError, Interrupted, UsageError
from harness.findings import Findings
from harness.meter import Meter
from harness.plugins import contest_file
from harness.processor import cpu_model
from harness.run import Windows
from harness.run import execute as execute_run
from harness.store import RunFolder, RunWriter
from harness.tools import Workbench
from harness.types import CodeBody, RunRecord, SelfTest


def execute(args: argparse.Namespace) -> int:
    """Run every task named, write the report, print the table and the next command."""
    place = settings(
        environment(),
        slots=args.max_sandboxes,
        sandbox=args.sandbox,
        unsafe=args.unsafe,
        executor=args.executor,
        include=args.include_path,
    )
    if dotted(environment()) and not args.quiet:
        tell(plain(f"from .env: {', '.join(sorted(dotted(environment())))}"))
    if args.resume:
        return finish(args, [_resume(args, place)])
    # All of them before the first is begun: a name that is wrong must not cost a run.
    waiting = [prepare(args, place, name) for name in _task_names(args)]
    check_used(args, [one.contest for one in waiting])
    if args.dry_run or args.write_out:
        from harness.cli.foreseen import foresee

        return foresee(args, place, waiting)
    done: list[RunFolder] = []
    while waiting:
        one = waiting.pop(0)
        try:
            done.append(start(args, place, one))
        except HarnessError as error:
            error.hint += _others(done, waiting)
            raise
    return finish(args, done)


def _task_names(args: argparse.Namespace) -> list[str]:
    names = [name.strip() for name in (args.task or "").split(",") if name.strip()]
    if not names:
        raise UsageError(
            "no task given", hint="say --task NAME; `harness tasks` lists what there is"
        )
    return names


def _others(done: Sequence[RunFolder], waiting: Sequence[Prepared]) -> str:
    """Say what became of the other runs of the command."""
    text = "".join(f"; finished: {folder.path}" for folder in done)
    if waiting:
        text += f"; not begun: --task {','.join(one.spec.task for one in waiting)}"
    return text


def start(args: argparse.Namespace, place: Settings, ready: Prepared) -> RunFolder:
    """Carry out a new run, and return its folder."""
    with tools_of(args, place) as tools:
        record = RunRecord(
            schema=SCHEMA,
            id=manifest.run_id(ready.task.id, ready.backend, ready.shard),
            spec=ready.spec,
            contest=ready.contest,
            contestants=ready.backend.contestants,
            planned=len(ready.plan),
            ceiling=ready.ceiling,
            harness_version=__version__,
            harness_commit=manifest.commit(),
            # Before what is said of the machines: it opens the slots.
            judge=manifest.judge_facts(ready.contest, tools, ready.spec.jury),
            machine=_machine(tools),
            started=now(),
            backend=ready.backend.facts,
            jury_standings=standings(ready.spec.jury, ready.contest, Findings(place.data)),
            contest_file=contest_file(ready.task),
            self_tests=_self_tests(args, place, ready, tools),
            shard=ready.shard,
        )
        path = Path(args.output_path) / record.id
        with RunWriter.create(path, record) as writer:
            _carry_out(args, writer, ready, tools)
    return RunFolder(path)


def tools_of(args: argparse.Namespace, place: Settings) -> Workbench | ClusterBench:
    """Return the judges: this machine's, or a cluster's."""
    say = None if args.quiet else tell
    if place.executor == "local":
        return Workbench(place, say)
    return ClusterBench(place, place.executor.partition(":")[2] or "auto", say)


def _machine(tools: Workbench | ClusterBench) -> tuple[tuple[str, str], ...]:
    """Return what this machine is, and which others judge."""
    nodes = tools.machines if isinstance(tools, ClusterBench) else ()
    others = tuple((f"judge node {name}", said) for name, said in nodes)
    return tuple(sorted((*manifest.machine(), *others)))


def _self_tests(
    args: argparse.Namespace, place: Settings, ready: Prepared, tools: Workbench | ClusterBench
) -> tuple[SelfTest, ...]:
    """Look up whether each programming problem is known to be judged right here."""
    if not any(isinstance(problem.body, CodeBody) for problem in ready.contest.problems):
        return ()
    cpus = tools.cpus if isinstance(tools, ClusterBench) else (cpu_model(),)
    found = certified.self_tests(ready.contest, tools.code, Findings(place.data), cpus)
    lacking = certified.missing(found, ready.task.id)
    if lacking and not args.quiet:
        tell(plain(lacking))
    return found


def _resume(args: argparse.Namespace, place: Settings) -> RunFolder:
    path = Path(args.resume)
    with RunWriter(path) as writer:
        ready = prepare_again(args, writer, place)
        with tools_of(args, place) as tools:
            facts = manifest.judge_facts(ready.contest, tools, ready.spec.jury)
            if facts != writer.record.judge:
                raise ConfigError(
                    f"{path} was judged with {manifest.listed(writer.record.judge)}; "
                    f"this machine has {manifest.listed(facts)}",
                    hint="continue on the machine it was started on, or start a new run",
                )
            _carry_out(args, writer, ready, tools)
    return RunFolder(path)


def _carry_out(
    args: argparse.Namespace, writer: RunWriter, ready: Prepared, tools: Workbench | ClusterBench
) -> None:
    """Do what is left of a run; an interruption leaves it resumable and says how."""
    command = f"harness run --resume {shlex.quote(str(writer.path))}"
    try:
        waiting = asyncio.run(_until_done(args, writer, ready, tools))
    except asyncio.CancelledError:
        raise Interrupted(
            "stopped; everything that was finished is kept", hint=f"continue with `{command}`"
        ) from None
    except HarnessError as error:
        kept = f"what was finished is kept; continue with `{command}`"
        if not error.hint:
            error.hint = kept
        elif isinstance(error, InfraError):  # a mistake of the user's would stop it again
            error.hint += f"; {kept}"
        raise
    if writer.record.planned and waiting:
        if not args.quiet:
            tell(plain(_how_to_judge(args, writer, command)))
        return
    writer.seal(now())


def _how_to_judge(args: argparse.Namespace, writer: RunWriter, command: str) -> str:
    """Say who judges what waits."""
    if Phase(args.phase) is Phase.GENERATE:
        return f"what was handed in is not judged yet; judge it with `{command} --phase judge`"
    place = shlex.quote(str(writer.path))
    return f"proofs wait for people to mark them: `harness marks export {place} -o DIR`"


async def _until_done(
    args: argparse.Namespace, writer: RunWriter, ready: Prepared, tools: Workbench | ClusterBench
) -> int:
    """Do what is left, and return how many attempts wait to be judged."""
    meter = Meter()
    windows = Windows(generations=args.max_connections, judgings=tools.slots)
    main = stoppable(
        execute_run(
            writer,
            ready.contest,
            ready.task,
            ready.backend,
            ready.strategy,
            tools,
            meter,
            windows,
            Phase(args.phase),
            ready.bench,
        )
    )
    talk = not (args.quiet or args.no_progress)
    label = ready.spec.task
    try:
        async with showing(meter, label, talk=talk):
            try:
                await main
            finally:
                # Programs still running are ended with their slots, so that leaving is quick.
                tools.close()
        return meter.waiting
    finally:
        if talk:
            print(f"{label}: {sentence(meter)}", file=sys.stderr, flush=True)
        await ready.backend.close()
        if ready.bench is not None:
            await ready.bench.close()
