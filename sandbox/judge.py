"""A submission over its tests: compile, run, compare, add up.

Tests run in the order of the subtasks they first appear in. A test is skipped
only when it can no longer change a score: when every subtask it belongs to has a
zero already and its score type makes that final. Whatever our own side does wrong
is an exception; whatever the submission does wrong is in the grade.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.errors import TaskDataError, UnsupportedError
from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    Execution,
    FileRef,
    FileRole,
    Grade,
    PackageFile,
    Problem,
    SubtaskScore,
    TestResult,
    Verdict,
)
from harness.types import Test as TestCase
from sandbox.box import Box, Job, Role
from sandbox.compile import Compiled, Compiler
from sandbox.execute import BAND, Bench, job_for, judge_test, output_job
from sandbox.languages import Language, language
from sandbox.pool import Pool
from sandbox.subtasks import STOPS_AT_ZERO, check_score_type, score_subtasks, total
from sandbox.tiers import choose

VERSION = "1"
REPEATS = 3
"""Runs of a test whose time is near the limit, the first one included; the least counts."""


class CodeJudge:
    """Judges sources on problems; thread-safe, each call blocks until its grade is there."""

    def __init__(self, *, cache: Path, slots: int = 1, sandbox: str = "auto") -> None:
        tier = self._tier = choose(sandbox, cache)
        self._pool: Pool[Box] = Pool(tier.bare, slots)
        self._compiling: Pool[Box] = Pool(tier.toolchain, slots)
        self._compiler = Compiler(self._compiling, cache, tier.tools)
        # The first slot is opened now, so that a machine that cannot isolate is found out
        # before anything is generated.
        try:
            with self._pool.lease() as box:
                facts = box.facts
            compiler = tier.tools.version("g++")
        except BaseException:
            self.close()
            raise
        self.facts: tuple[tuple[str, str], ...] = tuple(
            sorted((*facts.detail, ("compiler", compiler), ("tier", facts.tier)))
        )
        self.note = tier.note
        """Which tier programs are judged on, in one line for people."""
        self.name = f"code/{VERSION} {facts.tier}, {compiler}"
        self._verified: set[tuple[str, str]] = set()
        self._grades: dict[tuple[str, str, str], Grade] = {}
        self._lock = threading.Lock()

    # --- judging -----------------------------------------------------------------------------

    def judge(
        self, problem: Problem, source: str, language: str, *, submission: str, attempt: str
    ) -> Grade:
        """Judge a source on every test.

        An equal source on an equal problem is judged once per process. Raises
        :class:`~harness.errors.JudgeError` when the package broke its contract,
        :class:`~harness.errors.TaskDataError` when its files are not what they were, and
        :class:`~harness.errors.BoxError` when the sandbox failed.
        """
        data = source.encode("utf-8", "surrogateescape")
        key = (problem.hash, language, hashlib.sha256(data).hexdigest())
        with self._lock:
            known = self._grades.get(key) if problem.hash else None
        if known is None:
            known = self._judge(problem, data, language)
            with self._lock:
                self._grades[key] = known
        return Grade(
            submission=submission,
            attempt=attempt,
            judge=known.judge,
            verdict=known.verdict,
            points=known.points,
            max_points=known.max_points,
            subtasks=known.subtasks,
            tests=known.tests,
            message=known.message,
            cpu_s=known.cpu_s,
            peak_memory_bytes=known.peak_memory_bytes,
        )

    def _judge(self, problem: Problem, source: bytes, key: str) -> Grade:
        body = _code(problem)
        compiled = self._compile(problem, body, source, language(key))
        if compiled.program is None:
            return self._grade(problem, body, {}, Verdict.CE, compiled.message)
        bench = Bench(
            problem=problem.id,
            body=body,
            program=compiled.program,
            helper=self._helper(problem, body),
        )
        with self._pool.lease() as box:
            results = self._run_tests(box, bench, Path(problem.folder))
        return self._grade(problem, body, results, None, "")

    def _run_tests(self, box: Box, bench: Bench, folder: Path) -> dict[str, TestResult]:
        results: dict[str, TestResult] = {}
        sent: list[TestCase] = []
        needed = Needed(bench.body)

        def jobs() -> Iterator[Job]:
            for test in _in_order(bench.body):
                if needed.by(test.name):
                    sent.append(test)
                    yield self._job(box, bench, folder, test)
                else:
                    results[test.name] = skipped(test)

        for done, outcome in enumerate(box.run(jobs())):
            if not needed.by(sent[done].name):
                # It was sent ahead, before the test that decided had its result. How far ahead
                # jobs are sent is a matter of speed, and must not show in a grade.
                results[sent[done].name] = skipped(sent[done])
                continue
            result = results[sent[done].name] = judge_test(bench, sent[done], outcome)
            # A time near the limit may be better when measured again, so it decides nothing yet.
            if result.score == 0.0 and not _near(bench.body, result):
                needed.lost(result.test)
        for test in sent:
            if _near(bench.body, results[test.name]):
                results[test.name] = self._again(box, bench, folder, test, results[test.name])
        return results

    def _again(
        self, box: Box, bench: Bench, folder: Path, test: TestCase, first: TestResult
    ) -> TestResult:
        """Measure a test near the limit again and return the run with the least CPU time."""
        job = self._job(box, bench, folder, test)
        found = [first]
        for outcome in box.run([job] * (REPEATS - 1)):
            found.append(judge_test(bench, test, outcome))
        best = min(found, key=lambda result: result.cpu_s)
        times = ", ".join(f"{result.cpu_s:.3f}" for result in found)
        reason = f"{best.reason}; " if best.reason else ""
        return TestResult(
            test=best.test,
            verdict=best.verdict,
            score=best.score,
            cpu_s=best.cpu_s,
            wall_s=best.wall_s,
            peak_memory_bytes=best.peak_memory_bytes,
            reason=f"{reason}near the limit, measured {len(found)} times: {times} s",
        )

    def _job(self, box: Box, bench: Bench, folder: Path, test: TestCase) -> Job:
        given = self._file(folder, test.input)
        answer = self._file(folder, test.answer) if test.answer else None
        return job_for(bench, box, test, given, answer)

    def _grade(
        self,
        problem: Problem,
        body: CodeBody,
        results: dict[str, TestResult],
        verdict: Verdict | None,
        message: str,
    ) -> Grade:
        if verdict is Verdict.CE:
            subtasks = tuple(
                SubtaskScore(name=s.name, points=0.0, max_points=s.points, verdict=Verdict.CE)
                for s in body.subtasks
            )
        else:
            subtasks = score_subtasks(body, results)
        points = total(subtasks, body.score_precision)
        return Grade(
            submission="",
            attempt="",
            judge=self.name,
            verdict=verdict or _overall(points, problem.max_points, results),
            points=points,
            max_points=problem.max_points,
            subtasks=subtasks,
            tests=tuple(results[test.name] for test in body.tests if test.name in results),
            message=message,
            cpu_s=max((result.cpu_s for result in results.values()), default=0.0),
            peak_memory_bytes=max((r.peak_memory_bytes for r in results.values()), default=0),
        )

    # --- making answers ----------------------------------------------------------------------

    def outputs(
        self, problem: Problem, source: str, language_key: str
    ) -> Iterator[tuple[str, bytes | Execution]]:
        """Run a source on every input of a batch problem and yield its outputs, or how it failed.

        Under the problem's own limits: a model solution that does not keep them proves that
        the package or the machine is not what it should be.
        """
        body = _code(problem)
        if body.kind is not CodeKind.BATCH:
            raise UnsupportedError(
                f"{problem.id} is a {body.kind.value} problem: it has no outputs to keep",
                hint="its tests need no answers",
            )
        data = source.encode("utf-8", "surrogateescape")
        compiled = self._compile(problem, body, data, language(language_key))
        if compiled.program is None:
            raise TaskDataError(
                f"the model solution of {problem.id} does not compile:\n{compiled.message[:2000]}",
                hint="mend the package, or bring the answers with it",
            )
        folder = Path(problem.folder)
        with self._pool.lease() as box:
            inputs = [self._file(folder, test.input) for test in body.tests]
            jobs = (output_job(body, box, compiled.program, given) for given in inputs)
            for test, (result,) in zip(body.tests, box.run(jobs), strict=True):
                kept = result.stdout[0]
                yield test.name, box.read(kept) if kept else result.executions[0]

    # --- programs ----------------------------------------------------------------------------

    def _compile(self, problem: Problem, body: CodeBody, source: bytes, lang: Language) -> Compiled:
        if b"\0" in source:
            return Compiled(None, "the source has a NUL character")
        name = body.source_name + lang.suffix
        files = {name: source}
        units = [name]
        for item in body.files:
            if item.role in (FileRole.GRADER, FileRole.HEADER):
                base = Path(item.file.path).name
                files[base] = self._file(Path(problem.folder), item.file).read_bytes()
                if item.role is FileRole.GRADER:
                    units.insert(0, base)
        return self._compiler.compile(lang, files, tuple(units), Role.CONTESTANT)

    def _helper(self, problem: Problem, body: CodeBody) -> Path | None:
        role = FileRole.MANAGER if body.kind is CodeKind.COMMUNICATION else FileRole.CHECKER
        if role is FileRole.CHECKER and body.comparison is not Comparison.CHECKER:
            return None
        folder = Path(problem.folder)
        sources = [item for item in body.files if item.role is role]
        if not sources:
            raise TaskDataError(
                f"{problem.id} needs a {role.value} and its package has none",
                hint=f"put the {role.value}'s source into {folder}",
            )
        beside = {
            Path(item.file.path).name: self._file(folder, item.file).read_bytes()
            for item in _belonging(body, sources[0])
        }
        units = tuple(Path(item.file.path).name for item in sources)
        what = f"the {role.value} of {problem.id}"
        return self._compiler.trusted(language("cpp"), beside, units, what)

    def _file(self, folder: Path, ref: FileRef) -> Path:
        """Return a package file after making sure, once, that it is what the problem says."""
        place = folder / ref.path
        key = (str(place), ref.sha256)
        if key in self._verified:
            return place
        try:
            with place.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise TaskDataError(
                f"{place} cannot be read: {error.strerror}",
                hint="bring the package in again with `harness data add`",
            ) from error
        if found != ref.sha256:
            raise TaskDataError(
                f"{place} has changed since the problem was read",
                hint="start a new run; a run is bound to the tests it was started with",
            )
        self._verified.add(key)
        return place

    def close(self) -> None:
        """End every slot; calls in progress fail with a BoxError. Safe to call twice."""
        self._pool.close()
        self._compiling.close()
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
    check_score_type(problem.body.score_type)
    return problem.body


def _belonging(body: CodeBody, source: PackageFile) -> list[PackageFile]:
    """Return the source with everything it may include: the files of its own folder."""
    folder = Path(source.file.path).parent
    roles = (source.role, FileRole.SUPPORT, FileRole.HEADER)
    return [
        item for item in body.files if item.role in roles and Path(item.file.path).parent == folder
    ]


def _in_order(body: CodeBody) -> list[TestCase]:
    """Return the tests by the subtask they first appear in; tests of no subtask are left out."""
    by_name = {test.name: test for test in body.tests}
    names = dict.fromkeys(name for subtask in body.subtasks for name in subtask.tests)
    return [by_name[name] for name in names]


def skipped(test: TestCase) -> TestResult:
    """Return the result of a test that can change nothing."""
    return TestResult(test=test.name, verdict=Verdict.SK, score=0.0)


class Needed:
    """Which tests can still change a score."""

    def __init__(self, body: CodeBody) -> None:
        self._stops = body.score_type in STOPS_AT_ZERO
        self._subtasks: dict[str, list[str]] = {}
        for subtask in body.subtasks:
            for test in subtask.tests:
                self._subtasks.setdefault(test, []).append(subtask.name)
        self._decided: set[str] = set()

    def lost(self, test: str) -> None:
        """Take note that a test scored zero, which decides every subtask it is in."""
        if self._stops:
            self._decided.update(self._subtasks[test])

    def by(self, test: str) -> bool:
        """Return whether a subtask that is still open needs a test."""
        return any(name not in self._decided for name in self._subtasks[test])


def _near(body: CodeBody, result: TestResult) -> bool:
    if result.verdict is Verdict.SK:
        return False
    return abs(result.cpu_s - body.time_limit_s) <= BAND * body.time_limit_s


def _overall(points: float, max_points: float, results: dict[str, TestResult]) -> Verdict:
    if points >= max_points:
        return Verdict.AC
    if points > 0.0:
        return Verdict.PAC
    failed = (r.verdict for r in results.values() if r.verdict not in (Verdict.AC, Verdict.SK))
    return next((v for v in failed if v is not Verdict.PAC), Verdict.WA)
