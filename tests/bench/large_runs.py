"""Runs as large as real ones: programs, prompts, answers with prose and maths, and many tests."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from harness.codec import SCHEMA
from harness.store import RunFolder, RunWriter
from harness.types import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    Contest,
    Contestant,
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
    RunRecord,
    RunSpec,
    Submission,
    SubmissionKind,
    SubtaskFeedback,
    SubtaskScore,
    Verdict,
)
from harness.types import TestResult as OneResult
from tests.bench.programs_like import program
from tests.reports.contests import code_problem, ioi

SUBTASKS = (5, 10, 15, 20, 25, 25)
TESTS = 7
"""New ones in each subtask."""

TIME = "2025-01-01T00:00:00Z"

STATEMENT = """## Task

A country has $n$ towns, numbered from $0$ to $n-1$, and $m$ roads. Road $i$ joins the towns $u_i$
and $v_i$ and takes $w_i$ minutes. For $q$ questions, find

$$ \\max_{0 \\le l \\le r < n} \\sum_{k=l}^{r} a_k \\cdot \\binom{r-l}{k-l} \\bmod 998244353. $$

* $2 \\le n \\le 2 \\cdot 10^5$, $n - 1 \\le m \\le 3 \\cdot 10^5$;
* $1 \\le q \\le 10^5$ and $|a_k| \\le 10^9$ for each $k$.

"""

THOUGHTS = """Let $f(i)$ be the best value of a prefix of length $i$. Then

\\[ f(i+1) = \\max\\bigl(f(i),\\; f(i - d) + a_i\\bigr), \\]

since an optimal set that holds $a_i$ leaves out the $d$ before it. **Complexity.** Every element is
looked at once, so all of it takes $O(n \\log n)$; the constants are small:

1. read the input with fast streams;
2. fill the table from left to right;
3. answer a question in $O(1)$ from the prefix sums $S_r - S_l$.

