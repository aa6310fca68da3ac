"""What a terminal and a page say alike of a comparison: signs, small chances, verdicts, costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.board import number
from harness.comparison.changes import Cost, Flow

LEAST = 1e-4
"""Smaller probabilities are only said to be so."""

NONE = "—"
"""In place of a number that nobody knows."""


def plus(value: float) -> str:
    """Return points with their sign; what rounds to nothing has none."""
    text = number(abs(value))
    return text if text == "0" else f"{'+' if value > 0 else '-'}{text}"


def probability(value: float) -> str:
    """Return a probability with two figures, and nothing smaller than can be read."""
    return f"< {LEAST:g}" if value < LEAST else f"{value:.2g}"


def p_value(value: float) -> str:
    """Return ``p = 0.012``, or ``p < 0.0001``."""
    return f"p {probability(value)}" if value < LEAST else f"p = {probability(value)}"


def flow_rows(flow: Sequence[Flow]) -> list[tuple[str, ...]]:
    """Return what became of verdicts, in problems: a head, then a row for each of base's."""
    columns = list(dict.fromkeys(one.new for one in flow))
    held = {(one.base, one.new): one.problems for one in flow}
    rows: list[tuple[str, ...]] = [("base, then new", *columns)]
    for was in dict.fromkeys(one.base for one in flow):
        counts = (held.get((was, now)) for now in columns)
        rows.append((was, *("" if count is None else number(count) for count in counts)))
    return rows


def cost_rows(costs: Sequence[Cost]) -> Iterator[tuple[str, str, str, str]]:
    """Yield each cost that either side has: its name, both sides, and new over base."""
    for cost in costs:
        if cost.base or cost.new:
            yield (
                cost.name,
                NONE if cost.base is None else number(cost.base),
                NONE if cost.new is None else number(cost.new),
                NONE if cost.ratio is None else f"x {cost.ratio:.2f}",
            )
