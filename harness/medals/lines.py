"""Medal lines: who reaches a line has the medal, so equals share it.

A contest gives its lines in points, or (an ICPC) in places. A place becomes points through what is
known of the human ranking: from some points on it is sure, below others it is impossible, and in
between a contest without a clock does not decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import msgspec

from harness.medals.place import HALF
from harness.types import Contest, Humans, MedalPlace


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a medal asks for."""

    medal: str
    sure: float | None
    """From these points on it is won; None when no number of points makes it sure."""
    possible: float
    """Below these points it is not won; the same number where the contest publishes points."""

    @property
    def decided(self) -> bool:
        """Whether every number of points decides about the medal."""
        return self.sure == self.possible


def lines_of(contest: Contest) -> tuple[Line, ...]:
    """Return the medal lines of a contest, the best medal first; none where none is known."""
    if contest.cutoffs:
        found = [Line(medal=c.medal, sure=c.points, possible=c.points) for c in contest.cutoffs]
        return tuple(sorted(found, key=lambda line: -line.possible))
    if contest.humans is None or not contest.humans.marks:
        return ()
    places = sorted(contest.medal_places, key=lambda medal: medal.last)
    return tuple(_line(medal, contest.humans) for medal in places)


def _line(medal: MedalPlace, humans: Humans) -> Line:
    """Turn a place into points: it is sure where few enough reach them, impossible where not."""
    sure = [mark.points for mark in humans.marks if mark.contestants + 1 <= medal.last]
    not_yet = [mark.points for mark in humans.marks if mark.contestants + 1 > medal.last]
    possible = max(not_yet, default=0.0)
    if humans.complete:
        return Line(medal=medal.medal, sure=possible, possible=possible)
    return Line(medal=medal.medal, sure=min(sure, default=None), possible=possible)


def medal_at(lines: Sequence[Line], points: float) -> str | None:
    """Return the best medal that a total surely wins; None for none, and where it is open."""
    for line in lines:
        if line.sure is not None and points >= line.sure - HALF:
            return line.medal
        if not line.decided and points >= line.possible - HALF:
            return None
    return None


def share_line(totals: Sequence[float], share: float) -> float:
    """Return the line that gives a medal to at least a share of the contestants, and to all equals.

    An IOI gives gold to about 1/12, gold or silver to 1/4 and any medal to 1/2 of the field. The
    IMO keeps to about the same shares, but its jury may choose a line on either side of them:
    published lines are always to be preferred to these.
    """
    if not totals or not 0 < share <= 1:
        raise ValueError(f"no line for a share of {share} of {len(totals)} contestants")
    # A product such as 12 * (1/12) can end just above the whole number that it is.
    winners = ceil(len(totals) * share - 1e-9)
    return sorted(totals, reverse=True)[winners - 1]
