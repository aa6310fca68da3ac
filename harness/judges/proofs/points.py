"""An aggregated mark to points."""

from __future__ import annotations

import math

from harness.types import JuryFile


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
