"""Judging again what was handed in: no contestant's model is asked, and the log stays as it is.

Submissions are those of the run. What a contestant was told of them, and what it did then, is
history: attempts are scored anew, not played anew. An attempt that our own side lost stays void,
because its strategy had not come to its end; ``harness run --resume`` takes it up. What models gave
stays unless a jury is named, but for answers that the program can tell now; what people gave is
never asked again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import msgspec

from harness.backend import NotGenerated, Reply, Request
from harness.bench import Bench
from harness.changes import AttemptChange, Suspects, changes_of
from harness.court import DeskTools, judged_by_model
from harness.desk import Desk, Workshop
from harness.ends import Ends
from harness.errors import (
    BackendError,
    CorruptLog,
    HarnessError,
    InfraError,
    UsageError,
    unforeseen,
)
from harness.gate import Gate
from harness.history import AttemptLog
from harness.layer_writer import LayerWriter
from harness.meter import Meter
from harness.rules import Rules
from harness.run import rules_for
from harness.task import Task, Tools
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Contest,
    Contestant,
    Grade,
    NoteKind,
    Problem,
    Submission,
    SubmissionKind,
    Verdict,
)

log = logging.getLogger(__name__)

AHEAD = 4
"""Attempts for each judge's slot that may be begun before an earlier one has ended."""


