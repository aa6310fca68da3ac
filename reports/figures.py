"""The charts of a contest's page, from the rows of its board."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.board import ContestBoard, Row
from harness.comparison import score_interval
from harness.medals.curve import doubling
from harness.outlook import budgets
from harness.stats import pass_at_k
from reports import draw
from reports.charts.curves import Curve, Frame, curves
from reports.charts.dots import agreement
from reports.charts.figure import Figure
from reports.charts.heat import HeatMap, heat_map
from reports.charts.history import Course, Stop, history
from reports.charts.lengths import lengths
from reports.charts.mix import NOTHING, mix
from reports.charts.scatter import Entrant, scatter
from reports.playback import Playback
from reports.standing import Standing

MOST = 16
"""Rows whose lines can still be told apart; the others are in the tables."""


def figures(
    board: ContestBoard, names: dict[int, str], seen: Playback, found: Sequence[Standing]
) -> tuple[Figure, ...]:
    """Return the charts that there is something to draw for, in the order of reading."""
    drawn = (
        _history(board),
        _growth(board, names, seen),
        _budgets(board, names, found),
        _passing(board, names),
        _tokens(board, names),
        _verdicts(board, names),
        agreement(seen.marks, seen.top),
        _lengths(board),
    )
    return tuple(figure for figure in drawn if figure is not None)


def subtasks(board: ContestBoard, names: dict[int, str]) -> HeatMap | None:
    """Return contestants by subtasks; None where there are none."""
    rows = [row for row in board.rows if row.ranked]
    if not rows:
        return None
    return heat_map(
        [(c.problem.title or c.problem.id, draw.subtask_slots(c)) for c in rows[0].cells],
        [(names[id(row)], [draw.subtask_slots(cell) for cell in row.cells]) for row in rows],
    )


def _ranked(board: ContestBoard) -> Iterator[Row]:
    """Yield the first rows of the board."""
    yield from [row for row in board.rows if row.ranked and row.mean_total is not None][:MOST]


def _history(board: ContestBoard) -> Figure | None:
    """Return the points of contestants that are in several runs; a void row breaks no line."""
    runs = sorted(
        (run.record for run in board.runs), key=lambda record: (record.started, record.id)
    )
    place = {record.id: n for n, record in enumerate(runs)}
    held: dict[str, list[Row]] = {}
    for row in sorted(board.rows, key=lambda row: place[row.run]):
        if row.ranked and row.mean_total is not None and row.problems_done == len(row.cells):
            held.setdefault(row.contestant.id, []).append(row)
    courses = [
        Course(
            rows[0].contestant.title or name,
            tuple(
                Stop(place[row.run], row.mean_total or 0.0, *(score_interval(row) or (None, None)))
                for row in rows
            ),
        )
        for name, rows in held.items()
    ]
    several = [course for course in courses if len(course.stops) > 1]
    best = sorted(several, key=lambda course: -course.stops[-1].points)[:MOST]
    names = [f"{record.id}, {record.started[:10]}" for record in runs]
    return history(best, names, board.contest.judged_points)


def _growth(board: ContestBoard, names: dict[int, str], seen: Playback) -> Figure | None:
    held = [
        Curve(names[id(row)], seen.growth[id(row)])
        for row in _ranked(board)
        if id(row) in seen.growth
    ]
    return curves(
        held,
        Frame(
            title="Points against submissions used",
            said="Mean points that an attempt had after so many submissions at each problem.",
            budget="submissions at each problem",
            most=board.contest.judged_points,
            limit=board.contest.submission_limit,
        ),
    )


def _budgets(
    board: ContestBoard, names: dict[int, str], found: Sequence[Standing]
) -> Figure | None:
    held = {id(standing.row): standing.outlook for standing in found}
    curve = {
        id(row): whole.by_samples if (whole := held[id(row)]) else budgets(board, row)[0]
        for row in _ranked(board)
    }
    return curves(
        [
            Curve(names[key], tuple((point.samples, point.score) for point in points))
            for key, points in curve.items()
        ],
        Frame(
            title="Points against attempts",
            said="Expected points when so many attempts at each problem are handed in at random "
            "and the rules keep the best, as far as the contest allows; from the attempts that "
            "were made, so the right end is their own.",
            budget="attempts at each problem",
            most=board.contest.judged_points,
            log=True,
        ),
    )


def _passing(board: ContestBoard, names: dict[int, str]) -> Figure | None:
    held = [Curve(names[id(row)], tuple(_passes(row))) for row in _ranked(board)]
    return curves(
        held,
        Frame(
            title="pass@k",
            said="How many percent of the problems k attempts solve, with full points in at least "
            "one (unbiased estimator; only problems with a judged attempt, and no k that one of "
            "them has not).",
            budget="k",
            most=100.0,
            log=True,
        ),
    )


def _passes(row: Row) -> Iterator[tuple[int, float]]:
    cells = [cell for cell in row.cells if cell.done]
    counts = [(len(c.done), sum(map(c.full, c.done))) for c in cells]
    least = min((done for done, _ in counts), default=0)
    for k in doubling(least) if least else ():
        yield k, 100 * sum(pass_at_k(done, right, k) for done, right in counts) / len(counts)


def _tokens(board: ContestBoard, names: dict[int, str]) -> Figure | None:
    held = []
    for row in _ranked(board):
        between = score_interval(row) or (None, None)
        tokens = sum(
            sum(end.tokens_out for end in cell.done) / len(cell.done)
            for cell in row.cells
            if cell.done
        )
        if row.problems_done == len(row.cells):
            held.append(Entrant(names[id(row)], tokens, row.mean_total or 0.0, *between))
    return scatter(held, board.contest.judged_points)


def _verdicts(board: ContestBoard, names: dict[int, str]) -> Figure | None:
    held = []
    for row in board.rows:
        if row.ranked:
            ends = [end for cell in row.cells for end in cell.done]
            held.append(
                (names[id(row)], Counter(e.verdict.value if e.verdict else NOTHING for e in ends))
            )
    return mix(held)


def _lengths(board: ContestBoard) -> Figure | None:
    """Return lengths of all ranked rows; the limit where an attempt is one generation."""
    ends = [
        (end.tokens_out, cell.full(end), end.generated)
        for row in board.rows
        if row.ranked
        for cell in row.cells
        for end in cell.done
    ]
    limits = {run.record.spec.sampling.max_tokens for run in board.runs}
    single = len(limits) == 1 and all(generated == 1 for _, _, generated in ends)
    return lengths(
        [tokens for tokens, full, _ in ends if full],
        [tokens for tokens, full, _ in ends if not full],
        limits.pop() if single else None,
    )
