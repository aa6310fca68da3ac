"""Keeps one server alive: start, wait for its health, start again when it dies, give up.

::

    starting ──healthy──▶ ready ──died, or sick for a minute──▶ starting …
        │                                                          │
        └── first start failed                                     └── died 4 times with no
            ▼                                                          sample between them
          given up ◀───────────────────────────────────────────────────┘
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence

from harness.backends.openai.balancer import Endpoint
from harness.backends.openai.client import Client
from harness.backends.openai.outage import Outage
from harness.backends.vllm import diagnosis, server
from harness.backends.vllm.diagnosis import Diagnosis
from harness.backends.vllm.journal import Journal
from harness.backends.vllm.server import Server
from harness.errors import BackendError

RESTARTS = 3
"""Starts after a death, with no sample finished in between, before it is given up."""
PORTS = 3
"""Tries to find a port that stays free."""
TELL_S = 10.0
"""Between two lines of progress."""
LOOK_S = 0.25
HEALTH_EVERY = 5.0
"""Seconds between two looks at the health of a server."""
SICK_S = 60.0
"""A server that runs and says for so long that it is not well is started again."""
SILENT_S = 600.0
"""The same for one that says nothing: it may be busy."""
PAUSE_S = 2.0
"""Before a server is started again; a GPU's memory is given back with some delay."""
TOKENS = re.compile(
    r"^vllm:(?:prompt|generation)_tokens_total(?:\{[^}]*\})? ([0-9.e+]+)$", re.MULTILINE
)

log = logging.getLogger(__name__)

OTHERWISE = "where the run's own settings do not fit this machine, start a run with others"


class Launch:
    """How one server is started."""

    def __init__(
        self,
        command: Callable[[int], list[str]],
        environment: Mapping[str, str],
        journal: Journal,
        start_s: float,
        name: str,
        version: str,
        idle_s: float | None,
    ) -> None:
        self.command = command
        """Of a port."""
        self.environment = environment
        self.journal = journal
        self.start_s = start_s
        self.name = name
        """What it is called in lines of progress."""
        self.version = version
        """Of vLLM, as its metadata say."""
        self.idle_s = idle_s
        """Seconds without a token after which a server with samples to write is replaced."""


class Failed(Exception):
    """A start that failed."""

    def __init__(self, why: Diagnosis) -> None:
        super().__init__(why.what)
        self.why = why


