"""``harness run``: from model to leaderboard."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shlex
import signal
import sys
from pathlib import Path

from harness import __version__
from harness.backend import Backend, BackendContext
from harness.board import boards
from harness.cli import manifest
from harness.cli.progress import sentence, show, tell
from harness.cli.table import board_table
from harness.codec import SCHEMA
from harness.config import Settings, environment, settings
from harness.data import DataStore
from harness.errors import ConfigError, HarnessError, Interrupted, UsageError
from harness.meter import Meter
from harness.plugins import load_backend, load_strategy, load_task
from harness.run import Windows, check_resumable, plan
from harness.run import execute as execute_run
from harness.session import now
from harness.store import RunFolder, RunWriter
from harness.task import Task
from harness.tools import Workbench
from harness.types import AttemptStatus, RunRecord, RunSpec, Sampling

UNJUDGED = 3
"""Exit code of a run that finished with more void attempts than allowed."""


def execute(args: argparse.Namespace) -> int:
    """Run every task named, write the report, print the table and the next command."""
    place = settings(
        environment(), slots=args.max_sandboxes, sandbox=args.sandbox, unsafe=args.unsafe
    )
    if args.resume:
        folders = [_resume(args, place)]
    else:
        folders = [_start(args, place, name) for name in _task_names(args)]
    return _finish(args, folders)


def _task_names(args: argparse.Namespace) -> list[str]:
    names = [name.strip() for name in (args.task or "").split(",") if name.strip()]
    if not names:
        raise UsageError(
            "no task given", hint="say --task NAME; `harness tasks` lists what there is"
        )
    return names


def _start(args: argparse.Namespace, place: Settings, name: str) -> RunFolder:
    task = load_task(name)
    kind, pairs = manifest.model(args, task)
    contest = manifest.limited(task.contest(DataStore(place.data)), args.limit)
    backend = load_backend(kind)(
        BackendContext(args=pairs, contest=contest, environment=environment())
    )
    contest = manifest.with_statements(contest, backend)
    if not contest.problems:
        raise manifest.nothing_to_judge(contest)
    spec = RunSpec(
        task=task.id,
        task_version=task.version,
        backend=kind,
        backend_args=tuple(sorted(pairs.items())),
        strategy=args.strategy or task.defaults.strategy,
        attempts=args.num_samples,
        limit=args.limit,
        sampling=Sampling(
            temperature=args.temperature,
            top_p=args.top_p,
            max_tokens=args.max_tokens,
            seed=args.seed,
        ),
        prompt_language=args.language or task.defaults.prompt_language,
    )
    planned = len(plan(contest, backend, spec))
    if not planned:
        raise UsageError(
            f"{backend.name} holds nothing for the problems that can be judged here "
            f"({', '.join(problem.id for problem in contest.problems)})",
            hint="check --task and the model's settings",
        )
    with Workbench(place, None if args.quiet else tell) as tools:
        record = RunRecord(
            schema=SCHEMA,
            id=manifest.run_id(task.id, backend),
            spec=spec,
            contest=contest,
            contestants=backend.contestants,
            planned=planned,
            harness_version=__version__,
            harness_commit=manifest.commit(),
            judge=manifest.judge_facts(contest, tools),
            machine=manifest.machine(),
            started=now(),
        )
        path = Path(args.output_path) / record.id
        with RunWriter.create(path, record) as writer:
            _carry_out(args, writer, task, backend, tools)
    return RunFolder(path)


def _resume(args: argparse.Namespace, place: Settings) -> RunFolder:
    path = Path(args.resume)
    with RunWriter(path) as writer:
        spec = writer.record.spec
        task = load_task(spec.task)
        if task.version != spec.task_version:
            raise ConfigError(
                f"{path} was started with {spec.task} version {spec.task_version}; "
                f"this is version {task.version}",
                hint="start a new run, or install the version that the run was started with",
            )
        contest = manifest.limited(task.contest(DataStore(place.data)), spec.limit)
        backend = load_backend(spec.backend)(
            BackendContext(args=dict(spec.backend_args), contest=contest, environment=environment())
        )
        check_resumable(writer, manifest.with_statements(contest, backend))
        with Workbench(place, None if args.quiet else tell) as tools:
            facts = manifest.judge_facts(writer.record.contest, tools)
            if facts != writer.record.judge:
                raise ConfigError(
                    f"{path} was judged with {manifest.listed(writer.record.judge)}; "
                    f"this machine has {manifest.listed(facts)}",
                    hint="continue on the machine it was started on, or start a new run",
                )
            _carry_out(args, writer, task, backend, tools)
    return RunFolder(path)


def _carry_out(
    args: argparse.Namespace, writer: RunWriter, task: Task, backend: Backend, tools: Workbench
) -> None:
    """Do what is left of a run; an interruption leaves it resumable and says how."""
    command = f"harness run --resume {shlex.quote(str(writer.path))}"
    try:
        asyncio.run(_until_done(args, writer, task, backend, tools))
    except asyncio.CancelledError:
        raise Interrupted(
            "stopped; everything that was finished is kept", hint=f"continue with `{command}`"
        ) from None
    except HarnessError as error:
        if not error.hint:
            error.hint = f"what was finished is kept; continue with `{command}`"
        raise
    writer.seal(now())


async def _until_done(
    args: argparse.Namespace, writer: RunWriter, task: Task, backend: Backend, tools: Workbench
) -> None:
    meter = Meter()
    strategy = load_strategy(writer.record.spec.strategy)
    windows = Windows(generations=args.max_connections, judgings=tools.slots)
    main = asyncio.ensure_future(
        execute_run(writer, task, backend, strategy, tools, meter, windows)
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, main.cancel)
    talk = not (args.quiet or args.no_progress)
    label = writer.record.spec.task
    shown = asyncio.ensure_future(show(meter, label)) if talk else None
    try:
        await main
    finally:
        # Programs still running are ended with their slots, so that leaving is quick.
        tools.close()
        if shown is not None:
            shown.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await shown
            print(f"{label}: {sentence(meter)}", file=sys.stderr, flush=True)
        await backend.close()


def _finish(args: argparse.Namespace, folders: list[RunFolder]) -> int:
    found = boards(folders)
    index: Path | None = None
    if not args.no_report:
        from reports.build import build_report

        where = folders[0].path / "report"
        index = build_report(folders, where).absolute()
    if args.json:
        print(json.dumps(_summary(folders, index)))
    elif not args.quiet:
        for board in found:
            print(f"\n## {board.contest.title}\n\n{board_table(board)}\n")
    if not args.json:
        for folder in folders:
            print(f"run:    {folder.path}")
        if index is not None:
            print(f"report: {index}")
        if not args.quiet:
            names = " ".join(shlex.quote(str(folder.path)) for folder in folders)
            print(f"next:   harness report {names} OTHER_RUN -o DIR")
    return _verdict(args, folders)


def _verdict(args: argparse.Namespace, folders: list[RunFolder]) -> int:
    for folder in folders:
        void = sum(
            row.count(AttemptStatus.VOID) for board in boards([folder]) for row in board.rows
        )
        allowed = args.fail_on_error
        if 0 < allowed < 1:
            allowed *= folder.record.planned
        if void > allowed:
            print(
                f"harness: {void} of {folder.record.planned} attempts are void: lost to our own "
                f"side and in no score\n  next: harness run --resume "
                f"{shlex.quote(str(folder.path))} tries them again",
                file=sys.stderr,
            )
            return UNJUDGED
    return 0


def _summary(folders: list[RunFolder], index: Path | None) -> dict[str, object]:
    return {
        "runs": [str(folder.path) for folder in folders],
        "report": str(index) if index else None,
        "contests": [
            {
                "contest": board.contest.id,
                "judged_points": board.contest.judged_points,
                "total_points": board.contest.total_points,
                "left_out": {left.id: left.reason for left in board.contest.left_out},
                "rows": [
                    {
                        "contestant": row.contestant.id,
                        "kind": row.contestant.kind,
                        "run": row.run,
                        "mean": row.mean_total,
                        "best": row.best_total,
                        "done": row.count(AttemptStatus.DONE),
                        "not_generated": row.count(AttemptStatus.EMPTY),
                        "void": row.count(AttemptStatus.VOID),
                        "problems": {
                            cell.problem.id: [t.end.points if t.end else None for t in cell.tries]
                            for cell in row.cells
                        },
                    }
                    for row in board.rows
                ],
            }
            for board in boards(folders)
        ],
    }
