"""What a contestant runs for itself: no submission, and nothing of a hidden test takes part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from harness.desk import Answer, Desk, writable
from harness.trials import (
    Likeness,
    SampleRun,
    digest_of,
    keep_likeness,
    keep_runs,
    kept_likeness,
    kept_runs,
    likeness_of,
    sample_run,
    trial_id,
)
from harness.types import Grade, Ran, Source, Trial, TrialKind, Verdict

T = TypeVar("T")


class OwnRuns:
    """Programs found in answers, run as a contestant would at home."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def offers(self, language: str) -> bool:
        """Whether a program of the contestant's own can be in a language, on this machine."""
        return await self._desk.work(lambda: self._desk.shop.tools.code.trials.offers(language))

    async def samples(self, answer: Answer) -> SampleRun:
        """Judge what is found in an answer on the samples, which every contestant is given."""
        found = self._desk.extract(answer)
        if found is None:
            return SampleRun(passed=False, message="nothing found")
        source = Source.of(writable(found.content))

        def work() -> Grade:
            tools = self._desk.shop.tools.code.trials
            return tools.samples(self._desk.problem, source, found.language)

        def trial(name: str, grade: Grade) -> Trial:
            failed = grade.verdict is Verdict.CE
            return Trial(
                id=name,
                attempt=self._desk.start.id,
                generation=answer.generation,
                kind=TrialKind.SAMPLES,
                inputs="",
                message=(grade.message or "it does not compile") if failed else "",
                results=grade.tests,
            )

        held = await self._once(answer.generation, TrialKind.SAMPLES, "", work, trial)
        return sample_run(held)

    async def likeness(self, answer: Answer, inputs: Sequence[bytes]) -> Likeness:
        """Run what is found in an answer on inputs in the form of the tests, with the grader.

        Only what tells two outputs apart is kept. Raises
        :class:`~harness.errors.UnsupportedError` where submissions print no output of their own.
        """
        found = self._desk.extract(answer)
        if found is None:
            return Likeness(outputs=("",) * len(inputs))
        source = Source.of(writable(found.content))

        def work() -> tuple[Ran, ...]:
            tools = self._desk.shop.tools.code.trials
            return tools.outputs(self._desk.problem, source, found.language, inputs)

        def trial(name: str, runs: tuple[Ran, ...]) -> Trial:
            return Trial(
                id=name,
                attempt=self._desk.start.id,
                generation=answer.generation,
                kind=TrialKind.OUTPUTS,
                inputs=digest,
                outputs=keep_likeness(self._desk.shop.writer, likeness_of(runs)),
            )

        digest = digest_of(inputs)
        held = await self._once(answer.generation, TrialKind.OUTPUTS, digest, work, trial)
        return kept_likeness(self._desk.shop.writer, held)

    async def program(
        self, answer: Answer, program: str, language: str, inputs: Sequence[bytes]
    ) -> tuple[Ran, ...]:
        """Run a program of the contestant's own, found in an answer; it belongs to no problem."""
        source = Source.of(writable(program))

        def work() -> tuple[Ran, ...]:
            return self._desk.shop.tools.code.trials.program(source, language, inputs)

        def trial(name: str, runs: tuple[Ran, ...]) -> Trial:
            return Trial(
                id=name,
                attempt=self._desk.start.id,
                generation=answer.generation,
                kind=TrialKind.PROGRAM,
                inputs=digest,
                outputs=keep_runs(self._desk.shop.writer, runs),
            )

        digest = digest_of((source.sha256.encode(), language.encode(), digest_of(inputs).encode()))
        held = await self._once(answer.generation, TrialKind.PROGRAM, digest, work, trial)
        return kept_runs(self._desk.shop.writer, held)

    async def _once(
        self,
        generation: str,
        kind: TrialKind,
        inputs: str,
        work: Callable[[], T],
        trial: Callable[[str, T], Trial],
    ) -> Trial:
        """Return a trial that the log holds, or make it."""
        name = trial_id(self._desk.start.id, generation, kind, inputs)
        held = self._desk.past.trials.get(name)
        if held is None:
            held = self._desk.past.trials[name] = trial(name, await self._desk.work(work))
            self._desk.write(held)
        return held