"""


@dataclass(frozen=True, slots=True)
class Shape:
    """How much there is in a run."""

    problems: int = 12
    attempts: int = 10
    """Of each contestant at each problem."""
    submissions: int = 10
    """Of each attempt."""
    distinct: int = 400
    """Programs that differ."""


def large_contest(problems: int) -> Contest:
    """Return an IOI of so many problems, whose statements may be shown."""
    made = (code_problem(f"p{n:02}", SUBTASKS, tests=TESTS) for n in range(problems))
    stated = (
        msgspec.structs.replace(one, statement=STATEMENT * 3 + f"Problem {one.id}.") for one in made
    )
    return ioi(*stated, show_statements=True).sealed()


def write_large_run(place: Path, who: Sequence[Contestant], shape: Shape) -> RunFolder:
    """Write a run of some contestants."""
    contest = large_contest(shape.problems)
    record = RunRecord(
        schema=SCHEMA,
        id=place.name,
        spec=RunSpec(
            task=contest.id, task_version="1", backend="scripted", attempts=shape.attempts
        ),
        contest=contest,
        contestants=tuple(who),
        planned=len(who) * shape.problems * shape.attempts,
        harness_version="0.0.1",
        harness_commit="c0ffee" * 6,
        judge=(("tier", "embedded"),),
        machine=(("cores", "2"),),
        started=TIME,
    )
    with RunWriter.create(place, record) as writer:
        for one in who:
            for problem in contest.problems:
                for sample in range(shape.attempts):
                    for each in _Attempt(writer, problem, one.id, sample, shape).records():
                        writer.append(each)
        writer.seal(TIME)
    return RunFolder(place)


@lru_cache(maxsize=10_000)
def _program(number: int) -> str:
    return program(number)


class _Attempt:
    """One attempt: submissions that get better, each with what was said about the one before."""

    def __init__(
        self, writer: RunWriter, problem: Problem, who: str, sample: int, shape: Shape
    ) -> None:
        self._writer = writer
        self._problem = problem
        self._who = who
        self._sample = sample
        self._shape = shape
        self._name = f"{problem.id}:{who}:{sample}"
        self._dice = random.Random(self._name)

    def records(self) -> Iterator[Record]:
        """Yield what a session would write."""
        yield AttemptStart(
            id=self._name,
            contestant=self._who,
            problem=self._problem.id,
            sample=self._sample,
            time=TIME,
        )
        best = told = None
        for ordinal in range(self._shape.submissions):
            source = _program(self._dice.randrange(self._shape.distinct))
            yield from self._said(ordinal, source, told)
            grade = self._grade(ordinal + 1)
            yield grade
            told = _feedback(grade)
            yield told
            if best is None or grade.points > best.points:
                best = grade
        assert best is not None
        yield AttemptEnd(
            attempt=self._name,
            status=AttemptStatus.DONE,
            points=best.points,
            max_points=self._problem.max_points,
            subtasks=best.subtasks,
            verdict=best.verdict,
            submissions=self._shape.submissions,
            generated=self._shape.submissions,
            tokens_out=2345 * self._shape.submissions,
            seconds=round(34.5 * self._shape.submissions, 3),
        )

    def _said(self, ordinal: int, source: str, told: Feedback | None) -> Iterator[Record]:
        asked = self._problem.statement
        if told is not None:
            asked += f"\n\nYour last program reached {told.points} points; {told.message}."
        messages = [Message(role="user", content=asked)]
        put, name = self._writer.put_text, self._name
        yield Prompt(
            id=f"{name}#p{ordinal}",
            attempt=name,
            ordinal=ordinal,
            text=put(msgspec.json.encode(messages).decode()),
            template_hash="t",
            template="improve" if told else "solve",
        )
        answer = f"Try {ordinal} of {name}.\n\n{THOUGHTS}```cpp\n{source}```\n"
        yield Generation(
            id=f"{name}#g{ordinal}",
            attempt=name,
            ordinal=ordinal,
            prompt=f"{name}#p{ordinal}",
            text=put(answer),
            reasoning=None,
            finish_reason=FinishReason.STOP,
            tokens_in=1234,
            tokens_out=2345,
            seconds=34.5,
            seed=ordinal,
            backend="scripted",
        )
        if self._dice.random() < 0.05:
            yield Note(attempt=name, kind=NoteKind.RETRIED, text="the server was busy; asked again")
        yield Submission(
            id=f"{name}#s{ordinal + 1}",
            attempt=name,
            ordinal=ordinal + 1,
            kind=SubmissionKind.CODE,
            language="cpp17",
            content=put(source),
            generations=(f"{name}#g{ordinal}",),
        )

    def _grade(self, ordinal: int) -> Grade:
        strength = 0.1 + 0.08 * (hash_of(self._who) % 7) + 0.02 * ordinal
        passed = [self._dice.random() < strength + 0.1 for _ in SUBTASKS]
        tests: list[OneResult] = []
        subtasks: list[SubtaskScore] = []
        for number, (points, all_right) in enumerate(zip(SUBTASKS, passed, strict=True), start=1):
            broken = self._dice.randrange(TESTS)
            for test in range(TESTS):
                wrong = not all_right and test == broken
                skipped = not all_right and test > broken
                tests.append(self._test(f"{number}-{test:02}", wrong=wrong, skipped=skipped))
            subtasks.append(
                SubtaskScore(
                    name=str(number),
                    points=float(points) if all_right else 0.0,
                    max_points=float(points),
                    deciding_test="" if all_right else f"{number}-{broken:02}",
                    verdict=Verdict.AC if all_right else Verdict.WA,
                )
            )
        points = sum(s.points for s in subtasks)
        whole = Verdict.AC if all(passed) else Verdict.PAC if points else Verdict.WA
        return Grade(
            submission=f"{self._name}#s{ordinal}",
            attempt=self._name,
            judge="code/4 embedded",
            verdict=whole,
            points=points,
            max_points=self._problem.max_points,
            subtasks=tuple(subtasks),
            tests=tuple(tests),
            cpu_s=max(each.cpu_s for each in tests),
            peak_memory_bytes=max(each.peak_memory_bytes for each in tests),
            language="C++17 (g++)",
            tools=(("g++", "g++ (Debian) 12.2.0"),),
        )

    def _test(self, name: str, *, wrong: bool, skipped: bool) -> OneResult:
        if skipped:
            return OneResult(test=name, verdict=Verdict.SK, score=0.0)
        line, got = self._dice.randrange(99_999), self._dice.randrange(-(10**9), 10**9)
        return OneResult(
            test=name,
            verdict=Verdict.WA if wrong else Verdict.AC,
            score=0.0 if wrong else 1.0,
            cpu_s=round(self._dice.uniform(0.01, 1.5), 6),
            wall_s=round(self._dice.uniform(0.02, 1.8), 6),
            peak_memory_bytes=self._dice.randrange(3 << 20, 200 << 20),
            reason=f"line {line}: {got} is not {got ^ 4095}" if wrong else "",
        )


def _feedback(grade: Grade) -> Feedback:
    lost = [s.name for s in grade.subtasks if s.points < s.max_points]
    return Feedback(
        submission=grade.submission,
        attempt=grade.attempt,
        points=grade.points,
        subtasks=tuple(
            SubtaskFeedback(
                name=s.name, points=s.points, max_points=s.max_points, verdict=s.verdict.value
            )
            for s in grade.subtasks
        ),
        message=f"subtasks without all points: {', '.join(lost) or 'none'}",
    )


def hash_of(name: str) -> int:
    """Return a number that is the same in every process, as ``hash`` is not."""
    return sum(ord(letter) * place for place, letter in enumerate(name, start=1))
