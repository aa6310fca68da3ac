"""One submission's round through the tests of a problem, in one slot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from harness.types import HandIn, Problem, TestResult, Verdict
from harness.types import Test as TestCase
from sandbox.bench import BAND, Bench
from sandbox.box import Box, Job
from sandbox.execute import TestFiles, job_for, judge_test, run_test, takes_rounds
from sandbox.hand_in import HandedIn
from sandbox.programs import Programs
from sandbox.scoring import Scoring, scoring_of

REPEATS = 3
"""Runs of a test whose time is near the limit, the first one included; the least counts."""

Results = dict[str, TestResult]


class Round:
    """Runs what is needed, measures again what is near the limit, and skips the rest."""

    def __init__(
        self, programs: Programs, box: Box, problem: Problem, bench: Bench, handed: HandedIn
    ) -> None:
        self._programs = programs
        self._box = box
        self._problem = problem
        self._bench = bench
        self._handed = handed
        self._twins = _twins(self._scoring().order, handed)

    def run(self) -> tuple[Results, Results]:
        """Return the result of every test, and those by the slowest readings instead."""
        scoring = self._scoring()
        found: Results = {}
        for result in self._measured(self._needed(scoring)):
            for name in self._twins[result.test]:
                found[name] = msgspec.structs.replace(result, test=name)
                # A time near the limit may be better when measured again: it decides nothing yet.
                if not self._near(result):
                    scoring.learn(found[name])
        slower = dict(found)
        near = {self._twins[name]: name for name in found if self._near(found[name])}
        for twins, name in near.items():
            test = next(test for test in scoring.order if test.name == name)
            best, worst = self._again(test, found[name])
            for each in twins:
                found[each] = msgspec.structs.replace(best, test=each)
                slower[each] = msgspec.structs.replace(worst, test=each)
        return self._final(found), self._final(slower)

    # --- running -----------------------------------------------------------------------------

    def _needed(self, scoring: Scoring) -> Iterator[TestCase]:
        """Yield the tests that are needed by what is known so far, one of those that are equal."""
        begun: set[str] = set()
        for test in scoring.order:
            if test.name not in begun and scoring.needed(test.name):
                begun.update(self._twins[test.name])
                yield test

    def _measured(self, tests: Iterable[TestCase]) -> Iterator[TestResult]:
        """Run tests and yield their results; where passes do not forbid it, jobs are sent ahead."""
        bench, box = self._bench, self._box
        if takes_rounds(bench.body):
            yield from (run_test(bench, box, test, self._files(test)) for test in tests)
            return
        sent: list[TestCase] = []

        def jobs() -> Iterator[Job]:
            for test in tests:
                sent.append(test)
                yield job_for(bench, box, test, self._files(test))

        for done, outcome in enumerate(box.run(jobs())):
            yield judge_test(bench, sent[done], outcome, box.read)

    def _again(self, test: TestCase, first: TestResult) -> tuple[TestResult, TestResult]:
        """Measure a test again; return its best and its worst run.

        The best counts: what else slowed a run down, or made it wait, was not the program.
        """
        found = [first, *self._measured([test] * (REPEATS - 1))]
        times = tuple(result.cpu_s for result in found)
        shown = ", ".join(f"{time:.3f}" for time in times)

        def marked(result: TestResult) -> TestResult:
            words = f"near the limit, measured {len(found)} times: {shown} s"
            if len({each.verdict for each in found}) > 1:
                words = f"unstable; {words}"
            return msgspec.structs.replace(
                result,
                reason=f"{result.reason}; {words}" if result.reason else words,
                readings=times,
            )

        ranked = sorted(found, key=lambda result: (-result.score, result.cpu_s))
        return marked(ranked[0]), marked(ranked[-1])

    # --- what is left ------------------------------------------------------------------------

    def _final(self, found: Results) -> Results:
        """Skip what no judge would have run who knew every result.

        How far ahead jobs are sent is a matter of speed, and must not show in a grade.
        """
        scoring = self._scoring()
        results: Results = {}
        for test in scoring.order:
            result = found.get(test.name) if scoring.needed(test.name) else None
            if result is None:
                result = TestResult(test=test.name, verdict=Verdict.SK, score=0.0)
            else:
                scoring.learn(result)
            results[test.name] = result
        return results

    def _scoring(self) -> Scoring:
        return scoring_of(self._bench.body, self._problem.max_points)

    def _near(self, result: TestResult) -> bool:
        limit = self._bench.body.time_limit_s
        return abs(result.cpu_s - limit) <= BAND * limit

    def _files(self, test: TestCase) -> TestFiles:
        place = self._programs.place
        return TestFiles(
            given=place(self._problem, test.input),
            answer=place(self._problem, test.answer) if test.answer else None,
            beside=tuple((Path(f.path).name, place(self._problem, f)) for f in test.files),
            runs=self._runs(test),
            output=self._handed.outputs.get(test.name),
        )

    def _runs(self, test: TestCase) -> bool:
        """Return whether the program is run: an output that was handed in goes before it."""
        if self._handed.program is None or test.hand_in is HandIn.OUTPUT:
            return False
        return test.name not in self._handed.outputs


def _twins(order: tuple[TestCase, ...], handed: HandedIn) -> dict[str, tuple[str, ...]]:
    """Return for each test all that equal it, itself included.

    A case may be linked into many groups, and is run once, wherever it is needed first.
    """
    equal: dict[tuple[object, ...], list[str]] = {}
    for test in order:
        key = (
            test.input.sha256,
            test.answer.sha256 if test.answer else None,
            test.args,
            test.validator_args,
            tuple((Path(f.path).name, f.sha256) for f in test.files),
            test.hand_in,
            handed.outputs.get(test.name),
        )
        equal.setdefault(key, []).append(test.name)
    return {name: tuple(names) for names in equal.values() for name in names}
