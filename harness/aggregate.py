"""Marks to one mark on their scale, and that mark to points: pure arithmetic."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from harness.types import Aggregate, JuryFile, Scale


def aggregated(how: Aggregate, marks: Sequence[float], scale: Scale) -> float:
    """Return what at least one mark comes to; sums are exact, so equal marks keep their value."""
    match how:
        case Aggregate.MEAN:
            return float(sum(map(Fraction, marks)) / len(marks))
        case Aggregate.MIN:
            return min(marks)
        case Aggregate.MEDIAN:
            return sorted(marks)[(len(marks) - 1) // 2]
        case Aggregate.MAJORITY:
            counts = Counter(marks)
            return min(counts, key=lambda mark: (-counts[mark], mark))
        case Aggregate.ZERO_VETO:
            return 0.0 if 0 in marks else aggregated(Aggregate.MEAN, marks, scale)
        case Aggregate.UNANIMOUS:
            return scale.top if min(marks) == scale.top else 0.0


def figures(marks: Sequence[float], scale: Scale) -> tuple[tuple[str, float], ...]:
    """Return what at least one mark comes to by each aggregation, by name, sorted."""
    return tuple(sorted((how.value, aggregated(how, marks, scale)) for how in Aggregate))


def points_of(file: JuryFile, found: float) -> float:
    """Return the points of an aggregated mark; a whole number where the jury's file asks for one.

    Where a file has a table of points, its aggregation comes to one of the scale's values.
    """
    if file.points:
        found = file.points[f"{found:g}"]
    match file.whole:
        case "down":
            return float(math.floor(found))
        case "nearest":
            return float(math.ceil(found - 0.5))
    return found
