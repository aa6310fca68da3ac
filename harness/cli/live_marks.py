"""Marks of a jury that is asked now, on proofs that people have marked.

It is a run like any other: its contestants are those who wrote the proofs, every vote is in its
log, and the same command continues it where it was cut off.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from harness import __version__
from harness.backend import NotGenerated, Reply, Request
from harness.bench import Bench
from harness.calibration.readers import DataSet
from harness.calibration.voting import judged
from harness.cli import manifest
from harness.cli.bench import jury_named, opened
from harness.cli.progress import tell
from harness.cli.stoppable import stoppable
from harness.clock import now
from harness.codec import SCHEMA
from harness.config import Settings
from harness.data import DataStore
from harness.errors import Interrupted, UsageError
from harness.fenced import without_thought
from harness.history import history
from harness.judges.proofs.questions import shown_with
from harness.juries import identity_of
from harness.meter import Meter
from harness.prompts import Prompting
from harness.run import Windows, execute
from harness.store import RunFolder, RunWriter
from harness.strategies.recorded import solve
from harness.task import DataProblem, Defaults, Extraction, JudgeTools, Tools
from harness.tools import Workbench
from harness.types import (
    Contest,
    Contestant,
    FinishReason,
    Grade,
    HumanVerdict,
    Judged,
    JudgeIdentity,
    Message,
    Problem,
    ProofBody,
    RunRecord,
    RunSpec,
    Submission,
    SubmissionKind,
    Template,
)

TASK = "calibration"
UNKNOWN = "unknown"


def judgements(
    args: argparse.Namespace, place: Settings, data: DataSet
) -> tuple[JudgeIdentity, tuple[Judged, ...]]:
    """Have a jury mark the proofs of a data set; return who it is and what it found.

    The people's marks do not reach it. Raises :class:`~harness.errors.UsageError` where the data
    set has no texts, or shows a jury more of some problems than of others.
    """
    mute = [each for each in data.verdicts if not each.proof or not each.statement]
    if mute:
        raise UsageError(
            f"{data.name} has no text of {len(mute)} of {len(data.verdicts)} proofs or problems",
            hint="a jury reads statement and proof: name a data set that has both",
        )
    jury = jury_named(args.jury or "opc", args.judge_model, args.judge_args or ())
    proofs = Proofs(data.verdicts, jury.file.top)
    forms = {shown_with(problem) for problem in proofs.contest.problems}
    if len(forms) > 1:
        raise UsageError(
            f"{data.name} has a reference or guidelines for some problems only "
            f"({'; '.join('+'.join(form) or 'nothing' for form in sorted(forms))})",
            hint="calibrate on the two kinds apart: a certificate is for one of them",
        )
    bench = opened(jury, proofs.contest, args.max_connections, lambda line: tell(line))
    identity = identity_of(bench.jury, next(iter(forms)))
    name = hashlib.sha256(f"{identity.sha256} {data.sha256}".encode()).hexdigest()[:12]
    path = Path(args.runs) / f"calibration-{name}"
    _carry_out(path, place, proofs, bench)
    return identity, tuple(_found(RunFolder(path), proofs, identity))


class Proofs:
    """A data set as a contest whose proofs are handed in already."""

    def __init__(self, verdicts: Sequence[HumanVerdict], points: float) -> None:
        self.verdicts: dict[str, HumanVerdict] = {}
        problems = []
        for number, each in enumerate(verdicts):
            stem = re.sub(r"[^A-Za-z0-9.-]+", "-", each.problem).strip("-.")[:40] or "proof"
            name = f"{stem}-{number}"
            self.verdicts[name] = each
            body = ProofBody(
                references=(each.reference,) if each.reference else (), notes=each.guidelines
            )
            problems.append(
                Problem(
                    id=name,
                    title=each.problem,
                    statement=each.statement,
                    max_points=points,
                    body=body,
                    hash=each.proof_sha256,
                )
            )
        self.contest = Contest(
            id=TASK, title=TASK, date="", rules="independent", problems=tuple(problems)
        ).sealed()
        self.contestants = tuple(
            Contestant(id=name, title=name, kind="recorded")
            for name in sorted({_author(each) for each in verdicts})
        )


def _author(verdict: HumanVerdict) -> str:
    return verdict.contestant or verdict.family or UNKNOWN


class Handed:
    """The backend whose every answer is a proof of the data set."""

    name = TASK
    facts: tuple[tuple[str, str], ...] = ()

    def __init__(self, proofs: Proofs) -> None:
        self.contestants = proofs.contestants
        self._verdicts: Mapping[str, HumanVerdict] = proofs.verdicts

    def samples(self, contestant: str, problem: str) -> tuple[int, ...]:
        """Return the one proof, to whoever wrote it."""
        return (0,) if _author(self._verdicts[problem]) == contestant else ()

    def turns(self, contestant: str, problem: str, sample: int) -> int:  # noqa: ARG002
        """Return one."""
        return 1

    async def generate(self, request: Request) -> Reply | NotGenerated:
        """Return the proof."""
        text = self._verdicts[request.problem].proof
        return Reply(text=text, finish_reason=FinishReason.RECORDED)

    async def close(self) -> None:
        """Release nothing."""


class Marked:
    """The task: the whole text is the proof, and the jury marks it."""

    id = TASK
    version = "1"
    defaults = Defaults()

    def __init__(self, proofs: Proofs) -> None:
        self._proofs = proofs

    def contest(self, data: DataStore) -> Contest:  # noqa: ARG002
        """Return the data set."""
        return self._proofs.contest

    def prompt(
        self,
        problem: Problem,
        language: str,  # noqa: ARG002
        template: Template | None = None,  # noqa: ARG002
    ) -> Prompting:
        """Return the statement; nobody is asked with it."""
        message = Message(role="user", content=problem.statement)
        return Prompting(messages=(message,), template_hash="")

    def extract(self, problem: Problem, text: str) -> Extraction:  # noqa: ARG002
        """Return the proof."""
        return Extraction(kind=SubmissionKind.PROOF, content=without_thought(text))

    async def judge(
        self, problem: Problem, submission: Submission, content: str, tools: JudgeTools
    ) -> Grade:
        """Have the jury mark it."""
        return await tools.proofs.judge(problem, submission, content)

    def add_data(self, data: DataStore, source: Path, tools: Tools) -> tuple[DataProblem, ...]:  # noqa: ARG002
        """Take nothing in."""
        return ()


def _carry_out(path: Path, place: Settings, proofs: Proofs, bench: Bench) -> None:
    backend = Handed(proofs)
    with Workbench(place) as tools:
        if not path.exists():
            record = RunRecord(
                schema=SCHEMA,
                id=path.name,
                spec=RunSpec(
                    task=TASK,
                    task_version="1",
                    backend=TASK,
                    strategy="recorded",
                    attempts=None,
                    jury=bench.jury,
                ),
                contest=proofs.contest,
                contestants=backend.contestants,
                planned=len(proofs.verdicts),
                harness_version=__version__,
                harness_commit=manifest.commit(),
                judge=manifest.judge_facts(proofs.contest, tools, bench.jury),
                machine=manifest.machine(),
                started=now(),
            )
            RunWriter.create(path, record).close()
        with RunWriter(path) as writer:
            if not writer.record.ended:
                meter = asyncio.run(_until_done(writer, proofs, backend, tools, bench))
                if not (meter.void or meter.postponed):
                    writer.seal(now())


async def _until_done(
    writer: RunWriter, proofs: Proofs, backend: Handed, tools: Workbench, bench: Bench
) -> Meter:
    windows, meter = Windows(generations=64, judgings=1), Meter()
    main = stoppable(
        execute(
            writer,
            proofs.contest,
            Marked(proofs),
            backend,
            solve,
            tools,
            meter,
            windows,
            bench=bench,
        )
    )
    try:
        await main
        return meter
    except asyncio.CancelledError:
        raise Interrupted(
            "stopped; every mark that was given is kept", hint="the same command goes on"
        ) from None
    finally:
        await bench.close()


def _found(run: RunFolder, proofs: Proofs, judge: JudgeIdentity) -> Sequence[Judged]:
    """Return the marks in a run's log; a proof that came to none has none."""
    found = []
    for past in history(run).values():
        if past.start is None:
            continue
        verdict = proofs.verdicts[past.start.problem]
        marking = next((g.marking for g in past.grades.values() if g.marking), None)
        one = judged(
            verdict.problem,
            verdict.proof_sha256,
            " + ".join(judge.models),
            judge.scale,
            [mark.value for mark in marking.counted] if marking else (),
            judge.aggregate,
        )
        found.append(msgspec.structs.replace(one, mark=marking.found if marking else None))
    return found
