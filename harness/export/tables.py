"""What runs hold as tables: one row for each attempt, generation, submission, subtask and test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from harness.history import AttemptLog
from harness.layers import LOG_ONLY
from harness.store import RunFolder
from harness.types import Submission

Value = str | int | float | bool | None
Row = tuple[Value, ...]


class Column(msgspec.Struct, frozen=True):
    """One column: its name, and the type of what is in it where there is anything."""

    name: str
    kind: type[str] | type[int] | type[float]


def _columns(words: str) -> tuple[Column, ...]:
    kinds: dict[str, type[str] | type[int] | type[float]] = {"i": int, "f": float}
    pairs = (word.partition(":") for word in words.split())
    return tuple(Column(name, kinds.get(kind, str)) for name, _, kind in pairs)


WHERE = "run layer contest problem contestant sample:i attempt"
"""The columns that every table begins with; ``layer`` is ``log`` where the run's own judging is."""


class Source(msgspec.Struct, frozen=True):
    """One attempt of a run, with where it is."""

    run: RunFolder
    past: AttemptLog

    @property
    def where(self) -> Row:
        """The cells that every row begins with."""
        start = self.past.start
        assert start is not None
        return (
            self.run.record.id,
            self.run.layer.name if self.run.layer else LOG_ONLY,
            self.run.record.contest.id,
            start.problem,
            start.contestant,
            start.sample,
            start.id,
        )

    @property
    def subset(self) -> str | None:
        """The part of a benchmark that its problem is in."""
        assert self.past.start is not None
        name = self.past.start.problem
        problems = self.run.record.contest.problems
        return next((problem.subset or None for problem in problems if problem.id == name), None)


class Table(msgspec.Struct, frozen=True):
    """One table and how its rows are found, attempt by attempt."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Source], Iterator[Row]]


def _attempts(source: Source) -> Iterator[Row]:
    end = source.past.end
    if end is None:
        yield (*source.where, "unfinished", *([None] * 11), source.subset)
        return
    yield (
        *source.where,
        end.status.value,
        end.points,
        end.max_points,
        end.verdict.value if end.verdict else None,
        end.submissions,
        end.rejected,
        end.penalty,
        end.generated,
        end.tokens_out,
        end.seconds,
        end.reason or None,
        source.past.starts,
        source.subset,
    )


def _generations(source: Source) -> Iterator[Row]:
    for _, made in sorted(source.past.generations.items()):
        yield (
            *source.where,
            made.id,
            made.ordinal,
            made.finish_reason.value,
            made.tokens_in,
            made.tokens_out,
            made.seconds,
            # A seed has up to 63 bits, which a spreadsheet's numbers do not hold.
            None if made.seed is None else str(made.seed),
            made.tries,
            made.confidence,
            made.text.sha256,
            made.text.size,
            made.backend,
        )


def _submissions(source: Source) -> Iterator[Row]:
    past = source.past
    for submission in past.submissions:
        grade = past.grades.get(submission.id)
        yield (
            *source.where,
            submission.id,
            submission.ordinal,
            submission.kind.value,
            submission.language or None,
            submission.certainty.value,
            submission.content.sha256,
            submission.content.size,
            " ".join(submission.generations),
            *(
                (
                    grade.verdict.value,
                    grade.points,
                    grade.max_points,
                    grade.cpu_s,
                    grade.peak_memory_bytes,
                    grade.least_points,
                    grade.message or None,
                    grade.judge,
                )
                if grade
                else (None,) * 8
            ),
            ", ".join(f"{mark.person} {mark.points:g}" for mark in past.marked_by(submission.id))
            or None,
        )


def _graded(source: Source) -> Iterator[Submission]:
    grades: Mapping[str, object] = source.past.grades
    return (each for each in source.past.submissions if each.id in grades)


def _subtasks(source: Source) -> Iterator[Row]:
    for submission in _graded(source):
        for score in source.past.grades[submission.id].subtasks:
            yield (
                *source.where,
                submission.id,
                score.name,
                score.points,
                score.max_points,
                score.verdict.value,
                score.deciding_test or None,
            )


def _tests(source: Source) -> Iterator[Row]:
    for submission in _graded(source):
        for result in source.past.grades[submission.id].tests:
            yield (
                *source.where,
                submission.id,
                result.test,
                result.verdict.value,
                result.score,
                result.cpu_s,
                result.wall_s,
                result.peak_memory_bytes,
                result.reason or None,
            )


TABLES = (
    Table(
        "attempts",
        _columns(
            f"{WHERE} status points:f max_points:f verdict submissions:i rejected:i penalty:i "
            "generated:i tokens_out:i seconds:f reason starts:i subset"
        ),
        _attempts,
    ),
    Table(
        "generations",
        _columns(
            f"{WHERE} generation ordinal:i finish_reason tokens_in:i tokens_out:i seconds:f seed "
            "tries:i confidence:f text_sha256 text_bytes:i backend"
        ),
        _generations,
    ),
    Table(
        "submissions",
        _columns(
            f"{WHERE} submission ordinal:i kind language certainty content_sha256 content_bytes:i "
            "generations verdict points:f max_points:f cpu_s:f peak_memory_bytes:i "
            "least_points:f message judge people"
        ),
        _submissions,
    ),
    Table(
        "subtasks",
        _columns(f"{WHERE} submission subtask points:f max_points:f verdict deciding_test"),
        _subtasks,
    ),
    Table(
        "tests",
        _columns(
            f"{WHERE} submission test verdict score:f cpu_s:f wall_s:f peak_memory_bytes:i reason"
        ),
        _tests,
    ),
)