class Supervisor:
    """One server, kept alive from the first call of :meth:`run` to its cancelling."""

    def __init__(
        self, launch: Launch, client: Client, tell: Callable[[str], None], *, pace: float = 1.0
    ) -> None:
        self.endpoint = Endpoint(
            client,
            Outage(
                self.healthy,
                HEALTH_EVERY * pace,
                name=launch.name,
                meanwhile=lambda: "its samples wait, or go to others",
                in_a_row=1,
            ),
        )
        """The server, as whoever asks it sees it."""
        self.failure: BackendError | None = None
        """Why it was given up."""
        self.ready = asyncio.Event()
        """Set while the server can be asked."""
        self.settled = asyncio.Event()
        """Set once it was ready for the first time, or is given up."""
        self.context: int | None = None
        """Tokens of prompt and answer together, as the server says."""
        self._launch = launch
        self._tell = tell
        self._pace = pace
        self._server: Server | None = None

    async def run(self) -> None:
        """Keep the server alive until cancelled or given up; raises nothing of its own."""
        try:
            self.failure = await self._keep_alive()
        except Exception as error:
            log.debug("%s", self._launch.name, exc_info=True)
            self.failure = BackendError(
                f"{self._launch.name} cannot be looked after: {type(error).__name__}: {error}",
                hint=OTHERWISE,
                final=True,
            )
        finally:
            self.ready.clear()
            await self._stop()
            self.settled.set()

    async def _keep_alive(self) -> BackendError:
        """Start the server as often as it makes sense, and say why that is over."""
        deaths: Sequence[Diagnosis] = ()
        while True:
            finished = self.endpoint.finished
            try:
                await self._start(first=not deaths)
                self.ready.set()
                self.settled.set()
                why = await self._until_dead()
            except Failed as failed:
                why = failed.why
                if not deaths:
                    return self._never_started(why)
            self.ready.clear()
            deaths = (*(deaths if self.endpoint.finished == finished else ()), why)
            if len(deaths) > RESTARTS:
                return self._given_up(why)
            self._tell(
                f"{self._launch.name} died: {why.what}; starting it again "
                f"({len(deaths)} of {RESTARTS})"
            )
            await asyncio.sleep(PAUSE_S * self._pace)

    async def healthy(self) -> bool:
        """Say whether the server is well; raises the BackendError of one that was given up."""
        if self.failure is not None:
            raise self.failure
        return self.ready.is_set() and await self.endpoint.client.healthy()

    async def _start(self, *, first: bool) -> None:
        """Start the server and wait until it is healthy."""
        for left in reversed(range(PORTS)):
            try:
                await self._start_on(server.free_port(), first=first)
                return
            except Failed as failed:
                if not (failed.why.again and left):
                    raise

    async def _start_on(self, port: int, *, first: bool) -> None:
        launch = self._launch
        self.endpoint.client.base_url = f"http://127.0.0.1:{port}/v1"
        self._server = await server.start(launch.command(port), launch.environment, launch.journal)
        begin = told = time.monotonic()
        if first:
            self._tell(f"{launch.name}: starting; it prints to {launch.journal.path}")
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._server.running:
                raise Failed(diagnosis.of(launch.journal.lines(), await self._server.ended()))
            now = time.monotonic()
            if await self.endpoint.client.healthy():
                await self._take_note()
                self._tell(f"{launch.name}: ready after {now - begin:.0f} s")
                return
            if now - begin > launch.start_s:
                await self._stop()
                raise Failed(
                    Diagnosis(
                        f"it was not ready after {launch.start_s:g} s; its last words: "
                        f"{launch.journal.last() or 'none'}",
                        "raise start_s in --model-args if it was still busy",
                    )
                )
            if now - told >= TELL_S:
                told = now
                said = launch.journal.last()
                self._tell(
                    f"{launch.name}: starting, {now - begin:.0f} s{f': {said}' * bool(said)}"
                )

    async def _take_note(self) -> None:
        """Ask the server what it is; raises Failed for another vLLM than the one on record."""
        client = self.endpoint.client
        version = await client.page(f"{client.root}/version")
        said = str(version["version"]) if isinstance(version, dict) and "version" in version else ""
        known = self._launch.version
        if said and said != "dev" and known and said.split("+")[0] != known.split("+")[0]:
            await self._stop()
            raise Failed(
                Diagnosis(
                    f"it says that it is vLLM {said}, but {known} is installed and on record",
                    "see that nothing shadows the installed vLLM, such as PYTHONPATH",
                )
            )
        models = await client.page(f"{client.base_url}/models")
        with contextlib.suppress(KeyError, TypeError, IndexError, ValueError):
            self.context = int(models["data"][0]["max_model_len"])

    async def _until_dead(self) -> Diagnosis:
        """Wait until the server ends, or is sick for too long, and say why."""
        assert self._server is not None
        well = written = time.monotonic()
        tokens: float | None = None
        ended = asyncio.ensure_future(self._server.ended())
        try:
            while True:
                await asyncio.wait([ended], timeout=HEALTH_EVERY * self._pace)
                if ended.done():
                    return diagnosis.of(self._launch.journal.lines(), ended.result())
                now, patience_s = time.monotonic(), SICK_S
                try:
                    if await self.endpoint.client.well():
                        well = now
                except TimeoutError:
                    patience_s = SILENT_S
                if now - well > patience_s:
                    return await self._ended("it ran but was not well")
                # Signs of life are sent while an engine hangs: only tokens tell.
                before, tokens = tokens, await self._tokens()
                if tokens is None or tokens != before or not self.endpoint.outstanding:
                    written = now
                elif self._launch.idle_s is not None and now - written > self._launch.idle_s:
                    return await self._ended(f"it wrote nothing for {now - written:.0f} s")
        finally:
            ended.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ended

    async def _tokens(self) -> float | None:
        """Return how many tokens the server has read and written, or None where it is silent."""
        page = await self.endpoint.client.page(f"{self.endpoint.client.root}/metrics")
        counts = TOKENS.findall(page) if isinstance(page, str) else []
        return sum(map(float, counts)) if counts else None

    async def _ended(self, what: str) -> Diagnosis:
        """End a server that is of no use, and say why."""
        self.ready.clear()
        await self._stop()
        why = diagnosis.of(self._launch.journal.lines(), None)
        return why._replace(what=f"{what} ({why.what})")

    async def _stop(self) -> None:
        if self._server is not None:
            await self._server.stop()

    def _never_started(self, why: Diagnosis) -> BackendError:
        return BackendError(
            f"{self._launch.name} did not start: {why.what}",
            hint=f"{why.hint}; what it printed is in {self._launch.journal.path}; {OTHERWISE}",
            final=True,
        )

    def _given_up(self, why: Diagnosis) -> BackendError:
        return BackendError(
            f"{self._launch.name} died {RESTARTS + 1} times and finished no sample in between; "
            f"the last time: {why.what}",
            hint=f"{why.hint}; what it printed is in {self._launch.journal.path}; {OTHERWISE}",
            final=True,
        )
