"""One submission's round through the tests of a problem, in one slot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.types import Problem, Source, TestResult, Verdict
from harness.types import Test as TestCase
from sandbox.bench import BAND, Bench
from sandbox.box import Box, Job
from sandbox.execute import TestFiles, job_for, judge_test, run_passes
from sandbox.programs import Programs
from sandbox.scoring import Scoring, scoring_of

REPEATS = 3
"""Runs of a test whose time is near the limit, the first one included; the least counts."""

Results = dict[str, TestResult]


class Round:
    """Runs what is needed, measures again what is near the limit, and skips the rest."""

    def __init__(
        self, programs: Programs, box: Box, problem: Problem, bench: Bench, source: Source
    ) -> None:
        self._programs = programs
        self._box = box
        self._problem = problem
        self._bench = bench
        self._outputs = {Path(name).stem: data for name, data in source.files}
        self._twins = _twins(self._scoring().order)

    def run(self) -> tuple[Results, Results]:
        """Return the result of every test, and those by the slowest readings instead."""
        found = self._first() if self._bench.body.passes == 1 else self._pass_by_pass()
        slower = dict(found)
        for test in self._scoring().order:
            result = found.get(test.name)
            if result is None or not self._near(result) or self._twins[test.name] != test.name:
                continue
            best, worst = self._again(test, result)
            for name in self._twin_names(test.name, found):
                found[name] = msgspec.structs.replace(best, test=name)
                slower[name] = msgspec.structs.replace(worst, test=name)
        return self._final(found), self._final(slower)

    # --- running -----------------------------------------------------------------------------

    def _first(self) -> Results:
        """Run every test once, as long as it is needed; jobs are sent ahead."""
        scoring = self._scoring()
        found: Results = {}
        sent: list[TestCase] = []

        def jobs() -> Iterator[Job]:
            for test in scoring.order:
                if self._twins[test.name] == test.name and scoring.needed(test.name):
                    sent.append(test)
                    yield job_for(self._bench, self._box, test, self._files(test))

        for done, outcome in enumerate(self._box.run(jobs())):
            self._learn(
                scoring, found, judge_test(self._bench, sent[done], outcome, self._box.read)
            )
        return found

    def _pass_by_pass(self) -> Results:
        scoring = self._scoring()
        found: Results = {}
        for test in scoring.order:
            if self._twins[test.name] == test.name and scoring.needed(test.name):
                files = self._files(test)
                self._learn(scoring, found, run_passes(self._bench, self._box, test, files))
        return found

    def _learn(self, scoring: Scoring, found: Results, result: TestResult) -> None:
        for name in self._twin_names(result.test, {}):
            found[name] = msgspec.structs.replace(result, test=name)
            # A time near the limit may be better when measured again: it decides nothing yet.
            if not self._near(result):
                scoring.learn(found[name])

    def _again(self, test: TestCase, first: TestResult) -> tuple[TestResult, TestResult]:
        """Measure a test again; return its best and its worst run.

        The best counts: what else slowed a run down, or made it wait, was not the program.
        """
        files = self._files(test)
        found = [first]
        for _ in range(REPEATS - 1):
            if self._bench.body.passes > 1:
                found.append(run_passes(self._bench, self._box, test, files))
                continue
            (outcome,) = self._box.run([job_for(self._bench, self._box, test, files)])
            found.append(judge_test(self._bench, test, outcome, self._box.read))
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

    def _twin_names(self, name: str, among: Results) -> list[str]:
        return [
            twin
            for twin, first in self._twins.items()
            if first == name and (not among or twin in among)
        ]

    def _files(self, test: TestCase) -> TestFiles:
        place = self._programs.place
        return TestFiles(
            given=place(self._problem, test.input),
            answer=place(self._problem, test.answer) if test.answer else None,
            beside=tuple((Path(f.path).name, place(self._problem, f)) for f in test.files),
            output=self._outputs.get(Path(test.name).name),
        )


def _twins(order: tuple[TestCase, ...]) -> dict[str, str]:
    """Return for each test the first that equals it: a case may be linked into many groups."""
    first: dict[tuple[object, ...], str] = {}
    return {
        test.name: first.setdefault(
            (
                test.input.sha256,
                test.answer.sha256 if test.answer else None,
                test.args,
                test.validator_args,
                tuple((Path(f.path).name, f.sha256) for f in test.files),
            ),
            test.name,
        )
        for test in order
    }
