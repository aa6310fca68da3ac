"""The court over one submission: models are heard, and every word is on record.

An opinion is in the log before anything follows from it, under a name that its question has for
good. An attempt that is taken up again hears what it was told, and asks only for what is missing.
"""

from __future__ import annotations

import msgspec

from harness.backend import NotGenerated, Request, named_seed
from harness.bench import Bench
from harness.desk import Desk, Postponed
from harness.errors import CorruptLog, JudgeModelError
from harness.fenced import without_thought
from harness.judges.answer import NO_MODEL
from harness.judges.proofs.court import Heard
from harness.marking import people_grade
from harness.prompts import Prompting
from harness.task import AnswerTools, CodeTools
from harness.types import (
    AnswerBody,
    FinishReason,
    Grade,
    Grader,
    Juror,
    Opinion,
    Problem,
    Purpose,
    RunSpec,
    Sampling,
    Submission,
    TextRef,
    Verdict,
    names_in,
)


class DeskCourt:
    """Hears the models of a bench about one submission of one attempt."""

    def __init__(self, desk: Desk, bench: Bench, submission: Submission) -> None:
        self._desk = desk
        self._bench = bench
        self._submission = submission

    async def hear(self, juror: Juror, prompting: Prompting, purpose: Purpose, name: str) -> Heard:
        """Ask a model, unless the log holds what it says to this very question."""
        desk, shop = self._desk, self._desk.shop
        place, seat = self._bench.seat(juror)
        prompt = shop.writer.put_text(msgspec.json.encode(prompting.messages).decode())
        known = f"{self._submission.id}o{place}.{purpose.value}.{name}"
        held = self._held(known, prompt)
        if held is not None:
            return held
        start, drawn = desk.start, self._bench.jury.file.sampling
        sampling = Sampling(
            temperature=drawn.temperature, top_p=drawn.top_p, max_tokens=drawn.max_tokens
        )
        seed = named_seed(
            shop.spec.sampling.seed, start.contestant, start.problem, start.sample, known
        )
        request = Request(
            contestant=seat.backend.contestants[0].id,
            problem=start.problem,
            sample=start.sample,
            turn=0,
            messages=prompting.messages,
            sampling=sampling,
            seed=seed,
        )
        async with seat.gate.place(start.problem):
            reply = await seat.backend.generate(request)
        if isinstance(reply, NotGenerated):
            raise JudgeModelError(
                f"{juror.name} has nothing to say of {start.problem}: {reply.reason}",
                hint="a jury needs models that can be asked anything",
            )
        refused = reply.finish_reason is FinishReason.REJECTED
        said = "" if refused else reply.text
        opinion = Opinion(
            id=known,
            attempt=start.id,
            submission=self._submission.id,
            juror=juror.name,
            purpose=purpose,
            prompt=prompt,
            template_hash=prompting.template_hash,
            sampling=sampling,
            text=shop.writer.put_text(said),
            reasoning=None if reply.reasoning is None else shop.writer.put_text(reply.reasoning),
            finish_reason=reply.finish_reason,
            tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
            seconds=reply.seconds,
            seed=seed,
            tries=reply.tries,
        )
        desk.past.opinions[known] = opinion
        desk.write(opinion)
        shop.meter.opinions += 1
        shop.meter.tokens += reply.tokens_out or 0
        return Heard(opinion=opinion, text=without_thought(said), fresh=True)

    def keep(self, text: str) -> TextRef:
        """Put a text into the run's folder."""
        return self._desk.shop.writer.put_text(text)

    def _held(self, name: str, prompt: TextRef) -> Heard | None:
        """Return what was said to this very question before, if its text is still whole."""
        held = self._desk.past.opinions.get(name)
        if held is None or held.prompt != prompt:
            return None
        try:
            said = self._desk.shop.writer.text(held.text)
        except CorruptLog:
            return None
        return Heard(opinion=held, text=without_thought(said), fresh=False)


class DeskProofs:
    """The jury, for the submission that is judged at a desk."""

    def __init__(self, desk: Desk, bench: Bench | None) -> None:
        self._desk = desk
        self._bench = bench

    async def judge(self, problem: Problem, submission: Submission, content: str) -> Grade:
        """Have the jury mark a proof, unless people have; without a jury it waits for people."""
        people = self._desk.past.marked_by(submission.id)
        if people:
            return people_grade(problem, submission, people)
        if self._bench is None:
            raise Postponed
        court = DeskCourt(self._desk, self._bench, submission)
        names = (self._desk.start.contestant, *names_in(self._desk.shop.spec.backend_args))
        return await self._bench.proofs.judge(problem, submission, content, names, court)


def judged_by_model(problem: Problem, spec: RunSpec) -> bool:
    """Whether a model says of every answer to a problem if it is right."""
    if spec.protocol is not None and spec.protocol.scorer.by_model:
        return True
    return isinstance(problem.body, AnswerBody) and problem.body.grader is Grader.JUDGE


class DeskFinals:
    """The judge of final answers with models behind it, for the submission at a desk."""

    def __init__(self, desk: Desk, bench: Bench | None) -> None:
        self._desk = desk
        self._bench = bench

    async def judge(self, problem: Problem, submission: Submission, content: str) -> Grade:
        """Compare an answer; where the program cannot tell, and models are there, they say.

        Where the protocol has every answer judged by a model, the program is not asked.
        """
        shop, body = self._desk.shop, problem.body
        by_model = judged_by_model(problem, shop.spec)
        grade: Grade | None = None
        if not by_model or self._bench is None:
            grade = await self._desk.work(
                lambda: shop.tools.answers.judge(
                    problem, content, submission=submission.id, attempt=submission.attempt
                )
            )
            alone = isinstance(body, AnswerBody) and body.grader is Grader.SYMBOLIC
            if grade.verdict is not Verdict.UR or self._bench is None or alone:
                return grade
        assert self._bench is not None, "without models the program's finding is returned"
        court = DeskCourt(self._desk, self._bench, submission)
        # That nobody is asked is said by a judge that is alone.
        why = grade.message.removesuffix(f"; {NO_MODEL}") if grade is not None else ""
        return await self._bench.answers.judge(problem, submission, content, why, court)


class DeskTools:
    """What a task may use while it judges at a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.proofs = DeskProofs(desk, desk.shop.bench)
        self.finals = DeskFinals(desk, desk.shop.bench)

    @property
    def code(self) -> CodeTools:
        """The code judge."""
        return self._desk.shop.tools.code

    @property
    def answers(self) -> AnswerTools:
        """The judge of final answers."""
        return self._desk.shop.tools.answers
