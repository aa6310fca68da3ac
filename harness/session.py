"""One attempt: ask, submit, and a record for everything that happens.

A strategy sees only a :class:`Session`: the problem as a contestant sees it, and
two verbs. ``ask`` brings a generation, ``submit`` hands in what is found in one
and returns the feedback the rules allow; grades stay behind. What a contestant runs
for itself (``own``) is no submission.

Several questions may be open at once. They are numbered in the order in which they are
begun, so begin them in an order that does not depend on what comes back: all of a round
with one ``gather``, and the next round when it is complete. Then an attempt that is taken up
again asks the same questions with the same numbers and seeds.

An attempt that was cut off is taken up by running the strategy again over the
records it left: what was generated or judged before is read back instead of done
again, so a killed run loses nothing and does nothing twice.

Concurrency lives here and at the desk and nowhere else: a gate to the model, and a separate
window of judgings, so that no place at the model is held while a program runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from random import Random

import msgspec

from harness.backend import NotGenerated, Reply, Request, named_seed, sample_seed
from harness.court import DeskTools
from harness.desk import Answer, Desk, Phase, Postponed, sendable, writable
from harness.errors import (
    CorruptLog,
    HarnessError,
    InfraError,
)
from harness.own_runs import OwnRuns
from harness.prompts import Prompting, read_template, render
from harness.task import Extraction
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Certainty,
    Feedback,
    FinishReason,
    Generation,
    Grade,
    Message,
    NoteKind,
    Prompt,
    Sampling,
    Submission,
    Verdict,
)
from harness.view import view_of


class Session:
    """One attempt of one contestant at one problem."""

    def __init__(self, desk: Desk) -> None:
        self.view = view_of(desk.problem)
        self.own = OwnRuns(desk)
        """What the contestant runs for itself."""
        self._desk = desk
        self._shop = desk.shop
        self._problem = desk.problem
        self._start = desk.start
        self._past = desk.past
        self._rules = desk.shop.rules_of(desk.problem)
        self._generations: list[Generation] = []
        self._handed_in: list[Submission] = []
        self._grades: dict[int, Grade] = {}
        """By ordinal."""
        self._handing_in = asyncio.Lock()
        self._empty = ""
        self._asked = 0

    @property
    def name(self) -> str:
        """The attempt's id."""
        return self._start.id

    @property
    def turns(self) -> int | None:
        """How often this attempt can be asked for text, or None where there is no end."""
        start = self._start
        return self._shop.backend.turns(start.contestant, start.problem, start.sample)

    @property
    def turns_left(self) -> int | None:
        """How many more questions would be answered, or None where there is no end."""
        turns = self.turns
        return None if turns is None else max(0, turns - self._asked)

    @property
    def submissions_left(self) -> int | None:
        """How many submissions the contest still allows, or None where there is no limit."""
        limit = self._rules.submission_limit
        return None if limit is None else max(0, limit - len(self._handed_in))

    @property
    def may_submit(self) -> bool:
        """Whether the rules allow one more submission, after what was handed in."""
        return self._rules.allows(len(self._handed_in), solved=self._solved)

    @property
    def one_by_one(self) -> bool:
        """Whether what comes of a submission decides if there may be another, as at an ICPC."""
        return self._rules.sequential

    @property
    def gives_confidence(self) -> bool:
        """Whether answers say how sure the model was: the backend has log-probabilities."""
        return bool(getattr(self._shop.backend, "gives_confidence", False))

    @property
    def sampling(self) -> Sampling:
        """How text is drawn where a question does not say otherwise."""
        return self._shop.spec.sampling

    @property
    def language(self) -> str:
        """Key of the language that programs are asked for in."""
        return self._shop.spec.prompt_language

    def random(self, name: str) -> Random:
        """Return a source of chance of that name, which draws the same in a resumed attempt.

        Two names draw apart, as do two attempts; the run's seed says what.
        """
        start, seed = self._start, self._shop.spec.sampling.seed
        return Random(named_seed(seed, start.contestant, start.problem, start.sample, name))

    def note(self, kind: NoteKind, text: str) -> None:
        """Leave word of something that a reader of the result should know, once."""
        self._desk.note(kind, text)

    # --- the two verbs of a strategy ---------------------------------------------------------

    def prompt(self) -> Prompting:
        """Return the first question: the protocol's, or the task's own."""
        spec = self._shop.spec
        return self._shop.task.prompt(self._problem, spec.prompt_language, spec.template("solve"))

    def render(self, default: Path, values: Mapping[str, str]) -> Prompting:
        """Return another question of a strategy: the protocol's template of that name, filled.

        ``default`` is the strategy's own file; a protocol replaces it by naming its stem.
        """
        template = self._shop.spec.template(default.stem) or read_template(default)
        return render(template, {**self.view.values, **values})

    async def ask(
        self, prompting: Prompting | None = None, *, sampling: Sampling | None = None
    ) -> Answer | None:
        """Bring one generation for :meth:`prompt`, or for another question.

        ``sampling`` replaces the run's, but for the seed. Returns None when a recording holds
        nothing for this turn of the attempt.
        """
        ordinal, self._asked = self._asked, self._asked + 1
        spec = self._shop.spec
        asked = prompting if prompting is not None else self.prompt()
        said = asked.messages
        if spec.system and not any(message.role == "system" for message in said):
            said = (Message(role="system", content=spec.system), *said)
        said = tuple(map(sendable, said))
        text = self._shop.writer.put_text(msgspec.json.encode(said).decode())
        prompt = Prompt(
            id=f"{self._start.id}#p{ordinal}",
            attempt=self._start.id,
            ordinal=ordinal,
            text=text,
            template_hash=asked.template_hash,
            template=asked.template,
            sampling=sampling,
        )
        generation = self._remembered(ordinal, prompt)
        if generation is None:
            if self._shop.phase is Phase.JUDGE and self.turns is None:
                raise Postponed  # the model is not here; a recording always is
            self._desk.write(prompt)
            generation = await self._generate(prompt, said)
            if generation is None:
                return None
        self._generations.append(generation)
        return self._desk.answer(generation)

    def extract(self, answer: Answer) -> Extraction | None:
        """Return what would be handed in of an answer, or None when nothing is found in it."""
        return self._desk.extract(answer)

    async def submit(self, answer: Answer) -> Feedback | None:
        """Hand in what is found in an answer and return what the rules let the contestant see.

        Returns None when nothing could be found, or when the rules allow no more: the
        submission limit is used up, or (at an ICPC) the problem is solved.
        """
        rules = self._rules
        if not rules.sequential:
            submission, content = self._hand_in(answer)
            return await self._judged(submission, content) if submission else None
        async with self._handing_in:  # what comes back decides whether there is a next one
            submission, content = self._hand_in(answer)
            return await self._judged(submission, content) if submission else None

    # --- the end -----------------------------------------------------------------------------

    def finish(self) -> AttemptEnd:
        """Score the attempt under the rules and return its end."""
        turns = self.turns
        if turns is not None and self._asked < turns:
            self._desk.note(NoteKind.UNASKED, f"{turns} were recorded, {self._asked} asked for")
        if self._empty and not self._generations:
            end = self._end(AttemptStatus.EMPTY, reason=self._empty)
        else:
            grades = [grade for _, grade in sorted(self._grades.items())]
            end = self._rules.score(self._problem, grades).of(self._end(AttemptStatus.DONE))
        return end

    def give_up(self, error: HarnessError) -> AttemptEnd:
        """Return that the attempt is void: lost to our side, in no score, and counted."""
        known = isinstance(error, InfraError)
        reason = error.message if known else f"[{error.code}] {error.message}"
        self._desk.note(NoteKind.VOID, reason)
        return self._end(AttemptStatus.VOID, reason=reason)

    def _end(self, status: AttemptStatus, reason: str = "") -> AttemptEnd:
        return AttemptEnd.after(
            self._start.id,
            status,
            self._problem.max_points,
            len(self._handed_in),
            self._generations,
            reason,
        )

    # --- behind the verbs --------------------------------------------------------------------

    @property
    def _solved(self) -> bool:
        return any(grade.verdict is Verdict.AC for grade in self._grades.values())

    def _hand_in(self, answer: Answer) -> tuple[Submission, str] | tuple[None, str]:
        """Make the submission, if the rules allow one more and the answer holds one."""
        rules = self._rules
        handed_in = len(self._handed_in)
        if not self.may_submit:
            limit = rules.submission_limit
            used_up = limit is not None and handed_in >= limit
            reason = f"the limit of {limit} submissions is used up" if used_up else "it is solved"
            self._desk.note(NoteKind.LIMIT, reason)
            return None, reason
        found = self.extract(answer)
        if found is None:
            reason = f"no submission found in {answer.generation}"
            self._desk.note(NoteKind.NOTHING_EXTRACTED, reason)
            return None, reason
        if found.certainty is Certainty.DOUBTFUL:
            self._desk.note(
                NoteKind.DOUBTFUL, found.note or f"doubtful find in {answer.generation}"
            )
        content = writable(found.content)
        ordinal = handed_in + 1
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
        self._handed_in.append(submission)
        return submission, content

    async def _judged(self, submission: Submission, content: str) -> Feedback:
        shop, past = self._shop, self._past
        known = past.handed_in.get(submission.ordinal) == submission
        if not known:
            self._desk.write(submission)
        grade = past.grades.get(submission.id) if known else None
        if grade is None:
            if shop.phase is Phase.GENERATE:
                raise Postponed
            grade = await self._desk.judged(submission, content, DeskTools(self._desk))
            shop.meter.judged += 1
            self._desk.write(grade)
        self._grades[submission.ordinal] = grade
        feedback = self._rules.feedback(grade)
        if past.feedback.get(submission.id) != feedback:
            self._desk.write(feedback)
        return feedback

    def _remembered(self, ordinal: int, prompt: Prompt) -> Generation | None:
        """Return what was generated for this very prompt before, if its text is still whole."""
        held, asked = self._past.generations.get(ordinal), self._past.prompts.get(prompt.id)
        if held is None or asked is None:
            return None
        # Runs from before names of templates were kept are continued, too.
        if msgspec.structs.replace(asked, template=prompt.template) != prompt:
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
            sampling=prompt.sampling or shop.spec.sampling,
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
            self._desk.note(NoteKind.NOT_GENERATED, reply.reason)
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
            seed=seed if reply.seeded and reply.finish_reason is not RECORDED else None,
            backend=shop.backend.name,
            tries=reply.tries,
            confidence=reply.confidence,
        )
        self._desk.write(generation)
        shop.generating.came(start.problem, _length(reply))
        shop.meter.generated += 1
        shop.meter.tokens += reply.tokens_out or 0
        if reply.finish_reason in (FinishReason.LENGTH, FinishReason.TIMEOUT):
            self._desk.note(NoteKind.TRUNCATED, f"cut off by {reply.finish_reason.value}")
        if refused:
            self._desk.note(NoteKind.REJECTED, reply.text or "the server refused the request")
        if reply.untold:
            self._desk.note(NoteKind.UNTOLD, reply.untold)
        if reply.tries > 1:
            self._desk.note(NoteKind.RETRIED, f"{reply.tries} tries to generate")
        return generation


RECORDED = FinishReason.RECORDED


def _length(reply: Reply) -> int:
    """Return how long an answer was in tokens, guessed where the server did not count."""
    return reply.tokens_out or (len(reply.text) + len(reply.reasoning or "")) // 4
