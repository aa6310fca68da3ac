"""Intervals and unions of them, decided exactly where every end is a fraction or infinite."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, inf
from typing import NamedTuple

from harness.judges.answers.outcome import Finding, equal, not_equal
from harness.judges.answers.trees import (
    INFINITY,
    Apply,
    Form,
    Group,
    Interval,
    Node,
    Nothing,
    Several,
    Union,
    Value,
)
from harness.judges.answers.values import exact

End = Fraction | float
"""A fraction, or one of the infinities."""


class Span(NamedTuple):
    """An interval between two known ends; a point where they are equal."""

    low: End
    low_open: bool
    high: End
    high_open: bool


def is_set(form: Form) -> bool:
    """Return whether a form can be a set of numbers."""
    return isinstance(form, Interval | Union | Several | Nothing)


def spans(form: Form) -> list[Interval] | None:
    """Return the intervals that a set is made of; None where it is not read as one."""
    match form:
        case Interval():
            return [form]
        case Nothing():
            return []
        case Union():
            parts = [spans(part) for part in form.parts]
            return None if None in parts else [each for part in parts for each in part or ()]
        case Several():
            values = [part.node for part in form.parts if isinstance(part, Value)]
            if len(values) != len(form.parts):
                return None
            if form.group in (Group.TUPLE, Group.SQUARE):
                shut = form.group is Group.SQUARE
                if len(values) != 2:
                    return None
                return [Interval(values[0], values[1], not shut, not shut)]
            return [Interval(value, value, False, False) for value in values]
    return None


def decided(ours: Sequence[Interval], theirs: Sequence[Interval]) -> Finding | None:
    """Compare two sets whose ends are all known; None where one is not."""
    one, other = known(ours), known(theirs)
    if one is None or other is None:
        return None
    return equal("the same set") if one == other else not_equal("another set")


def known(parts: Sequence[Interval]) -> list[Span] | None:
    """Return the fewest spans that make up the same set, in order; None with an unknown end."""
    found = []
    for part in parts:
        low, high = _end(part.low), _end(part.high)
        if low is None or high is None:
            return None
        if low < high or (low == high and not part.low_open and not part.high_open):
            found.append(Span(low, part.low_open, high, part.high_open))
    merged: list[Span] = []
    for span in sorted(found, key=lambda each: (each.low, each.low_open)):
        last = merged[-1] if merged else None
        if (
            last is None
            or span.low > last.high
            or (span.low == last.high and span.low_open and last.high_open)
        ):
            merged.append(span)
        else:
            high, shut = max((last.high, not last.high_open), (span.high, not span.high_open))
            merged[-1] = Span(last.low, last.low_open, high, not shut)
    return merged


def whole_numbers(form: Form) -> tuple[End, End] | None:
    """Return the first and last whole number of one interval of known ends."""
    parts = spans(form)
    merged = known(parts) if parts is not None else None
    if merged is None or len(merged) != 1:
        return None
    (span,) = merged
    low, high = span.low, span.high
    if isinstance(low, Fraction):
        low = Fraction(floor(low) + 1 if span.low_open else ceil(low))
    if isinstance(high, Fraction):
        high = Fraction(ceil(high) - 1 if span.high_open else floor(high))
    return low, high


def _end(node: Node) -> End | None:
    if node == INFINITY:
        return inf
    if node == Apply("neg", (INFINITY,)):
        return -inf
    return exact(node)
