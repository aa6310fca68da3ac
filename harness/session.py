"""One attempt: ask, submit, and a record for everything that happens.

A strategy sees only a :class:`Session`: the problem as a contestant sees it, and
two verbs. ``ask`` brings a generation, ``submit`` hands in what is found in one
and returns the feedback the rules allow; grades stay behind.

An attempt that was cut off is taken up by running the strategy again over the
records it left: what was generated or judged before is read back instead of done
again, so a killed run loses nothing and does nothing twice.

Concurrency lives here and nowhere else: a gate to the model, and a separate window
of judgings, so that no place at the model is held while a program runs.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from harness.backend import Backend, NotGenerated, Reply, Request, sample_seed
from harness.ends import Ends
from harness.errors import BackendError, CorruptLog, HarnessError, InfraError, unforeseen
from harness.gate import Gate
from harness.history import AttemptLog
from harness.meter import Meter
from harness.rules import Rules
from harness.store import RunWriter
from harness.task import Task, Tools
from harness.types import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    Certainty,
    CodeBody,
    Feedback,
    FinishReason,
    Generation,
    Grade,
    Message,
    Note,
    NoteKind,
    Problem,
    Prompt,
    Record,
    RunSpec,
    Submission,
)

log = logging.getLogger(__name__)

JUDGE_TRIES = 2
"""A judging that our own side broke is done once more before the attempt is void."""


class ProblemView(msgspec.Struct, frozen=True, kw_only=True):
    """A problem as a contestant sees it: no tests, no answers, no rubric."""

    id: str
    title: str
    statement: str
    max_points: float
    languages: tuple[str, ...] = ()
    time_limit_s: float | None = None
    memory_limit_bytes: int | None = None
    subtasks: tuple[tuple[str, float], ...] = ()
    """Names and points."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a model said, as a strategy sees it."""

    generation: str
    text: str
    finish_reason: FinishReason


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all attempts of a run share."""

    spec: RunSpec
    writer: RunWriter
    ends: Ends
    task: Task
    backend: Backend
    rules: Rules
    tools: Tools
    generating: Gate
    judging: asyncio.Semaphore
    threads: Executor
    meter: Meter
    faults: set[str] = field(default_factory=set)
    """Failures that nobody foresaw, each told once; their attempts are void."""


class Session:
    """One attempt of one contestant at one problem."""

    def __init__(
        self, workshop: Workshop, problem: Problem, start: AttemptStart, past: AttemptLog
    ) -> None:
        self.view = view_of(problem)
        self._shop = workshop
        self._problem = problem
        self._start = start
        self._past = past
        self._generations: list[Generation] = []
        self._submissions: list[Submission] = []
        self._grades: list[Grade] = []
        self._empty = ""
        self._asked = 0

    @property
    def turns(self) -> int | None:
        """How often this attempt can be asked for text, or None where there is no end."""
        start = self._start
        return self._shop.backend.turns(start.contestant, start.problem, start.sample)

    # --- the two verbs of a strategy ---------------------------------------------------------

    async def ask(self, messages: Sequence[Message] | None = None) -> Answer | None:
        """Bring one generation for the task's own prompt, or for ``messages``.

        Returns None when a recording holds nothing for this turn of the attempt.
        """
        ordinal, self._asked = self._asked, self._asked + 1
        prompting = self._shop.task.prompt(self._problem, self._shop.spec.prompt_language)
        said = tuple(messages) if messages is not None else prompting.messages
        text = self._shop.writer.put_text(msgspec.json.encode(said).decode())
        prompt = Prompt(
            id=f"{self._start.id}#p{ordinal}",
            attempt=self._start.id,
            ordinal=ordinal,
            text=text,
            template_hash=prompting.template_hash if messages is None else "",
        )
        generation = self._remembered(ordinal, prompt)
        if generation is None:
            self._write(prompt)
            generation = await self._generate(prompt, said)
            if generation is None:
                return None
        self._generations.append(generation)
        return Answer(
            generation=generation.id,
            text=self._shop.writer.text(generation.text),
            finish_reason=generation.finish_reason,
        )

    async def submit(self, answer: Answer) -> Feedback | None:
        """Hand in what is found in an answer and return what the rules let the contestant see.

        Returns None when nothing could be found, or when the rules allow no more: the
        submission limit is used up, or (at an ICPC) the problem is solved.
        """
        rules = self._shop.rules
        if not rules.allows(self._grades):
            limit = rules.submission_limit
            used_up = limit is not None and len(self._grades) >= limit
            reason = f"the limit of {limit} submissions is used up" if used_up else "it is solved"
            self._note(NoteKind.LIMIT, reason)
            return None
        found = self._shop.task.extract(self._problem, answer.text)
        if found is None:
            self._note(NoteKind.NOTHING_EXTRACTED, f"no submission found in {answer.generation}")
            return None
        if found.certainty is Certainty.DOUBTFUL:
            self._note(NoteKind.DOUBTFUL, found.note or f"doubtful find in {answer.generation}")
        content = writable(found.content)
        ordinal = len(self._submissions) + 1
        submission = Submission(
            id=f"{self._start.id}#s{ordinal}",
            attempt=self._start.id,
            ordinal=ordinal,
            kind=found.kind,
            language=found.language,
            content=self._shop.writer.put_text(content),
            generations=(answer.generation,),
            certainty=found.certainty,
        )
        known = self._past.handed_in.get(ordinal) == submission
        if not known:
            self._write(submission)
        self._submissions.append(submission)
        grade = self._past.grades.get(submission.id) if known else None
        if grade is None:
            grade = await self._judge(submission, content)
            self._write(grade)
        self._grades.append(grade)
        feedback = self._shop.rules.feedback(grade)
        if self._past.feedback.get(submission.id) != feedback:
            self._write(feedback)
        return feedback

    # --- the end -----------------------------------------------------------------------------

    def finish(self) -> AttemptEnd:
        """Score the attempt under the rules and return its end."""
        turns = self.turns
        if turns is not None and self._asked < turns:
            self._note(NoteKind.UNASKED, f"{turns} were recorded, {self._asked} asked for")
        if self._empty and not self._generations:
            end = self._end(AttemptStatus.EMPTY, reason=self._empty)
        else:
            score = self._shop.rules.score(self._problem, self._grades)
            end = msgspec.structs.replace(
                self._end(AttemptStatus.DONE),
                points=score.points,
                subtasks=score.subtasks,
                verdict=score.verdict,
                rejected=score.rejected,
                penalty=score.penalty,
            )
        return end

    def give_up(self, error: HarnessError) -> AttemptEnd:
        """Return that the attempt is void: lost to our side, in no score, and counted."""
        known = isinstance(error, InfraError)
        reason = error.message if known else f"[{error.code}] {error.message}"
        self._note(NoteKind.VOID, reason)
        return self._end(AttemptStatus.VOID, reason=reason)

    def _end(self, status: AttemptStatus, reason: str = "") -> AttemptEnd:
        return AttemptEnd(
            attempt=self._start.id,
            status=status,
            points=None,
            max_points=self._problem.max_points,
            submissions=len(self._submissions),
            tokens_out=sum(g.tokens_out or 0 for g in self._generations),
            seconds=round(sum(g.seconds for g in self._generations), 3),
            reason=reason,
        )

    # --- behind the verbs --------------------------------------------------------------------

    def _remembered(self, ordinal: int, prompt: Prompt) -> Generation | None:
        """Return what was generated for this very prompt before, if its text is still whole."""
        held = self._past.generations.get(ordinal)
        if held is None or self._past.prompts.get(prompt.id) != prompt:
            return None
        try:
            self._shop.writer.text(held.text)
        except CorruptLog:
            return None
        return held

    async def _generate(self, prompt: Prompt, messages: tuple[Message, ...]) -> Generation | None:
        shop, start = self._shop, self._start
        seed = sample_seed(
            shop.spec.sampling.seed, start.contestant, start.problem, start.sample, prompt.ordinal
        )
        request = Request(
            contestant=start.contestant,
            problem=start.problem,
            sample=start.sample,
            turn=prompt.ordinal,
            messages=messages,
            sampling=shop.spec.sampling,
            seed=seed,
        )
        async with shop.generating.place(start.problem):
            shop.meter.generating += 1
            try:
                reply = await shop.backend.generate(request)
            finally:
                shop.meter.generating -= 1
        if isinstance(reply, NotGenerated):
            self._empty = reply.reason
            self._note(NoteKind.NOT_GENERATED, reply.reason)
            return None
        refused = reply.finish_reason is FinishReason.REJECTED
        generation = Generation(
            id=f"{start.id}#g{prompt.ordinal}",
            attempt=start.id,
            ordinal=prompt.ordinal,
            prompt=prompt.id,
            # The words of a refusal are no answer: nothing may be found in them.
            text=shop.writer.put_text("" if refused else reply.text),
            reasoning=None if reply.reasoning is None else shop.writer.put_text(reply.reasoning),
            finish_reason=reply.finish_reason,
            tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
            seconds=reply.seconds,
            seed=None if reply.finish_reason is FinishReason.RECORDED else seed,
            backend=shop.backend.name,
            tries=reply.tries,
        )
        self._write(generation)
        shop.generating.came(start.problem, _length(reply))
        shop.meter.generated += 1
        shop.meter.tokens += reply.tokens_out or 0
        if reply.finish_reason in (FinishReason.LENGTH, FinishReason.TIMEOUT):
            self._note(NoteKind.TRUNCATED, f"cut off by {reply.finish_reason.value}")
        if refused:
            self._note(NoteKind.REJECTED, reply.text or "the server refused the request")
        if reply.tries > 1:
            self._note(NoteKind.RETRIED, f"{reply.tries} tries to generate")
        return generation

    async def _judge(self, submission: Submission, content: str) -> Grade:
        shop = self._shop
        loop = asyncio.get_running_loop()
        async with shop.judging:
            shop.meter.judging += 1
            try:
                for remaining in reversed(range(JUDGE_TRIES)):
                    try:
                        grade = await loop.run_in_executor(
                            shop.threads,
                            shop.task.judge,
                            self._problem,
                            submission,
                            content,
                            shop.tools,
                        )
                    except InfraError as error:
                        self._note(NoteKind.JUDGE_ERROR, error.message)
                        if not remaining:
                            raise
                    else:
                        shop.meter.judged += 1
                        return grade
            finally:
                shop.meter.judging -= 1
        raise AssertionError("unreachable")  # the last try returns or raises

    def _note(self, kind: NoteKind, text: str) -> None:
        note = Note(attempt=self._start.id, kind=kind, text=text)
        if note not in self._past.notes:
            self._write(note)

    def _write(self, record: Record) -> None:
        self._shop.writer.append(record)


Strategy = Callable[[Session], Awaitable[None]]
"""What an entry point of the group ``harness.strategies`` names: an async function."""


async def attempt(
    workshop: Workshop,
    strategy: Strategy,
    problem: Problem,
    start: AttemptStart,
    past: AttemptLog,
) -> AttemptEnd:
    """Do one attempt from its start to its end.

    A failure of our own makes it void, also one that nobody foresaw; a failure that
    concerns the whole run (a model that does not exist, data that is malformed, a
    store that cannot be written) is raised.
    """
    if past.start is None or past.end is not None:
        workshop.writer.append(start)
    end = await _outcome(Session(workshop, problem, start, past), workshop, strategy, start.id)
    await workshop.ends.put(end)
    return end


async def _outcome(
    session: Session, workshop: Workshop, strategy: Strategy, name: str
) -> AttemptEnd:
    try:
        await strategy(session)
        return session.finish()
    except BackendError as error:
        if error.final:
            raise
        return session.give_up(error)
    except InfraError as error:
        return session.give_up(error)
    except HarnessError:
        raise
    except Exception as error:
        fault = unforeseen(error)
        if fault.message not in workshop.faults:
            workshop.faults.add(fault.message)
            log.warning("%r is void: [%s] %s", name, fault.code, fault)
        log.debug("%r", name, exc_info=True)
        return session.give_up(fault)


def _length(reply: Reply) -> int:
    """Return how long an answer was in tokens, guessed where the server did not count."""
    return reply.tokens_out or (len(reply.text) + len(reply.reasoning or "")) // 4


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


def now() -> str:
    """Return the time in UTC, to the second, as the log writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def view_of(problem: Problem) -> ProblemView:
    """Return the part of a problem that a contestant may see."""
    body = problem.body
    if not isinstance(body, CodeBody):
        return ProblemView(
            id=problem.id,
            title=problem.title,
            statement=problem.statement,
            max_points=problem.max_points,
        )
    return ProblemView(
        id=problem.id,
        title=problem.title,
        statement=problem.statement,
        max_points=problem.max_points,
        languages=body.languages,
        time_limit_s=body.time_limit_s,
        memory_limit_bytes=body.memory_limit_bytes,
        subtasks=tuple((subtask.name, subtask.points) for subtask in body.subtasks),
    )
