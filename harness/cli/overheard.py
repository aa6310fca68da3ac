"""``--write-out``: the first questions of a run, overheard where a model would have been asked."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from harness import __version__
from harness.backend import Backend, NotGenerated, Reply, Request
from harness.cli.prepared import Prepared
from harness.clock import now
from harness.codec import SCHEMA
from harness.config import Settings
from harness.errors import BackendError
from harness.meter import Meter
from harness.run import Windows, execute
from harness.store import RunWriter
from harness.tools import Workbench
from harness.types import RunRecord


class Overheard:
    """A backend that keeps what it is asked and answers nothing, so that an attempt ends there.

    The questions take the road of a real run, through the strategy and the session: what is kept
    is what a model would have got.
    """

    facts: tuple[tuple[str, str], ...] = ()

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.name = backend.name
        self.contestants = backend.contestants[:1]
        self.gives_confidence = bool(getattr(backend, "gives_confidence", False))
        self.requests: list[Request] = []

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:
        """Return the first sample."""
        found = self._backend.samples(contestant, problem)
        return found if found is None else found[:1]

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:
        """Return what the backend says."""
        return self._backend.turns(contestant, problem, sample)

    async def generate(self, request: Request) -> Reply | NotGenerated:
        """Keep the question."""
        self.requests.append(request)
        raise BackendError("only the questions are looked at")

    async def close(self) -> None:
        """Do nothing."""


def first_questions(ready: Prepared, place: Settings, problems: int) -> list[dict[str, Any]]:
    """Return what an attempt at each of the first problems begins with, each question once."""
    overheard = Overheard(ready.backend)
    contest = msgspec.structs.replace(ready.contest, problems=ready.contest.problems[:problems])
    spec = msgspec.structs.replace(ready.spec, attempts=1)
    record = RunRecord(
        schema=SCHEMA,
        id="overheard",
        spec=spec,
        contest=contest,
        contestants=overheard.contestants,
        planned=len(contest.problems),
        harness_version=__version__,
        harness_commit="",
        judge=(),
        machine=(),
        started=now(),
    )
    with (
        TemporaryDirectory(prefix="harness-") as folder,
        RunWriter.create(Path(folder) / "run", record) as writer,
        Workbench(place) as tools,
    ):
        asyncio.run(
            execute(
                writer,
                contest,
                ready.task,
                overheard,
                ready.strategy,
                tools,
                Meter(),
                Windows(generations=1, judgings=1),
            )
        )
    found: list[dict[str, Any]] = []
    for request in overheard.requests:
        said = {
            "problem": request.problem,
            "messages": [msgspec.to_builtins(message) for message in request.messages],
        }
        if said not in found:
            found.append(said)
    return found
