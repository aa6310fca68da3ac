"""An aggregated mark to points."""

from __future__ import annotations

import math

from harness.types import JuryFile


def points_of(file: JuryFile, found: float) -> float:
    """Return the points of an aggregated mark; a whole number where the jury's file asks for one.

    Raises :class:`ValueError` for a mark between two values of a scale that has a table of points:
    what lies between them nobody has said.
    """
    if file.points:
        known = {value: file.points[f"{value:g}"] for value in file.scale.values}
        if found not in known:
            raise ValueError(f"{found:g} is no value of the scale {file.scale.value}")
        found = known[found]
    match file.whole:
        case "down":
            return float(math.floor(found))
        case "nearest":
            return float(math.ceil(found - 0.5))
    return found
