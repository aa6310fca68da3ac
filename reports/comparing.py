"""Two runs of one contest side by side: what a page of comparison says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.board import ContestBoard, Row
from harness.comparison import (
    Comparison,
    Side,
    Turn,
    compared,
    cost_rows,
    flow_rows,
    gaps,
    p_value,
    plus,
)
from harness.medals import Chance
from harness.outlook import outlook, share
from reports.atlas import Atlas
from reports.charts.differences import Difference, differences
from reports.charts.figure import Figure
from reports.words import NONE, many, number

MOST = 24
"""Pairs of a board that have a page."""

TURNS = {
    Turn.GAINED: "Gained",
    Turn.LOST: "Lost",
    Turn.SAME: "Same",
    Turn.UNJUDGED: "Not judged on both sides",
}


@dataclass(frozen=True, slots=True)
class Couple:
    """Two rows that are compared; the run that was named first is the base."""

    base: Row
    new: Row
    page: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem with both scores."""

    title: str
    most: str
    base: str
    new: str
    base_page: str
    new_page: str
    change: str
    beyond: bool
    """Whether the change is beyond chance on its own, adjusted for the number of problems."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything on the page."""

    base: str
    new: str
    sentence: str
    unit: str
    obstacles: tuple[str, ...]
    settings: tuple[tuple[str, str, str], ...]
    turns: tuple[tuple[str, tuple[Problem, ...]], ...]
    flow: tuple[tuple[str, ...], ...]
    """The first row is its head; empty where nothing was judged on both sides."""
    costs: tuple[tuple[str, str, str, str], ...]
    figure: Figure | None
    medals: tuple[tuple[str, str, str], ...]
    """By medal, the probability of both; empty where no medal would mean anything."""


def couples(board: ContestBoard, atlas: Atlas) -> tuple[Couple, ...]:
    """Return whom to compare: of two runs, contestants of one name, or the only ones."""
    if len(board.runs) != 2:
        return ()
    sides = [
        [row for row in board.rows if row.ranked and row.run == run.record.id] for run in board.runs
    ]
    found = list(_matched(*sides))
    return tuple(Couple(a, b, atlas.compare(board, a, b)) for a, b in found[:MOST])


def _matched(ours: list[Row], theirs: list[Row]) -> Iterator[tuple[Row, Row]]:
    if len(ours) == len(theirs) == 1:
        yield ours[0], theirs[0]
        return
    held = {row.contestant.id: row for row in theirs}
    for row in ours:
        if row.contestant.id in held:
            yield row, held[row.contestant.id]


def comparison(board: ContestBoard, atlas: Atlas, couple: Couple) -> Compared:
    """Return what there is to say of a couple."""
    base, new = (_side(board, row) for row in (couple.base, couple.new))
    found = compared(base, new)
    names = tuple(f"{row.contestant.title} ({row.run})" for row in (couple.base, couple.new))
    problems = _problems(found, board, atlas, couple)
    return Compared(
        base=names[0],
        new=names[1],
        sentence=_sentence(found, *names),
        unit=_unit(found),
        obstacles=found.obstacles,
        settings=tuple((s.name, s.base or NONE, s.new or NONE) for s in found.settings),
        turns=tuple(
            (word, tuple(p for turn, p in problems if turn is kind))
            for kind, word in TURNS.items()
            if kind is not Turn.UNJUDGED or any(turn is kind for turn, _ in problems)
        ),
        flow=tuple(flow_rows(found.flow)) if found.flow else (),
        costs=tuple(cost_rows(found.costs)),
        figure=_figure(base, new, found),
        medals=tuple(_medals(board, couple)),
    )


def _medals(board: ContestBoard, couple: Couple) -> Iterator[tuple[str, str, str]]:
    """Yield each medal with how probable it is for both, the hardest first."""
    sides = [outlook(board, row) for row in (couple.base, couple.new)]
    base, new = ({c.medal: c for c in side.chances} if side else {} for side in sides)
    for medal in base:
        if medal in new:
            yield medal, _chance(base[medal]), _chance(new[medal])


def _chance(found: Chance) -> str:
    between = f"[{share(found.low)}, {share(found.high)}]"
    return between if found.probability is None else f"{share(found.probability)} {between}"


def _side(board: ContestBoard, row: Row) -> Side:
    run = next(run for run in board.runs if run.record.id == row.run)
    return Side(record=run.record, row=row, place="")


def _sentence(one: Comparison, base: str, new: str) -> str:
    """Return what is known of the difference, in one sentence."""
    if one.effect is None:
        return "Nothing can be said: no problem has a judged attempt on both sides."
    effect, whole = one.effect, one.points
    low, high = plus(effect.low * whole), plus(effect.high * whole)
    between = f"95 % interval {low} to {high} of {number(whole)} points"
    if one.shown:
        word = "more" if effect.difference > 0 else "less"
        points = number(abs(effect.difference) * whole)
        return f"{new} scores {points} points {word} than {base} ({between})."
    seen = plus(effect.difference * whole)
    return f"No difference can be shown between {new} and {base}: {seen} points ({between})."


def _unit(one: Comparison) -> str:
    if one.effect is None:
        return ""
    sides = [f"{low} to {high}" if low < high else str(low) for low, high in one.attempts]
    each = sides[0] if sides[0] == sides[1] else " and ".join(sides)
    text = (
        f"Over {many(one.problems, 'problem')} as they are, with {each} judged attempts a problem; "
        f"{p_value(one.effect.chance)}{'' if one.effect.exact else ', drawn'}. It says nothing of "
        "other problems."
    )
    if one.effect.least > one.alpha:
        text += " With so many attempts no outcome could have been significant."
    lacking = [count for count, _ in one.unjudged]
    if any(lacking):
        low, high = (plus(bound * one.points) for bound in one.effect.bounds)
        text += (
            f" Not judged: {lacking[0]} attempts of base and {lacking[1]} of new; whatever they "
            f"are worth, the difference lies between {low} and {high}."
        )
    return text


def _problems(
    one: Comparison, board: ContestBoard, atlas: Atlas, couple: Couple
) -> list[tuple[Turn, Problem]]:
    cells = {cell.problem.id: cell for cell in couple.base.cells}
    others = {cell.problem.id: cell for cell in couple.new.cells}
    found = []
    for c in one.changes:
        mine, other = cells[c.problem], others[c.problem]
        moved = c.difference
        problem = Problem(
            title=c.title or c.problem,
            most=number(c.max_points),
            base=NONE if c.base is None else f"{number(c.base * c.max_points)}",
            new=NONE if c.new is None else f"{number(c.new * c.max_points)}",
            base_page=atlas.cell(board, couple.base, mine.problem) if mine.tries else "",
            new_page=atlas.cell(board, couple.new, other.problem) if other.tries else "",
            change=NONE if moved is None else plus(moved * c.max_points),
            beyond=c.chance is not None and c.chance <= one.alpha,
        )
        found.append((c.turn, problem))
    return found


def _figure(base: Side, new: Side, one: Comparison) -> Figure | None:
    titles = {change.problem: change.title or change.problem for change in one.changes}
    return differences(
        [
            Difference(
                titles.get(gap.problem, "all problems"),
                gap.difference,
                gap.low,
                gap.high,
                whole=not gap.problem,
            )
            for gap in gaps(base, new)
        ]
    )
