"""A scale from numbers to places in a drawing, with ticks at round numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor, log10

from reports.charts.figure import Label, Path, label, line


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction of a drawing."""

    low: float
    high: float
    start: float
    """Where ``low`` is drawn."""
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a number is drawn."""
        low, high, here = self.low, self.high, value
        if self.log:
            low, high, here = log10(low), log10(high), log10(max(value, self.low))
        share = (here - low) / (high - low) if high > low else 0.5
        return self.start + (self.end - self.start) * share

    def ticks(self) -> tuple[float, ...]:
        """Return round numbers in it: few enough to be read."""
        if self.log:
            return _powers(self.low, self.high)
        step = _step((self.high - self.low) / 5)
        first = ceil(self.low / step - 1e-9)
        last = floor(self.high / step + 1e-9)
        return tuple(round(n * step, 9) for n in range(first, last + 1))


def _step(rough: float) -> float:
    """Return 1, 2 or 5 times a power of ten, not below a number."""
    if rough <= 0:
        return 1.0
    power = 10.0 ** floor(log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))


def _powers(low: float, high: float) -> tuple[float, ...]:
    parts = (1, 2, 5) if log10(high / low) <= 3 else (1,)
    every = [m * 10.0**n for n in range(floor(log10(low)), ceil(log10(high)) + 1) for m in parts]
    found = tuple(t for t in every if low * (1 - 1e-9) <= t <= high * (1 + 1e-9))
    if len(found) > 1:
        return found
    # Less than a factor of five has no two such numbers: round ones at even steps.
    step = _step((high - low) / 4)
    return tuple(round(n * step, 9) for n in range(ceil(low / step), floor(high / step) + 1))


def around(values: list[float]) -> tuple[float, float]:
    """Return the ends of a logarithmic axis with some room beside its values."""
    low, high = min(values), max(values)
    return low / 1.4, high * 1.4


def upright(axis: Axis, left: float, right: float, say: Callable[[float], str]) -> _Drawn:
    """Return lines across with numbers beside them."""
    paths, labels = [], []
    for tick in axis.ticks():
        y = axis.place(tick)
        paths.append(line(((left, y), (right, y)), "rule"))
        labels.append(label(left - 6, y + 4, say(tick), "end"))
    return tuple(paths), tuple(labels)


def along(axis: Axis, bottom: float, name: str, say: Callable[[float], str]) -> _Drawn:
    """Return small marks under a drawing with numbers, and the name of what they count."""
    paths = [line(((axis.start, bottom), (axis.end, bottom)), "base")]
    labels = []
    for tick in axis.ticks():
        x = axis.place(tick)
        paths.append(line(((x, bottom), (x, bottom + 4)), "base"))
        labels.append(label(x, bottom + 18, say(tick)))
    labels.append(label((axis.start + axis.end) / 2, bottom + 36, name))
    return tuple(paths), tuple(labels)


def amount(value: float) -> str:
    """Return a number as a tick: ``500``, ``20k``, ``1.5M``."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


_Drawn = tuple[tuple[Path, ...], tuple[Label, ...]]
