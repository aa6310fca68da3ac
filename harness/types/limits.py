"""A time limit that a package leaves open, measured where it is used."""

from __future__ import annotations

import msgspec

NAMED = 3
"""Programs that are named in the sentence; the evidence has all of them."""


class TimeRule(msgspec.Struct, frozen=True, kw_only=True):
    """How a package wants its time limit measured; made by a package reader."""

    multiplier: float
    """The limit is at least so many times the time of the slowest program that bounds it."""
    resolution_s: float = 1.0
    """The limit is a whole multiple of it, and at least one."""
    to_tle: float | None = None
    """What must be too slow takes at least so many times the limit; None: not demanded."""


class InferredLimit(msgspec.Struct, frozen=True, kw_only=True):
    """A measured time limit and the evidence for it; made by the command that measured it."""

    seconds: float
    """CPU seconds: the limit."""
    slowest: str
    """The jury's program that decided it."""
    language: str
    """Key of ``languages.toml`` that it was judged in."""
    cpu_s: float
    """Its slowest test; the least of the readings."""
    readings: tuple[float, ...] = ()
    """All of them: several where another could have given another limit."""
    rule: TimeRule
    ceiling_s: float
    """The limit that the programs ran under while they were measured."""
    programs: int
    """How many were measured."""
    left_out: tuple[str, ...] = ()
    """Programs that should have been measured too, each with the reason why it was not."""
    short: tuple[str, ...] = ()
    """Programs that were measured though they are accepted for fewer points than there are."""
    too_close: tuple[str, ...] = ()
    """Programs that must be too slow and are not by the margin that the package asks for."""
    judge: str
    """Name and version of the judge, with its tier and compiler."""
    cpu: str
    """Model of the processor."""
    date: str
    """ISO time, UTC."""

    @property
    def sentence(self) -> str:
        """The limit with its evidence, for people."""
        said = (
            f"time limit {self.seconds:g} s inferred: slowest {self.slowest} "
            f"({self.language}) took {self.cpu_s:.2f} s x {self.rule.multiplier:g}"
        )
        if self.left_out:
            said += f"; not measured: {_some(self.left_out)}"
        if self.short:
            said += f"; measured though not for all points: {_some(self.short)}"
        if self.too_close:
            said += f"; {_some(self.too_close)}"
        return said


def _some(texts: tuple[str, ...]) -> str:
    more = f"; and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
    return "; ".join(texts[:NAMED]) + more
