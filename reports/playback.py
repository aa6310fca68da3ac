"""What the charts need of a run's log, kept while its attempts are in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.board import Cell, Row
from harness.history import AttemptLog
from harness.types import Grade
from reports.charts.dots import Marked
from reports.evidence import Evidence

MARKED = 400
"""Proofs whose marks are kept."""


@dataclass(slots=True)
class Playback:
    """The growth of scores, and marks of juries; of all runs of a board."""

    marks: list[Marked] = field(default_factory=list)
    top: float = 0.0
    """Of the marks' scale."""
    _grown: dict[int, list[list[float] | None]] = field(default_factory=dict)
    """By the row's ``id()``: of each problem, the points after each submission."""

    def take(self, evidence: Evidence, row: Row, cell: Cell) -> None:
        """Take in what a row's attempts at one problem did; its cells come in their order."""
        self._grown.setdefault(id(row), []).append(_cell(evidence, cell) if cell.done else None)
        for one in cell.tries:
            if len(self.marks) < MARKED:
                found = evidence.attempt(one.attempt)
                which = f", attempt {one.sample}" if len(cell.tries) > 1 else ""
                self._marked(found, f"{cell.problem.id}, {row.contestant.title}{which}")

    @property
    def growth(self) -> dict[int, tuple[tuple[int, float], ...]]:
        """By the row's ``id()``: submissions used at each problem, and the points they brought.

        Rows with a problem without points have none.
        """
        found = {}
        for row, cells in self._grown.items():
            grown = [each for each in cells if each is not None]
            longest = max(map(len, grown), default=0)
            if longest > 1 and len(grown) == len(cells):
                found[row] = tuple(
                    (k, sum(each[min(k, len(each)) - 1] if each else 0.0 for each in grown))
                    for k in _few(longest)
                )
        return found

    def _marked(self, found: AttemptLog, name: str) -> None:
        for submission in found.submissions:
            grade = found.jury_grades.get(submission.id)
            people = tuple(mark.points for mark in found.marked_by(submission.id))
            if grade is None or grade.marking is None:
                continue
            self.top = max(self.top, grade.marking.scale.top)
            judges = tuple(
                (mark.juror, mark.value) for mark in grade.marking.counted if mark.value is not None
            )
            self.marks.append(Marked(name, judges, people, grade.points))


def _cell(evidence: Evidence, cell: Cell) -> list[float]:
    """Return the mean points after each submission, over the attempts that count."""
    paths = [_path(evidence.attempt(one.attempt)) for one in cell.tries if one.counts]
    longest = max(map(len, paths), default=0)
    return [
        sum(path[min(k, len(path) - 1)] if path else 0.0 for path in paths) / len(paths)
        for k in range(longest)
    ]


def _path(found: AttemptLog) -> list[float]:
    """Return the points of one attempt after each submission: subtasks keep their best."""
    held: dict[str, float] = {}
    best, path = 0.0, []
    for submission in found.submissions:
        grade = found.grades.get(submission.id)
        best = max(best, _points(grade, held)) if grade is not None else best
        path.append(best)
    return path


def _points(grade: Grade, held: dict[str, float]) -> float:
    for score in grade.subtasks:
        held[score.name] = max(held.get(score.name, 0.0), score.points)
    return max(grade.points, sum(held.values()))


def _few(longest: int) -> Sequence[int]:
    """Return every number up to 20, and then fewer and fewer of them."""
    found, k = [], 1
    while k < longest:
        found.append(k)
        k += max(1, k // 20)
    return (*found, longest)
