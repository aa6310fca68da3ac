"""How long a log of a million records takes to be read, and how much memory that needs.

``python -m tests.bench.replay [RECORDS]`` writes a log as a run of independent attempts leaves it,
and reads it back in processes of their own: record by record; into the scoreboard, as ``harness
report`` begins, and into those of two runs, as ``harness compare`` does; into what is known of each
attempt, as ``--resume`` begins, and with every attempt read once after that; and into a report of
as many attempts as ``--report`` says. ``--tests`` shows that memory does not grow with results of
tests.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harness.board import boards
from harness.codec import SCHEMA, Header, encode_line
from harness.history import history
from harness.store import LOG, RunFolder, RunWriter
from harness.types import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
    CodeBody,
    Contest,
    Contestant,
    Feedback,
    FinishReason,
    Generation,
    Grade,
    Problem,
    Prompt,
    Record,
    RunRecord,
    RunSpec,
    Submission,
    SubmissionKind,
    Subtask,
    SubtaskFeedback,
    SubtaskScore,
    TextRef,
    Verdict,
)
from harness.types import TestResult as OneResult
from tests.fakes.bodies import code_body

RECORDS = 1_000_000
EACH = 7
"""Records of an attempt: start, prompt, generation, submission, grade, feedback, end."""

PROBLEMS = 12
CONTESTANTS = 10
SUBTASKS = 5
TESTS = 6
"""Of each subtask."""

TIME = "2025-01-01T00:00:00Z"


def main() -> None:
    """Write a log and time its readers."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("records", nargs="?", type=int, default=RECORDS)
    read.add_argument("--report", type=int, default=1200, metavar="ATTEMPTS")
    read.add_argument("--tests", type=int, default=TESTS, help="of each subtask")
    read.add_argument("--only", choices=tuple(READERS), help=argparse.SUPPRESS)
    read.add_argument("--place", type=Path, help=argparse.SUPPRESS)
    args = read.parse_args()
    if args.only:
        _timed(args.only, args.place)
        return
    with tempfile.TemporaryDirectory(prefix="harness-replay-") as name:
        place = write_run(Path(name) / "run", args.records // EACH, args.tests)
        small = write_run(Path(name) / "small", args.report, args.tests, texts=True)
        size = (place / LOG).stat().st_size
        print(f"{args.records // EACH * EACH:,} records, {size / 1e6:,.0f} MB")
        for reader in READERS:
            where = small if reader == "report" else place
            if reader == "report":
                print(f"{args.report:,} attempts, with texts")
            command = (sys.executable, "-m", "tests.bench.replay", "--only", reader)
            subprocess.run([*command, "--place", str(where)], check=True)


def _timed(reader: str, place: Path) -> None:
    started, spent = time.perf_counter(), time.process_time()
    found = READERS[reader](place)
    wall, cpu = time.perf_counter() - started, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{reader:>8}: {cpu:6.1f} s of CPU, {wall:6.1f} s, peak {peak:,.0f} MiB, {found}")


def _replay(place: Path) -> str:
    return f"{sum(1 for _ in RunFolder(place).replay()):,} records"


def _boards(place: Path) -> str:
    (board,) = boards([RunFolder(place)])
    return f"{len(board.rows)} rows"


def _history(place: Path) -> str:
    return f"{len(history(RunFolder(place))):,} attempts"


def _attempts(place: Path) -> str:
    handed_in = sum(len(past.submissions) for past in history(RunFolder(place)).values())
    return f"{handed_in:,} submissions, every attempt read"


def _resume(place: Path) -> str:
    run = RunFolder(place)
    ended = history(run).ended
    return f"{len(ended):,} of {run.record.planned:,} attempts need not be done again"


def _compare(place: Path) -> str:
    base, new = (boards([RunFolder(each)])[0] for each in (place, place))
    return f"{len(base.rows) + len(new.rows)} rows of two runs"


def _report(place: Path) -> str:
    from reports.build import build_report

    index = build_report([RunFolder(place)], place.parent / "report")
    size = sum(file.stat().st_size for file in index.parent.rglob("*") if file.is_file())
    return f"{size / 1e6:.0f} MB of pages"


READERS = {
    "replay": _replay,
    "boards": _boards,
    "compare": _compare,
    "history": _history,
    "resume": _resume,
    "attempts": _attempts,
    "report": _report,
}


def the_contest(tests: int = TESTS) -> Contest:
    """Return problems with subtasks, as an IOI has them."""
    subtasks = tuple(
        Subtask(
            name=f"{number:02}-part",
            points=100 / SUBTASKS,
            tests=tuple(f"{number}-{test:02}" for test in range(tests)),
        )
        for number in range(SUBTASKS)
    )
    return Contest(
        id="replay",
        title="Replay",
        date="2025-01-01",
        rules="ioi",
        submission_limit=50,
        problems=tuple(
            Problem(
                id=f"p{number}",
                title=f"Problem {number}",
                statement="Solve it.",
                max_points=100.0,
                body=code_body(score_type="group_min", subtasks=subtasks),
                hash=f"{number:064x}",
            )
            for number in range(PROBLEMS)
        ),
    ).sealed()


def write_run(place: Path, attempts: int, tests: int = TESTS, *, texts: bool = False) -> Path:
    """Write a run of so many attempts; without texts, what they were is not in the folder."""
    contest = the_contest(tests)
    record = RunRecord(
        schema=SCHEMA,
        id=place.name,
        spec=RunSpec(task="replay", task_version="1", backend="scripted", attempts=None),
        contest=contest,
        contestants=tuple(Contestant(id=f"c{n}", title=f"C {n}") for n in range(CONTESTANTS)),
        planned=attempts,
        harness_version="0",
        harness_commit="",
        judge=(("judge", "3"),),
        machine=(),
        started=TIME,
        ended=TIME,
    )
    writer = RunWriter.create(place, record)
    refs = []
    for number in range(50):
        source = f"// {number}\n" + "int main() { return 0; }\n" * 100
        refs.append(writer.put_text(source) if texts else TextRef(sha256=f"{number:064x}", size=9))
    writer.close()
    with (place / LOG).open("wb") as log:
        log.write(encode_line(Header(schema=SCHEMA, run=record.id)))
        for number in range(attempts):
            log.write(b"".join(map(encode_line, _attempt(contest, number, refs))))
    return place


def _attempt(contest: Contest, number: int, refs: list[TextRef]) -> Iterator[Record]:
    problem = contest.problems[number % PROBLEMS]
    who, sample = f"c{number // PROBLEMS % CONTESTANTS}", number // PROBLEMS // CONTESTANTS
    name, text = f"{problem.id}:{who}:{sample}", refs[number % len(refs)]
    yield AttemptStart(id=name, contestant=who, problem=problem.id, sample=sample, time=TIME)
    yield Prompt(id=f"{name}#p0", attempt=name, ordinal=0, text=text, template_hash="t")
    yield Generation(
        id=f"{name}#g0",
        attempt=name,
        ordinal=0,
        prompt=f"{name}#p0",
        text=text,
        reasoning=text,
        finish_reason=FinishReason.STOP,
        tokens_in=900,
        tokens_out=12_345,
        seconds=123.456,
        seed=number,
        backend="scripted",
    )
    yield Submission(
        id=f"{name}#s1",
        attempt=name,
        ordinal=1,
        kind=SubmissionKind.CODE,
        language="cpp",
        content=text,
        generations=(f"{name}#g0",),
    )
    grade = _grade(problem, name, number)
    yield grade
    yield Feedback(
        submission=f"{name}#s1",
        attempt=name,
        points=grade.points,
        subtasks=tuple(
            SubtaskFeedback(name=s.name, points=s.points, max_points=s.max_points)
            for s in grade.subtasks
        ),
    )
    yield AttemptEnd(
        attempt=name,
        status=AttemptStatus.DONE,
        points=grade.points,
        max_points=100.0,
        subtasks=grade.subtasks,
        verdict=grade.verdict,
        submissions=1,
        generated=1,
        tokens_out=12_345,
        seconds=123.456,
    )


def _grade(problem: Problem, name: str, number: int) -> Grade:
    assert isinstance(problem.body, CodeBody)
    passed = number % (SUBTASKS + 1)
    subtasks = tuple(
        SubtaskScore(
            name=f"{n:02}-part",
            points=100 / SUBTASKS if n < passed else 0.0,
            max_points=100 / SUBTASKS,
            deciding_test="" if n < passed else f"{n}-00",
            verdict=Verdict.AC if n < passed else Verdict.WA,
        )
        for n in range(SUBTASKS)
    )
    tests = tuple(
        OneResult(
            test=f"{n}-{test:02}",
            verdict=Verdict.AC if n < passed else Verdict.SK if test else Verdict.WA,
            score=1.0 if n < passed else 0.0,
            cpu_s=0.012345,
            wall_s=0.023456,
            peak_memory_bytes=3_456_789,
        )
        for n, subtask in enumerate(problem.body.subtasks)
        for test in range(len(subtask.tests))
    )
    points = sum(s.points for s in subtasks)
    return Grade(
        submission=f"{name}#s1",
        attempt=name,
        judge="code/3 embedded, g++ 12",
        verdict=Verdict.AC if passed == SUBTASKS else Verdict.PAC if passed else Verdict.WA,
        points=points,
        max_points=problem.max_points,
        subtasks=subtasks,
        tests=tests,
        cpu_s=0.012345,
        peak_memory_bytes=3_456_789,
        language="C++20 (g++)",
        tools=(("g++", "g++ (Debian) 12.2.0"),),
    )


if __name__ == "__main__":
    main()
