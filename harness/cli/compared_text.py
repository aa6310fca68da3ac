"""A comparison in Markdown, section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from harness.board import number
from harness.comparison import (
    Comparison,
    Cost,
    Metric,
    ProblemChange,
    Turn,
    cost_rows,
    flow_rows,
    p_value,
    plus,
    probability,
)
from harness.stats.paired import Unit

FEW = 12
"""As many problems or fewer say little of others of their kind."""

Said = Callable[[str], str]
"""How a name from a run is written: for a terminal, or for a page."""


class Section(NamedTuple):
    """A part of the text, which may be dropped where there is no room."""

    name: str
    text: str


def sections(one: Comparison, said: Said) -> list[Section]:
    """Return the parts in the order of reading."""
    found = [
        Section("warning", _warning(one, said)),
        Section("settings", _settings(one, said)),
        Section("sentence", sentence(one, said)),
        Section("changes", _turns(one, said)),
        Section("problems", _problems(one, said)),
        Section("verdicts", _flow(one)),
        Section("costs", _costs(one.costs)),
    ]
    return [part for part in found if part.text]


def sentence(one: Comparison, said: Said) -> str:
    """Return what is known of the difference, its interval and what it is over."""
    if one.effect is None:
        return "Nothing can be said: no problem has a judged attempt on both sides."
    effect = one.effect
    if one.shown:
        word = "more" if effect.difference > 0 else "less"
        if one.metric is Metric.SOLVED:
            text = (
                f"**{said(one.new)} solves {share(abs(effect.difference))} of the points "
                f"{word} than {said(one.base)}"
            )
        else:
            points = number(abs(effect.difference) * one.points)
            text = (
                f"**{said(one.new)} scores {points} of {number(one.points)} points {word} "
                f"({signed(effect.difference)}) than {said(one.base)}"
            )
    else:
        text = (
            f"**No difference can be shown between {said(one.new)} and {said(one.base)}: "
            f"{signed(effect.difference)} of the points"
        )
    confidence = f"{100 * (1 - one.alpha):g} %"
    text += f"** ({confidence} interval {signed(effect.low)} to {signed(effect.high)}; "
    text += f"{p_value(effect.chance)}{'' if effect.exact else ', drawn'}). {unit(one)}"
    if effect.least > one.alpha:
        text += (
            f" With so many problems and attempts no outcome could have been significant: the "
            f"smallest p is {probability(effect.least)}."
        )
    return text + _unjudged(one)


def unit(one: Comparison) -> str:
    """Say what the inference is over."""
    each = _each(one.attempts)
    if one.unit is Unit.CONTEST:
        return (
            f"Unit: this contest. Its {one.problems} problems are taken as given, chance is in "
            f"the attempts ({each})."
        )
    text = (
        f"Unit: such problems. The {one.problems} problems stand for others of their kind ({each})."
    )
    if one.problems <= FEW:
        text += " So few say little of others."
    return text


def _each(attempts: tuple[tuple[int, int], tuple[int, int]]) -> str:
    words = [str(fewest) if fewest == most else f"{fewest} to {most}" for fewest, most in attempts]
    if words[0] == words[1]:
        return f"{words[0]} a problem on each side"
    return f"{words[0]} a problem in base, {words[1]} in new"


def _unjudged(one: Comparison) -> str:
    if one.effect is None or not any(count for count, _ in one.unjudged):
        return ""
    parts = [
        f"{count} of {planned} of {name}"
        for (count, planned), name in zip(one.unjudged, ("base", "new"), strict=True)
        if count
    ]
    low, high = one.effect.bounds
    return (
        f" Not judged: {' and '.join(parts)} attempts; the difference lies between {signed(low)} "
        f"and {signed(high)} whatever they are worth."
    )


def _warning(one: Comparison, said: Said) -> str:
    if not one.obstacles:
        return ""
    why = "; ".join(said(each) for each in one.obstacles)
    return f"**These two should not be compared (--anyway): they differ in {why}.**"


def _settings(one: Comparison, said: Said) -> str:
    if not one.settings:
        return "No setting differs."
    rows = [(said(each.name), said(each.base), said(each.new)) for each in one.settings]
    return "Settings that differ:\n\n" + table(("setting", "base", "new"), rows, numbers=0)


def _turns(one: Comparison, said: Said) -> str:
    lines = []
    for turn in Turn:
        names = [said(change.problem) for change in one.turned(turn)]
        if names or turn is not Turn.UNJUDGED:
            lines.append(f"- {turn.value}: {len(names)}{_named(names)}")
    return "\n".join(lines)


def _named(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f" ({', '.join(names[:FEW])}{more})"


def _problems(one: Comparison, said: Said) -> str:
    """Return the problems that changed, the largest change first."""
    changed = [c for c in one.changes if c.turn in (Turn.GAINED, Turn.LOST)]
    if not changed:
        return ""
    changed.sort(key=lambda c: -abs((c.difference or 0.0) * c.max_points))
    return problem_table(one, changed, said)


def problem_table(one: Comparison, changes: Iterable[ProblemChange], said: Said) -> str:
    """Return problems with both scores; a star is a change beyond chance on its own."""
    scale = (lambda c: c.max_points) if one.metric is Metric.SCORE else (lambda _: 1.0)
    rows = []
    for c in changes:
        star = " *" if c.chance is not None and c.chance <= one.alpha else ""
        base, new = (
            "—" if value is None else f"{number(value * scale(c))} ({attempts})"
            for value, attempts in ((c.base, c.base_attempts), (c.new, c.new_attempts))
        )
        moved = "—" if c.difference is None else plus(c.difference * scale(c)) + star
        rows.append((said(c.problem), number(scale(c)), base, new, moved))
    text = table(("problem", "of", "base (attempts)", "new (attempts)", "change"), rows)
    if any("*" in row[-1] for row in rows):
        text += "\n\n\\* beyond chance on its own, adjusted for the number of problems."
    return text


def _flow(one: Comparison) -> str:
    """Return what became of each verdict, in problems."""
    if not one.flow:
        return ""
    head, *rows = flow_rows(one.flow)
    return "What became of verdicts, in problems:\n\n" + table(head, rows)


def _costs(costs: Sequence[Cost]) -> str:
    rows = list(cost_rows(costs))
    head = ("a judged attempt", "base", "new", "new over base")
    return table(head, rows) if rows else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 1) -> str:
    """Return a Markdown table; columns from ``numbers`` on stand right where there are any."""
    rule = ["---" if not numbers or n < numbers else "---:" for n in range(len(head))]
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, rule, *rows))


def share(value: float) -> str:
    """Return a share in percent."""
    return f"{100 * value:.1f} %"


def signed(value: float) -> str:
    """Return a difference in percent with its sign; one that rounds to nothing has none."""
    rounded = round(100 * value, 1) + 0.0
    return f"{'+' if rounded > 0 else ''}{rounded:.1f} %"