class Nobody:
    """The backend of a judging: no text is asked for."""

    name = "rejudge"
    contestants: tuple[Contestant, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    def samples(self, contestant: str, problem: str) -> tuple[int, ...]:  # noqa: ARG002
        """Return none."""
        return ()

    def turns(self, contestant: str, problem: str, sample: int) -> int:  # noqa: ARG002
        """Return none."""
        return 0

    async def generate(self, request: Request) -> Reply | NotGenerated:
        """Refuse to generate."""
        raise AssertionError(f"{request.problem}: a judging asks no contestant")

    async def close(self) -> None:
        """Release nothing."""


@dataclass(slots=True)
class Outcome:
    """What became of the attempts of a run."""

    attempts: int = 0
    """That were judged again."""
    submissions: int = 0
    kept_marks: int = 0
    """Proofs and answers that keep what people or models gave them."""
    unended: int = 0
    """Attempts without an end, which were left alone."""
    void_before: int = 0
    """Attempts that the log has as void, and that stay so."""
    void: list[tuple[str, str]] = field(default_factory=list)
    """Attempts that could not be judged now, with the reason."""
    told_otherwise: int = 0
    """Attempts whose contestant would have been told something else before its next step."""
    changes: list[AttemptChange] = field(default_factory=list)
    """In the order of the log."""


@dataclass(frozen=True, slots=True)
class Judging:
    """All that judging a run again needs."""

    writer: LayerWriter
    contest: Contest
    """As it is judged now."""
    task: Task
    tools: Tools
    slots: int
    bench: Bench | None = None
    """A jury that is asked anew; None where proofs keep their marks."""
    connections: int = 64
    """Questions to each of its models at once."""
    copies: bool = False
    """Whether the marks of proofs that count now are another layer's, and so are copied."""


async def rejudge(
    judging: Judging,
    pasts: Mapping[str, AttemptLog],
    counted: Mapping[str, AttemptLog],
    suspects: Callable[[Problem], Suspects],
    meter: Meter,
) -> Outcome:
    """Judge every attempt of a run that has come to its end, in the order of its log.

    ``pasts`` are the attempts by the log alone, ``counted`` as they count now. Raises what
    concerns the whole run, such as data that are malformed; a failure of our own with one attempt
    makes that one void.
    """
    outcome = Outcome()
    problems = {problem.id: problem for problem in judging.contest.problems}
    todo = list(_todo(pasts.values(), outcome))
    meter.planned = len(todo)
    threads = ThreadPoolExecutor(judging.slots, "judge")
    one = _Rejudge(judging, threads, meter, outcome, suspects)
    width = AHEAD * judging.slots + (judging.connections if judging.bench else 0)
    begun: deque[tuple[str, asyncio.Task[None]]] = deque()
    waiting = iter(todo)
    try:
        while True:
            for past in waiting:
                assert past.start is not None
                now = counted.get(past.start.id, past)
                work = one.attempt(past, now, problems[past.start.problem])
                begun.append((past.start.id, asyncio.create_task(work)))
                if len(begun) >= width:
                    break
            if not begun:
                return outcome
            name, work_of = begun.popleft()
            await work_of
            judging.writer.keep(name)
    finally:
        for _, each in begun:
            each.cancel()
        await asyncio.gather(*(each for _, each in begun), return_exceptions=True)
        threads.shutdown(wait=False, cancel_futures=True)
        outcome.changes.sort(key=_order(todo))


def _order(todo: Iterable[AttemptLog]) -> Callable[[AttemptChange], int]:
    places = {past.start.id: place for place, past in enumerate(todo) if past.start}
    return lambda change: places[change.attempt]


def _todo(pasts: Iterable[AttemptLog], outcome: Outcome) -> Iterable[AttemptLog]:
    """Yield the attempts that are judged again, and count those that are not."""
    for past in pasts:
        if past.start is None:
            continue
        if past.end is None:
            outcome.unended += 1
        elif past.end.status is AttemptStatus.VOID:
            outcome.void_before += 1
        elif past.end.status is AttemptStatus.DONE and past.submissions:
            yield past


class _Rejudge:
    """Judges one attempt after the other, or several at once."""

    def __init__(
        self,
        judging: Judging,
        threads: ThreadPoolExecutor,
        meter: Meter,
        outcome: Outcome,
        suspects: Callable[[Problem], Suspects],
    ) -> None:
        self._judging = judging
        self._outcome = outcome
        self._suspects = suspects
        self._shop = Workshop(
            spec=judging.writer.record.spec,
            writer=judging.writer,
            ends=Ends(judging.writer),
            task=judging.task,
            backend=Nobody(),
            rules_of=self._rules,
            tools=judging.tools,
            generating=Gate(1),
            judging=asyncio.Semaphore(judging.slots),
            threads=threads,
            meter=meter,
            bench=judging.bench,
        )

    def _rules(self, problem: Problem) -> Rules:
        judging = self._judging
        return rules_for(judging.contest, problem, judging.writer.record.spec)

    async def attempt(self, past: AttemptLog, now: AttemptLog, problem: Problem) -> None:
        """Judge one attempt; what was found waits with the writer until it is kept."""
        assert past.start is not None
        assert past.end is not None
        # Opinions of before are no part of it: a jury that is named is heard anew.
        fresh = AttemptLog(start=past.start, person_marks=past.person_marks)
        desk = Desk(self._shop, problem, past.start, fresh)
        try:
            end = await self._scored(desk, past, now, problem)
        except (InfraError, CorruptLog) as error:
            if isinstance(error, BackendError) and error.final:
                raise
            end = self._lost(desk, past.end, error)
        except HarnessError:
            raise
        except Exception as error:
            log.debug("%r", past.start.id, exc_info=True)
            end = self._lost(desk, past.end, unforeseen(error))
        if end is not None:
            desk.write(end)
            self._shop.meter.ended += 1
            change = changes_of(now, fresh, end, self._suspects(problem))
            if change is not None:
                self._outcome.changes.append(change)

    async def _scored(
        self, desk: Desk, past: AttemptLog, now: AttemptLog, problem: Problem
    ) -> AttemptEnd | None:
        """Return the end of an attempt by new grades; None where nothing is written of it."""
        grades: list[Grade] = []
        judged = copied = 0
        for submission in past.submissions:
            held = self._held(past, now, submission)
            grade = held if self._keeps(past, submission, problem) else None
            if grade is None:
                grade = await self._judge(desk, submission)
                if grade.verdict is Verdict.UR and held is not None and held.marking is not None:
                    grade = held  # models said what the program still cannot
            if grade is not held:
                desk.write(grade)
                judged += 1
            elif self._judging.copies and not past.marked_by(submission.id):
                self._copy(desk, now, grade)
                copied += 1
            self._outcome.kept_marks += grade is held
            desk.past.grades[submission.id] = grade
            grades.append(grade)
        self._outcome.attempts += bool(judged)
        if not judged and not copied:
            return None
        assert past.end is not None
        rules = self._rules(problem)
        self._outcome.told_otherwise += _told_otherwise(rules, past, grades)
        scored = rules.score(problem, grades).of(past.end)
        return msgspec.structs.replace(scored, max_points=problem.max_points)

    def _held(self, past: AttemptLog, now: AttemptLog, submission: Submission) -> Grade | None:
        """Return what people or models gave, where it is not asked for anew."""
        if past.marked_by(submission.id):
            return past.grades.get(submission.id)
        if self._judging.bench is not None:
            return None
        held = now.grades.get(submission.id)
        by_models = held is not None and held.marking is not None
        return held if submission.kind is SubmissionKind.PROOF or by_models else None

    def _keeps(self, past: AttemptLog, submission: Submission, problem: Problem) -> bool:
        """Whether what is held stays whatever a program finds."""
        by_model = judged_by_model(problem, self._shop.spec)
        proof = submission.kind is SubmissionKind.PROOF
        if proof and self._judging.bench is None and submission.id not in past.grades:
            raise UsageError(
                f"{submission.id} has no mark yet, so {self._judging.writer.path} cannot be scored",
                hint="name a jury with --judge-model, or bring marks in with `harness marks`",
            )
        return proof or by_model

    def _copy(self, desk: Desk, now: AttemptLog, grade: Grade) -> None:
        """Write the mark of another layer, with all that its jury said."""
        for opinion in now.opinions.values():
            if opinion.submission == grade.submission:
                desk.write(opinion)
        desk.write(grade)

    async def _judge(self, desk: Desk, submission: Submission) -> Grade:
        content = self._judging.writer.text(submission.content)
        grade = await desk.judged(submission, content, DeskTools(desk))
        self._outcome.submissions += 1
        self._shop.meter.judged += 1
        return grade

    def _lost(self, desk: Desk, end: AttemptEnd, error: HarnessError) -> AttemptEnd:
        """Return that an attempt is void by this judging: in no score, and counted."""
        reason = error.message
        desk.note(NoteKind.VOID, reason)
        self._outcome.void.append((end.attempt, reason))
        self._shop.meter.void += 1
        return msgspec.structs.replace(
            end,
            status=AttemptStatus.VOID,
            points=None,
            subtasks=(),
            verdict=None,
            rejected=0,
            penalty=0,
            reason=f"could not be judged again: {reason}",
        )


def _told_otherwise(rules: Rules, past: AttemptLog, grades: list[Grade]) -> bool:
    """Whether a contestant would have been told something else before its next step.

    That is another feedback before a later submission, or another word on whether it may go on.
    """
    then = [past.grades.get(grade.submission, grade) for grade in grades]
    for number, (old, new) in enumerate(zip(then, grades, strict=True), start=1):
        last = number == len(grades)
        if not last and rules.feedback(old) != rules.feedback(new):
            return True
        if _may_go_on(rules, then[:number]) != _may_go_on(rules, grades[:number]):
            return True
    return False


def _may_go_on(rules: Rules, grades: list[Grade]) -> bool:
    return rules.allows(len(grades), solved=any(each.verdict is Verdict.AC for each in grades))
