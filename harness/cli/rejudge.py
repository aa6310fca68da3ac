"""``harness rejudge``: what was handed in is judged again, as a layer beside the log."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from harness import __version__
from harness.bench import Bench
from harness.changes import Difference, Suspects, differences, suspects
from harness.cli import certified, manifest
from harness.cli.bench import WAYS, check_used, jury_of, opened, standings
from harness.cli.destination import write_named
from harness.cli.prepared import included
from harness.cli.progress import sentence, showing, tell
from harness.cli.stoppable import stoppable
from harness.cli.terminal import plain
from harness.cli.verdict_diff import as_json, as_text
from harness.clock import now
from harness.codec import SCHEMA
from harness.config import Settings, environment, settings
from harness.data import DataStore
from harness.errors import Interrupted, StoreError, TaskDataError, UsageError
from harness.findings import Findings
from harness.history import history
from harness.layer_writer import LayerWriter
from harness.layers import LOG_ONLY, Layer, LayerHeader, as_judged, limits_of
from harness.meter import Meter
from harness.plugins import load_task
from harness.rejudge import Judging, Outcome, rejudge
from harness.store import RunFolder
from harness.task import Task
from harness.tools import Workbench
from harness.types import CodeBody, Contest, Jury, Problem, RunRecord

UNJUDGED = 3
"""Exit code where an attempt could not be judged again."""


def execute(args: argparse.Namespace) -> int:
    """Judge a run again, keep what was found, and say what is not what it was."""
    place = settings(
        environment(),
        slots=args.max_sandboxes,
        sandbox=args.sandbox,
        unsafe=args.unsafe,
        include=args.include_path,
    )
    path = Path(args.run)
    base = RunFolder(path, args.against)
    task = load_task(base.manifest.spec.task, included(place, base.manifest))
    contest = contest_of(base.manifest, task.contest(DataStore(place.data)))
    jury = jury_asked(args, task, base, contest)
    bench = opened(jury, contest, args.max_connections, None) if jury else None
    with Workbench(place, None if args.quiet else tell) as tools, LayerWriter(path) as writer:
        header = header_of(base, task, contest, tools, place, bench, writer.after)
        layer, outcome, known = _judged(args, base, header, task, contest, tools, writer, bench)
    said = as_json(base, layer, outcome, known)
    text = as_text(base, layer, outcome, known)
    if args.output_path:
        _write(Path(args.output_path), said, text)
    if args.json:
        print(json.dumps(said))
    elif not args.quiet:
        print(plain_text(text))
    else:
        print(layer.name)
    return UNJUDGED if outcome.void else 0


def plain_text(text: str) -> str:
    """Return a text of several lines without anything that steers a terminal."""
    return "\n".join(plain(line) for line in text.split("\n"))


def contest_of(record: RunRecord, today: Contest) -> Contest:
    """Return a run's contest as it is judged today: its problems, with the data of today.

    Raises :class:`~harness.errors.TaskDataError` where one of them cannot be judged here.
    """
    known = {problem.id: problem for problem in today.problems}
    left = {each.id: each.reason for each in today.left_out}
    for problem in record.contest.problems:
        if problem.id not in known:
            raise TaskDataError(
                f"{problem.id} of run {record.id} cannot be judged here: "
                f"{left.get(problem.id, 'the task does not know it')}",
                hint=f"bring its data in with `harness data add {record.spec.task} DIR`",
            )
    problems = tuple(known[problem.id] for problem in record.contest.problems)
    return msgspec.structs.replace(
        today, problems=problems, left_out=record.contest.left_out
    ).sealed()


def jury_asked(
    args: argparse.Namespace, task: Task, base: RunFolder, contest: Contest
) -> Jury | None:
    """Return the jury that is asked anew; None where what models gave is kept."""
    if not args.judge_model:
        if args.judge_args or args.jury:
            raise UsageError(
                "--jury and --judge-args are of models that mark, and none is named", hint=WAYS
            )
        return None
    check_used(args, [contest])
    return jury_of(args, task, contest, base.manifest.spec.protocol)


def header_of(
    base: RunFolder,
    task: Task,
    contest: Contest,
    tools: Workbench,
    place: Settings,
    bench: Bench | None,
    after: int,
) -> LayerHeader:
    """Return what the new layer says of itself."""
    record, findings = base.manifest, Findings(place.data)
    code = any(isinstance(problem.body, CodeBody) for problem in contest.problems)
    before = base.layer.header if base.layer else None
    jury = bench.jury if bench else before.jury if before else None
    same = contest.hash == record.contest.hash
    return LayerHeader(
        schema=SCHEMA,
        run=record.id,
        time=now(),
        after=after,
        before=base.layer.name if base.layer else LOG_ONLY,
        harness_version=__version__,
        harness_commit=manifest.commit(),
        task_version=task.version,
        judge=manifest.judge_facts(contest, tools, jury or record.spec.jury),
        machine=manifest.machine(),
        contest_hash=contest.hash,
        limits=limits_of(contest),
        contest=None if same else contest,
        self_tests=certified.self_tests(contest, tools.code, findings) if code else None,
        jury=jury,
        jury_standings=standings(jury, contest, findings),
    )


def _judged(
    args: argparse.Namespace,
    base: RunFolder,
    header: LayerHeader,
    task: Task,
    contest: Contest,
    tools: Workbench,
    writer: LayerWriter,
    bench: Bench | None,
) -> tuple[Layer, Outcome, tuple[Difference, ...]]:
    known = differences(base.record, as_judged(base.manifest, header))
    judging = Judging(
        writer=writer,
        contest=contest,
        task=task,
        tools=tools,
        slots=tools.slots,
        bench=bench,
        connections=args.max_connections,
        copies=bool(base.layer and base.layer.header.jury),
    )

    @cache
    def found(problem: str) -> Suspects:
        return suspects(known, problem)

    try:
        outcome = asyncio.run(_until_done(args, judging, base, lambda each: found(each.id), tools))
    except asyncio.CancelledError:
        raise Interrupted(
            "stopped; the run is as it was, and no layer was made", hint="give the command again"
        ) from None
    return writer.commit(header), outcome, known


async def _until_done(
    args: argparse.Namespace,
    judging: Judging,
    base: RunFolder,
    found: Callable[[Problem], Suspects],
    tools: Workbench,
) -> Outcome:
    pasts = history(judging.writer)
    counted = history(base) if base.layer is not None else pasts
    meter = Meter()
    main = stoppable(rejudge(judging, pasts, counted, found, meter))
    talk = not (args.quiet or args.no_progress)
    try:
        async with showing(meter, "rejudge", talk=talk):
            try:
                return await main
            finally:
                tools.close()
    finally:
        if talk:
            tell(f"rejudge: {sentence(meter)}")
        if judging.bench is not None:
            await judging.bench.close()


def _write(place: Path, said: dict[str, object], text: str) -> None:
    """Write the diff: as JSON where the name says so, else as Markdown."""
    data = json.dumps(said, indent=1) if place.suffix == ".json" else text
    try:
        write_named(place, data.encode("utf-8", "replace") + b"\n")
    except OSError as error:
        raise StoreError(
            f"{place} cannot be written: {error.strerror or error}",
            hint="the layer is kept; choose another place with -o",
        ) from error
