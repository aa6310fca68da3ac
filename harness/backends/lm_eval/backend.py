"""Samples on their way to lm-eval's model objects, and back."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from concurrent.futures import Future

from harness.backend import Reply, Request
from harness.backends.lm_eval.models import Models, installed
from harness.backends.lm_eval.options import Options
from harness.errors import BackendError
from harness.types import Contestant, FinishReason

UNTOLD = "lm-eval does not tell why it ended, nor how many tokens it took"
UNSEEDED = f"{UNTOLD}, nor with which seed it was drawn"


class Waiting:
    """One sample that waits for its answer."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.answer: Future[tuple[str, float]] = Future()


class LmEvalBackend:
    """Asks one model class; its calls block, so each model object has a thread."""

    def __init__(self, name: str, options: Options, models: Models) -> None:
        self.name = f"lm-eval:{name}"
        self.contestants: tuple[Contestant, ...] = (Contestant(id=options.id, title=options.title),)
        self.facts: tuple[tuple[str, str], ...] = (
            ("lm-eval", installed()),
            ("lm-eval class", models.words),
        )
        self._options = options
        self._models = models
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:  # noqa: ARG002
        """Return None: any number can be asked for."""
        return None

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:  # noqa: ARG002
        """Return None: a strategy may ask again and again."""
        return None

    async def generate(self, request: Request) -> Reply:
        """Return one reply; how it ended is not known."""
        if not self._threads:
            self._start()
        one = Waiting(request)
        self._waiting.put(one)
        text, seconds = await asyncio.wrap_future(one.answer)
        seeded = self._options.send_seed
        return Reply(
            text=text,
            finish_reason=FinishReason.UNKNOWN,
            seconds=seconds,
            seeded=seeded,
            untold=UNTOLD if seeded else UNSEEDED,
        )

    async def close(self) -> None:
        """Let every thread end after the call it is in; safe to call twice."""
        for _ in self._threads:
            self._waiting.put(None)
        self._threads = []

    def _start(self) -> None:
        for number in range(self._options.workers):
            # A call that never returns may not keep the program from ending.
            thread = threading.Thread(target=self._work, name=f"lm-eval {number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < self._options.batch:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    self._waiting.put(None)
                    break
                batch.append(more)
            self._ask([one for one in batch if one.answer.set_running_or_notify_cancel()])

    def _ask(self, batch: list[Waiting]) -> None:
        """Ask for all at once; where one of them fails, for each by itself."""
        if not batch:
            return
        begin = time.monotonic()
        try:
            texts = self._models.ask([one.request for one in batch])
            if len(texts) != len(batch):
                raise BackendError(f"{self.name} gave {len(texts)} answers to {len(batch)}")
        except BackendError as error:
            if len(batch) > 1 and not error.final:
                for one in batch:
                    self._ask([one])
                return
            for one in batch:
                one.answer.set_exception(error)
            return
        seconds = time.monotonic() - begin
        for one, text in zip(batch, texts, strict=True):
            one.answer.set_result((text, seconds))
