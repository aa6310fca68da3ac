"""A submission over its tests: compile, run, compare, add up.

Tests run in the order the problem's scoring gives. A test is skipped only when it can no
longer change the grade. Whatever our own side does wrong is an exception; whatever the
submission does wrong is in the grade.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import (
    CodeBody,
    CodeKind,
    Execution,
    Grade,
    Problem,
    Source,
    SubtaskScore,
    TestResult,
    Verdict,
)
from sandbox.aggregate import GroupGrader
from sandbox.bench import Bench, same_under
from sandbox.box import Box
from sandbox.compile import Compiler
from sandbox.embedded import shows
from sandbox.execute import output_job
from sandbox.hand_in import sort_out
from sandbox.languages import language, languages
from sandbox.offer import Offer
from sandbox.pool import Pool
from sandbox.program import NO_PROGRAM, Program, Root, need_processes, root_of
from sandbox.programs import Programs
from sandbox.round import Round
from sandbox.scoring import Scored, scoring_of
from sandbox.subtasks import check_score_type
from sandbox.tiers import PATIENCE_S, choose
from sandbox.trials import Trials

VERSION = "3"
"""Changes whenever a verdict or a score could."""

RESULTS_KNOWN = 100_000
"""Results of tests that are remembered for equal sources; some hundred bytes each."""


class CodeJudge:
    """Judges sources on problems; thread-safe, each call blocks until its grade is there."""

    def __init__(
        self,
        *,
        cache: Path,
        slots: int = 1,
        sandbox: str = "auto",
        engine_patience_s: float = PATIENCE_S,
    ) -> None:
        """``sandbox`` is a :class:`~harness.types.Sandbox`, by its name."""
        tier = self._tier = choose(sandbox, cache, patience_s=engine_patience_s)
        self._pools: dict[Root, Pool[Box]] = {
            "bare": Pool(partial(tier.judging, "bare"), slots),
            "runtime": Pool(partial(tier.judging, "runtime"), slots),
        }
        self._with_processes: dict[Root, Pool[Box]] = {
            "bare": Pool(partial(tier.judging, "bare", processes=True), slots),
            "runtime": Pool(partial(tier.judging, "runtime", processes=True), slots),
        }
        self._compiling: tuple[Pool[Box], ...] = (
            Pool(partial(tier.compiling, proc=False), slots),
            Pool(partial(tier.compiling, proc=True), slots),
        )
        # The first slot is opened now, so that a machine that cannot isolate is found out
        # before anything is generated.
        try:
            with self._pools["bare"].lease() as box:
                facts = box.facts
            version = tier.tools.version("g++")
        except BaseException:
            self.close()
            raise
        self.compiler = Compiler(
            self._compiling[0],
            cache,
            tools=tier.tools,
            with_proc=self._compiling[1],
            sandbox=dict(facts.detail).get("runner", dict(facts.detail).get("image", "")),
            headers=tier.headers,
        )
        self.offer = Offer(self.compiler, self._pools, cache, facts)
        self.programs = Programs(self.compiler)
        self.trials = Trials(self.programs, self.offer, self, self._judged)
        """What contestants run for themselves."""
        self.facts: tuple[tuple[str, str], ...] = tuple(
            sorted(
                (
                    *facts.detail,
                    ("compiler", version),
                    ("judge", VERSION),
                    ("tier", facts.tier),
                )
            )
        )
        self.note = tier.note
        """Which tier programs are judged on, in one line for people."""
        self.name = f"code/{VERSION} {facts.tier}, {version}"
        self._grades: OrderedDict[tuple[str, str, str], Grade] = OrderedDict()
        self._results_known = 0
        self._lock = threading.Lock()

    # --- judging -----------------------------------------------------------------------------

    def judge(
        self, problem: Problem, source: Source, key: str, *, submission: str, attempt: str
    ) -> Grade:
        """Judge a source on every test.

        An equal source on an equal problem is judged once per process. Raises
        :class:`~harness.errors.JudgeError` when the package broke its contract,
        :class:`~harness.errors.TaskDataError` when its files are not what they were,
        :class:`~harness.errors.UnsupportedError` for a language that is not offered, and
        :class:`~harness.errors.BoxError` when the sandbox failed.
        """
        known = self._judged(problem, source, key)
        return msgspec.structs.replace(known, submission=submission, attempt=attempt)

    def _judged(self, problem: Problem, source: Source, key: str) -> Grade:
        same = (problem.hash, key, source.sha256)
        with self._lock:
            known = self._grades.get(same) if problem.hash else None
        if known is None:
            known = self._with_tools(self._judge(problem, source, key), problem, key)
            self._remember(same, known)
        return known

    def _remember(self, same: tuple[str, str, str], grade: Grade) -> None:
        with self._lock:
            if same not in self._grades:
                self._grades[same] = grade
                self._results_known += len(grade.tests)
            while self._results_known > RESULTS_KNOWN:
                self._results_known -= len(self._grades.popitem(last=False)[1].tests)

    def carry_over(self, measured: Problem, problem: Problem) -> None:
        """Take what was found under a longer time limit for a problem that differs in nothing else.

        Only grades that would be the same, so that measuring a limit does not judge twice.
        """
        body = _code(problem)
        with self._lock:
            known = tuple(self._grades.items())
        for (of, key, source), grade in known:
            if of == measured.hash and same_under(body, grade):
                self._remember((problem.hash, key, source), grade)

    def _judge(self, problem: Problem, source: Source, key: str) -> Grade:
        body = _code(problem)
        handed = sort_out(body, source)
        if handed.refused:
            return self._compile_error(problem, body, handed.refused)
        program = NO_PROGRAM
        if handed.program is not None:
            _check_language(problem, body, key)
            self.offer.check(language(key))
            compiled = self.programs.submission(problem, body, handed.program, key)
            if compiled.program is None:
                return self._compile_error(problem, body, compiled.message)
            program = compiled.program
        helper = self.programs.helper(problem, body)
        checker = self.programs.checker(problem, body)
        aggregator = self.programs.aggregator(problem, body)
        bench = Bench(
            problem=problem.id, body=body, program=program, helper=helper, checker=checker
        )
        _keep_apart(problem, program, helper, checker, aggregator)
        with self.slot(program, helper, checker, aggregator) as box:
            round_ = Round(self.programs, box, problem, bench, handed)
            results, slower = round_.run()
            aggregate = GroupGrader(problem.id, aggregator, box) if aggregator else None
            scored = scoring_of(body, problem.max_points).scored(results, aggregate)
            least = (
                scoring_of(body, problem.max_points).scored(slower, aggregate).points
                if slower != results
                else scored.points
            )
        return self._grade(problem, body, results, scored, least)

    def version_of(self, tool: str) -> str:
        """Return what a compiler or runtime of this judge says of itself; nothing else is asked."""
        words = [each.version for each in languages().values() if each.tools[0] == tool]
        if not words:  # a name out of a certificate, which anyone may have written
            return "no tool of this judge"
        word = words[0]
        return self.compiler.tools.version(tool, *filter(None, (word,)))

    def tools_of(self, keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return the first tool of some languages with its version, as sorted pairs."""
        tools = sorted({language(key).tools[0] for key in keys})
        return tuple((tool, self.version_of(tool)) for tool in tools)

    def _with_tools(self, grade: Grade, problem: Problem, key: str) -> Grade:
        """Note which language it was, and which compiler and runtime."""
        if not key or _code(problem).kind is CodeKind.OUTPUT_ONLY:
            return grade  # nothing was run but what was handed in
        used = language(key)
        tools = self.compiler.tools
        return msgspec.structs.replace(
            grade,
            language=used.title,
            tools=tuple((tool, tools.version(tool, used.version)) for tool in used.tools),
        )

    def slot(self, *programs: Program | None) -> AbstractContextManager[Box]:
        """Lease a slot in which programs can run together."""
        pools = self._with_processes if need_processes(*programs) else self._pools
        return pools[root_of(*programs)].lease()

    def _grade(
        self,
        problem: Problem,
        body: CodeBody,
        results: Mapping[str, TestResult],
        scored: Scored,
        least: float,
    ) -> Grade:
        return Grade(
            submission="",
            attempt="",
            judge=self.name,
            verdict=scored.verdict,
            points=scored.points,
            max_points=problem.max_points,
            subtasks=scored.subtasks,
            tests=tuple(results[test.name] for test in body.tests if test.name in results),
            cpu_s=max((result.cpu_s for result in results.values()), default=0.0),
            peak_memory_bytes=max((r.peak_memory_bytes for r in results.values()), default=0),
            least_points=least if least < scored.points else None,
        )

    def _compile_error(self, problem: Problem, body: CodeBody, message: str) -> Grade:
        return Grade(
            submission="",
            attempt="",
            judge=self.name,
            verdict=Verdict.CE,
            points=0.0,
            max_points=problem.max_points,
            subtasks=tuple(
                SubtaskScore(name=s.name, points=0.0, max_points=s.points, verdict=Verdict.CE)
                for s in body.subtasks
            ),
            message=message,
        )

    # --- making answers ----------------------------------------------------------------------

    def outputs(
        self, problem: Problem, source: Source, language_key: str
    ) -> Iterator[tuple[str, bytes | Execution]]:
        """Run a source on every input of a batch problem and yield its outputs, or how it failed.

        Under the problem's own limits: a model solution that does not keep them proves that
        the package or the machine is not what it should be.
        """
        body = _code(problem)
        if body.kind is not CodeKind.BATCH or body.output_file:
            raise UnsupportedError(
                f"{problem.id} is a {body.kind.value} problem: its outputs cannot be kept",
                hint="bring the answers with the package, if its tests need any",
            )
        compiled = self.programs.submission(problem, body, source, language_key)
        if compiled.program is None:
            raise TaskDataError(
                f"the model solution of {problem.id} does not compile:\n{compiled.message[:2000]}",
                hint="mend the package, or bring the answers with it",
            )
        _keep_apart(problem, compiled.program)
        with self.slot(compiled.program) as box:
            inputs = [self.programs.place(problem, test.input) for test in body.tests]
            jobs = (output_job(body, box, compiled.program, given) for given in inputs)
            for test, (result,) in zip(body.tests, box.run(jobs), strict=True):
                kept = result.stdout[0]
                yield test.name, box.read(kept) if kept else result.executions[0]

    # --- the end -----------------------------------------------------------------------------

    def close(self) -> None:
        """End every slot; calls in progress fail with a BoxError. Safe to call twice."""
        for pool in (
            *self._pools.values(),
            *self._with_processes.values(),
            *self._compiling,
        ):
            pool.close()
        self._tier.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _code(problem: Problem) -> CodeBody:
    if not isinstance(problem.body, CodeBody):
        raise UnsupportedError(
            f"{problem.id} is not a programming problem", hint="its task must use another judge"
        )
    if problem.body.group is None:
        check_score_type(problem.body.score_type)
    return problem.body


def _check_language(problem: Problem, body: CodeBody, key: str) -> None:
    if body.languages and key not in body.languages:
        raise UnsupportedError(
            f"{problem.id} may not be solved in {key!r}",
            hint=f"its languages are {', '.join(body.languages)}",
        )


def _keep_apart(problem: Problem, *programs: Program | None) -> None:
    """Make sure that interpreted programs do not see the tests among what the host shows them."""
    if root_of(*programs) == "runtime" and shows(Path(problem.folder)):
        raise TaskDataError(
            f"{problem.folder} is in a folder that interpreted programs can read",
            hint="move it out of /usr; the data store is a place for it",
        )
