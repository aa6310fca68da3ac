"""The code judge of a run whose slots are on other machines, as tasks and strategies see it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

import msgspec

from harness.cluster.dispatch import Dispatcher
from harness.cluster.jobs import Hello, Job, Verb
from harness.cluster.shelf import problem_name
from harness.errors import UnsupportedError
from harness.types import CodeBody, Execution, Grade, Problem, Ran, Source

RESULTS_KNOWN = 100_000
"""Results of tests that are remembered for equal sources, as by the judge of one machine."""


class ClusterTrials:
    """What contestants run for themselves."""

    def __init__(self, dispatcher: Dispatcher, judge: ClusterJudge) -> None:
        self._dispatcher = dispatcher
        self._judge = judge

    def offers(self, key: str) -> bool:
        """Whether programs in a language can be run: one slot speaks for all, which are alike."""
        return bool(self._dispatcher.do(Job(verb=Verb.OFFERS, language=key)).offered)

    def samples(self, problem: Problem, source: Source, key: str) -> Grade:
        """Judge a source on the samples alone."""
        return self._judge.grade(Verb.SAMPLES, problem, source, key)

    def outputs(
        self, problem: Problem, source: Source, key: str, inputs: Sequence[bytes]
    ) -> tuple[Ran, ...]:
        """Run a submission on inputs in the form of the problem's tests."""
        job = Job(verb=Verb.OUTPUTS, source=source, language=key, inputs=tuple(inputs))
        return self._dispatcher.do(job, problem).ran or ()

    def program(self, source: Source, key: str, inputs: Sequence[bytes]) -> tuple[Ran, ...]:
        """Run a program that belongs to no problem."""
        job = Job(verb=Verb.PROGRAM, source=source, language=key, inputs=tuple(inputs))
        return self._dispatcher.do(job).ran or ()


class ClusterJudge:
    """Judges sources on problems; thread-safe, each call blocks until its grade is there.

    An equal source on an equal problem is judged once, as by the judge of one machine.
    """

    def __init__(self, dispatcher: Dispatcher, hello: Hello) -> None:
        self.name = hello.name
        self.facts = hello.facts
        self.note = hello.note
        self._dispatcher = dispatcher
        self.trials = ClusterTrials(dispatcher, self)
        """What contestants run for themselves."""
        self._grades: OrderedDict[tuple[str, ...], Future[Grade]] = OrderedDict()
        self._results_known = 0
        self._lock = threading.Lock()

    def judge(
        self, problem: Problem, source: Source, language: str, *, submission: str, attempt: str
    ) -> Grade:
        """Judge a source on every test; raises as the judge of one machine does."""
        known = self.grade(Verb.JUDGE, problem, source, language)
        return msgspec.structs.replace(known, submission=submission, attempt=attempt)

    def grade(self, verb: Verb, problem: Problem, source: Source, language: str) -> Grade:
        """Return the grade of a source, which belongs to no submission yet."""
        if not isinstance(problem.body, CodeBody):
            raise UnsupportedError(
                f"{problem.id} is not a programming problem", hint="its task must use another judge"
            )
        same = (verb, problem_name(problem), language, source.sha256)
        with self._lock:
            known = self._grades.get(same)
            if known is None:
                ours: Future[Grade] = Future()
                self._grades[same] = ours
        if known is not None:
            return known.result()
        try:
            job = Job(verb=verb, source=source, language=language)
            grade = self._dispatcher.do(job, problem).grade
            assert grade is not None, "a slot says a grade or why there is none"
        except BaseException as error:
            with self._lock:
                del self._grades[same]  # whoever asks again has it tried again
            ours.set_exception(error)
            raise
        ours.set_result(grade)
        self._forget(len(grade.tests))
        return grade

    def _forget(self, more: int) -> None:
        """Keep as many results as a judge remembers, the newest."""
        with self._lock:
            self._results_known += more
            if self._results_known <= RESULTS_KNOWN:
                return
            for same, known in list(self._grades.items()):
                if self._results_known <= RESULTS_KNOWN // 2:
                    break
                if known.done():
                    del self._grades[same]
                    self._results_known -= len(known.result().tests)

    def version_of(self, tool: str) -> str:
        """Return what a compiler or runtime of the nodes says of itself."""
        return self._dispatcher.do(Job(verb=Verb.VERSION, language=tool)).version or ""

    def outputs(
        self,
        problem: Problem,
        source: Source,  # noqa: ARG002
        language: str,  # noqa: ARG002
    ) -> Iterator[tuple[str, bytes | Execution]]:
        """Refuse: packages are prepared on one machine."""
        raise UnsupportedError(
            f"answers of {problem.id} are not made on a cluster",
            hint="say --executor local: packages are prepared on one machine",
        )
