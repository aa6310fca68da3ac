"""Where one attempt is worked at: what it shares with the session and the contestant's own runs.

Every record of an attempt is written from here, and whatever needs a judge's slot waits here.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from harness.backend import Backend
from harness.bench import Bench
from harness.ends import Ends
from harness.errors import InfraError
from harness.gate import Gate
from harness.history import AttemptLog
from harness.meter import Meter
from harness.rules import Rules
from harness.store import Recorder
from harness.task import Extraction, JudgeTools, Task, Tools
from harness.types import (
    AttemptStart,
    FinishReason,
    Generation,
    Grade,
    Message,
    Note,
    NoteKind,
    Problem,
    Record,
    RunSpec,
    Submission,
)

T = TypeVar("T")

WHOLE = (FinishReason.STOP, FinishReason.RECORDED, FinishReason.UNKNOWN)
"""Ends of an answer that may be whole: it is, or nobody knows."""
JUDGE_TRIES = 2
"""A judging that our own side broke is done once more before the attempt is void."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said, as a strategy sees it."""

    generation: str
    finish_reason: FinishReason
    tokens: int | None
    """Generated, thoughts included; None where the server does not say."""
    trace_bytes: int
    """Length of the thoughts; of the whole text where the thoughts are not told apart."""
    confidence: float | None
    """How sure the model was at the end; None where nobody knows."""
    _read: Callable[[], str]

    @property
    def text(self) -> str:
        """What was said after the thoughts; read from the run's folder when it is asked for."""
        return self._read()

    @property
    def complete(self) -> bool:
        """Whether the model came to an end of its own."""
        return self.finish_reason in WHOLE

    def part(self, take: Callable[[str], str]) -> Answer:
        """Return the same generation with only a part of its text, to be handed in."""
        return replace(self, _read=lambda: take(self._read()))


class Postponed(Exception):
    """What is needed comes later, a grade or a text; the attempt stays open until then."""


class Phase(StrEnum):
    """What of a run is done now, where one machine cannot hold all of it at once."""

    BOTH = "both"
    GENERATE = "generate"
    """Attempts stay open from their first submission on: what judges them is not here yet."""
    JUDGE = "judge"
    """Nothing is generated: the model is not here any more. What a strategy asks after it heard
    of a submission is for another phase of generating."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all attempts of a run share."""

    spec: RunSpec
    writer: Recorder
    ends: Ends
    task: Task
    backend: Backend
    rules_of: Callable[[Problem], Rules]
    """The contest's rules, as the protocol changes them for a problem."""
    tools: Tools
    generating: Gate
    judging: asyncio.Semaphore
    threads: Executor
    meter: Meter
    phase: Phase = Phase.BOTH
    bench: Bench | None = None
    """The jury of models; None where people mark, or nothing asks for a mark."""
    faults: set[str] = field(default_factory=set)
    """Failures that nobody foresaw, each told once; their attempts are void."""
    lacking: list[str] = field(default_factory=list)
    """Attempts whose next text is for a later phase."""


class Desk:
    """One attempt of one contestant at one problem, with the tools of its run."""

    def __init__(
        self, shop: Workshop, problem: Problem, start: AttemptStart, past: AttemptLog
    ) -> None:
        self.shop = shop
        self.problem = problem
        self.start = start
        self.past = past

    def extract(self, answer: Answer) -> Extraction | None:
        """Return what would be handed in of an answer, or None when nothing is found in it."""
        return self.shop.task.extract(self.problem, answer.text)

    def answer(self, generation: Generation) -> Answer:
        """Return a generation as a strategy sees it."""
        writer = self.shop.writer
        thoughts = generation.reasoning or generation.text
        return Answer(
            generation=generation.id,
            finish_reason=generation.finish_reason,
            tokens=generation.tokens_out,
            trace_bytes=thoughts.size,
            confidence=generation.confidence,
            _read=lambda: writer.text(generation.text),
        )

    async def judged(self, submission: Submission, content: str, tools: JudgeTools) -> Grade:
        """Have the task judge a submission.

        A task that asks models waits for them here, and holds no slot while it does.
        """
        judge = self.shop.task.judge
        if inspect.iscoroutinefunction(judge):
            self.shop.meter.judging += 1
            try:
                found: Grade = await judge(self.problem, submission, content, tools)
            finally:
                self.shop.meter.judging -= 1
            return found
        grade = await self.work(lambda: judge(self.problem, submission, content, tools))
        assert isinstance(grade, Grade), "what gives no grade at once is a coroutine function"
        return grade

    async def work(self, work: Callable[[], T]) -> T:
        """Do what needs a judge's slot, in a thread; once more where our own side broke it."""
        shop = self.shop
        loop = asyncio.get_running_loop()
        async with shop.judging:
            shop.meter.judging += 1
            try:
                for remaining in reversed(range(JUDGE_TRIES)):
                    try:
                        return await loop.run_in_executor(shop.threads, work)
                    except InfraError as error:
                        self.note(NoteKind.JUDGE_ERROR, error.message)
                        if not remaining:
                            raise
            finally:
                shop.meter.judging -= 1
        raise AssertionError("unreachable")  # the last try returns or raises

    def note(self, kind: NoteKind, text: str) -> None:
        """Write something a reader should know, once."""
        note = Note(attempt=self.start.id, kind=kind, text=text)
        if note not in self.past.notes:
            self.past.notes.append(note)
            self.write(note)

    def write(self, record: Record) -> None:
        """Append a record to the run's log."""
        self.shop.writer.append(record)


def sendable(message: Message) -> Message:
    """Return a message that can be sent: what is no character in it becomes ``?``.

    A program or a proof that a model wrote is shown to it again, and may hold half of a pair.
    """
    try:
        message.content.encode()
    except UnicodeEncodeError:
        return Message(
            role=message.role, content=message.content.encode("utf-8", "replace").decode()
        )
    return message


def writable(text: str) -> str:
    """Return a text that can be written to a file: halves of surrogate pairs become ``?``.

    They come from texts that were cut inside a character; bytes that are no UTF-8, as
    references may hold, are kept.
    """
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
