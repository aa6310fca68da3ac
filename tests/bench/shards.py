"""What a large run weighs: ``python -m tests.bench.shards [ATTEMPTS [SHARDS]]``.

Writes the logs of a run of programs in shards (100,000 attempts in 100 of them) as sessions write
them, with answers and thoughts of LETTERS letters in all, and merges them. Prints bytes of log and
of texts an attempt, and the seconds, memory and files of the merge.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from harness.merging import merge
from harness.run import Planned, plan
from harness.shards import Part, shard_of, share
from harness.store import BLOBS, LOG, RunWriter
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Feedback,
    FinishReason,
    Generation,
    Grade,
    Prompt,
    Submission,
    SubmissionKind,
    SubtaskScore,
    TestResult,
    Verdict,
)
from tests.fakes.scripted import ScriptedBackend, contest, problem, says, start_run

TESTS, SUBTASKS = 60, 6
LETTERS = 40_000
"""Of an answer with its thoughts, in words: some 10,000 tokens."""
WORDS = [f"{a}{b}{c}" for a in "bdfglmnprst" for b in "aeiou" for c in ("n", "r", "st", "le", "")]


def main() -> int:
    """Write, merge and tell."""
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    shards = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    problems = contest(*(problem(f"p{n}") for n in range(10)))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        backend = ScriptedBackend(lambda _: says("7"))
        with start_run(home / "plan", backend, problems, attempts // 10) as writer:
            record = writer.record
        todo = plan(problems, backend, record.spec)
        ids = [each.start.id for each in todo]
        drawn = random.Random(0)
        begun = time.monotonic()
        for number in range(1, shards + 1):
            shard = shard_of(ids, Part(number, shards))
            ours = share(todo, shard)
            of = msgspec.structs.replace(
                record, id=f"run-7f3a-{number}of{shards}", shard=shard, planned=len(ours)
            )
            with RunWriter.create(home / "shards" / of.id, of) as writer:
                ends = [write(writer, each, drawn) for each in ours]
                writer._fresh.clear()  # what is measured later does not wait for this disk
                writer.append_ends(ends)
                writer.seal("2026-01-01T00:00:00Z")
        written_s = time.monotonic() - begun
        parts = sorted((home / "shards").iterdir())
        log = sum((part / LOG).stat().st_size for part in parts)
        texts = [text.stat().st_size for part in parts for text in (part / BLOBS).rglob("*.gz")]
        begun, spent = time.monotonic(), time.process_time()
        merged = merge(parts, home / "runs")
        merged_s, cpu_s = time.monotonic() - begun, time.process_time() - spent
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{merged.attempts:,} attempts of {TESTS} tests in {shards} shards, written in "
            f"{written_s:.0f} s: {log / attempts:,.0f} bytes of log an attempt, {len(texts):,} "
            f"texts of {sum(texts) / max(1, len(texts)):,.0f} bytes packed, "
            f"{sum(texts) / attempts:,.0f} bytes of texts an attempt"
        )
        print(
            f"merged in {merged_s:.1f} s, {cpu_s:.1f} CPU s, with at most {memory:,.0f} MiB; "
            f"{merged.missing} missing"
        )
    return 0


def write(writer: RunWriter, planned: Planned, drawn: random.Random) -> AttemptEnd:
    """Write what a session writes of one attempt at a programming problem."""
    start = planned.start
    name = start.id
    writer.append(start)
    asked = writer.put_text(f"[prompt of {start.problem}]" * 100)
    writer.append(
        Prompt(id=f"{name}#p0", attempt=name, ordinal=0, text=asked, template_hash="0" * 64)
    )
    said = " ".join(drawn.choices(WORDS, k=LETTERS // 4))
    writer.append(
        Generation(
            id=f"{name}#g0",
            attempt=name,
            ordinal=0,
            prompt=f"{name}#p0",
            text=writer.put_text(said[: LETTERS // 10]),
            reasoning=writer.put_text(said[LETTERS // 10 :]),
            finish_reason=FinishReason.STOP,
            tokens_in=1000,
            tokens_out=10_000,
            seconds=321.123,
            seed=drawn.getrandbits(63),
            backend="openai:checkpoint",
        )
    )
    handed = f"{name}#s1"
    writer.append(
        Submission(
            id=handed,
            attempt=name,
            ordinal=1,
            kind=SubmissionKind.CODE,
            language="cpp",
            content=writer.put_text(said[:2000]),
            generations=(f"{name}#g0",),
        )
    )
    subtasks = tuple(
        SubtaskScore(name=f"0{n}-part", points=10.0, max_points=10.0, verdict=Verdict.AC)
        for n in range(SUBTASKS)
    )
    writer.append(grade(handed, name, subtasks, drawn))
    writer.append(Feedback(submission=handed, attempt=name, points=60.0))
    return AttemptEnd(
        attempt=name,
        status=AttemptStatus.DONE,
        points=60.0,
        max_points=100.0,
        subtasks=subtasks,
        verdict=Verdict.PAC,
        submissions=1,
        generated=1,
        tokens_out=10_000,
        seconds=321.123,
    )


def grade(
    handed: str, name: str, subtasks: tuple[SubtaskScore, ...], drawn: random.Random
) -> Grade:
    """Return a grade with all its tests."""
    return Grade(
        submission=handed,
        attempt=name,
        judge="code/3 docker, g++ 12.2.0",
        verdict=Verdict.PAC,
        points=60.0,
        max_points=100.0,
        subtasks=subtasks,
        tests=tuple(
            TestResult(
                test=f"{n // 10:02}-{n % 10:02}",
                verdict=Verdict.AC,
                score=1.0,
                cpu_s=round(drawn.random(), 6),
                wall_s=round(drawn.random(), 6),
                peak_memory_bytes=drawn.getrandbits(24),
            )
            for n in range(TESTS)
        ),
        cpu_s=0.9,
        peak_memory_bytes=1 << 24,
    )


if __name__ == "__main__":
    raise SystemExit(main())
