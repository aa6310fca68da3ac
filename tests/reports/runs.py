"""Run folders written by hand: every record as a session would leave it, without the wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from harness.store import RunFolder, RunWriter
from harness.types import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    Certainty,
    CodeBody,
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
    RunRecord,
    RunSpec,
    SelfTest,
    Submission,
    SubmissionKind,
    SubtaskFeedback,
    SubtaskScore,
    Verdict,
)
from harness.types import TestResult as OneResult

SOURCE = """#include <iostream>
// reads and writes
int main() {
    std::string who = "world";
    std::cout << who << 42 << '\\n';
}
"""


@dataclass(frozen=True)
class Did:
    """What a contestant did in one attempt."""

    shares: tuple[float, ...] = ()
    """Share of each subtask; empty for an attempt without a result."""
    status: AttemptStatus = AttemptStatus.DONE
    source: str = SOURCE
    message: str = ""
    remark: str = ""
    verdict: Verdict | None = None
    ended: bool = True
    notes: tuple[NoteKind, ...] = ()
    reason: str = ""
    tries: int = 1
    """Submissions that the end of the attempt tells of; only the last one has records."""


VOID = Did(status=AttemptStatus.VOID, reason="the server went away", notes=(NoteKind.VOID,))
EMPTY = Did(status=AttemptStatus.EMPTY, reason="the recording has no such sample")
UNFINISHED = Did(ended=False)


def write_run(
    place: Path,
    contest: Contest,
    did: dict[tuple[str, str], Sequence[Did]],
    contestants: Sequence[Contestant],
    *,
    sealed: bool = True,
    judge: tuple[tuple[str, str], ...] = (("tier", "embedded"),),
    spec: RunSpec | None = None,
    run_id: str = "",
    self_tests: tuple[SelfTest, ...] | None = None,
) -> RunFolder:
    """Write a run in which each contestant did, at each problem, what ``did`` says."""
    record = RunRecord(
        schema=1,
        id=run_id or place.name,
        spec=spec or RunSpec(task=contest.id, task_version="1", backend="scripted"),
        contest=contest,
        contestants=tuple(contestants),
        planned=sum(map(len, did.values())),
        harness_version="0.0.1",
        harness_commit="c0ffee" * 6,
        judge=judge,
        machine=(("cores", "2"),),
        started="2025-01-01T00:00:00Z",
        self_tests=self_tests,
    )
    with RunWriter.create(place, record) as writer:
        for (who, name), attempts in did.items():
            problem = next(p for p in contest.problems if p.id == name)
            for sample, one in enumerate(attempts):
                _attempt(writer, problem, who, sample, one)
        if sealed:
            writer.seal("2025-01-01T01:00:00Z")
    return RunFolder(place)


def _attempt(writer: RunWriter, problem: Problem, who: str, sample: int, did: Did) -> None:
    name = f"{problem.id}:{who}:{sample}"
    writer.append(
        AttemptStart(
            id=name, contestant=who, problem=problem.id, sample=sample, time="2025-01-01T00:00:00Z"
        )
    )
    for kind in did.notes:
        writer.append(Note(attempt=name, kind=kind, text=did.reason or "a note"))
    submitted = did.status is AttemptStatus.DONE and bool(did.shares)
    if did.status is AttemptStatus.DONE:
        _generation(writer, problem, name, did)
    grade = _grade(problem, name, did) if submitted else None
    if grade is not None:
        _submission(writer, name, did, grade)
    if did.ended:
        done = did.status is AttemptStatus.DONE
        writer.append(
            AttemptEnd(
                attempt=name,
                status=did.status,
                points=(grade.points if grade else 0.0) if done else None,
                max_points=problem.max_points,
                subtasks=grade.subtasks if grade else (),
                verdict=grade.verdict if grade else None,
                submissions=did.tries if submitted else 0,
                penalty=20 * (did.tries - 1) if grade and grade.verdict is Verdict.AC else 0,
                tokens_out=1234 if done else 0,
                seconds=2.5 if done else 0.0,
                reason=did.reason,
            )
        )


def _generation(writer: RunWriter, problem: Problem, name: str, did: Did) -> None:
    asked = msgspec.json.encode([Message(role="user", content=problem.statement)]).decode()
    writer.append(
        Prompt(
            id=f"{name}#p0",
            attempt=name,
            ordinal=0,
            text=writer.put_text(asked),
            template_hash="t",
        )
    )
    writer.append(
        Generation(
            id=f"{name}#g0",
            attempt=name,
            ordinal=0,
            prompt=f"{name}#p0",
            text=writer.put_text(f"My program:\n```cpp\n{did.source}\n```"),
            reasoning=writer.put_text("a secret train of thought"),
            finish_reason=FinishReason.STOP,
            tokens_in=10,
            tokens_out=1234,
            seconds=2.5,
            seed=1,
            backend="scripted",
        )
    )


def _grade(problem: Problem, name: str, did: Did) -> Grade:
    body = problem.body
    if not isinstance(body, CodeBody):
        points = problem.max_points * did.shares[0]
        return Grade(
            submission=f"{name}#s1",
            attempt=name,
            judge="answers/1",
            verdict=did.verdict or (Verdict.AC if did.shares[0] == 1 else Verdict.WA),
            points=points,
            max_points=problem.max_points,
            message=did.message or "compared as integers: 7",
        )
    share_of = dict(zip((s.name for s in body.subtasks), did.shares, strict=True))
    results = []
    for test in body.tests:
        first = next(s.name for s in body.subtasks if test.name in s.tests)
        share = share_of[first]
        verdict = Verdict.AC if share == 1 else Verdict.WA if share == 0 else Verdict.PAC
        results.append(
            OneResult(
                test=test.name,
                verdict=verdict,
                score=share,
                cpu_s=0.012,
                peak_memory_bytes=3 * 2**20,
                reason=did.remark,
            )
        )
    subtasks = tuple(
        SubtaskScore(
            name=s.name,
            points=s.points * share_of[s.name],
            max_points=s.points,
            deciding_test=s.tests[-1] if share_of[s.name] < 1 else "",
            verdict=Verdict.AC if share_of[s.name] == 1 else Verdict.WA,
        )
        for s in body.subtasks
    )
    points = sum(s.points for s in subtasks)
    whole = Verdict.AC if points == problem.max_points else Verdict.PAC if points else Verdict.WA
    return Grade(
        submission=f"{name}#s1",
        attempt=name,
        judge="code/1 embedded",
        verdict=did.verdict or whole,
        points=points,
        max_points=problem.max_points,
        subtasks=subtasks,
        tests=() if did.verdict is Verdict.CE else tuple(results),
        message=did.message,
        cpu_s=0.012,
        peak_memory_bytes=3 * 2**20,
        language="C++20 (g++)",
        tools=(("g++", "g++ (Debian) 12.2.0"),),
    )


def _submission(writer: RunWriter, name: str, did: Did, grade: Grade) -> None:
    code = bool(grade.subtasks)
    writer.append(
        Submission(
            id=f"{name}#s1",
            attempt=name,
            ordinal=1,
            kind=SubmissionKind.CODE if code else SubmissionKind.ANSWER,
            language="cpp" if code else "",
            content=writer.put_text(did.source),
            generations=(f"{name}#g0",),
            certainty=Certainty.DOUBTFUL if NoteKind.DOUBTFUL in did.notes else Certainty.CLEAR,
        )
    )
    writer.append(grade)
    writer.append(
        Feedback(
            submission=f"{name}#s1",
            attempt=name,
            points=grade.points,
            message=did.message,
            subtasks=tuple(
                SubtaskFeedback(name=s.name, points=s.points, max_points=s.max_points)
                for s in grade.subtasks
            ),
        )
    )
