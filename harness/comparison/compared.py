"""Two contestants of one contest, compared: plain data for a terminal, a page or a machine."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from harness.comparison.changes import (
    Cost,
    Flow,
    ProblemChange,
    Turn,
    costs,
    problem_changes,
    verdict_flow,
)
from harness.comparison.settings import Setting, differing, obstacles
from harness.comparison.sides import Metric, Side, common, filled, pairs, unjudged
from harness.stats.paired import Pair, Unit, chance, interval, least, moments

ALPHA = 0.05


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """The difference, new less base, as a share of the points of the problems it is over."""

    difference: float
    low: float
    """Of the interval with confidence 1 - alpha."""
    high: float
    chance: float
    """Of a difference as large in either direction if both are alike."""
    exact: bool
    """Whether that was counted out; else it was drawn, with a seed."""
    least: float
    """The smallest such probability that any outcome could have had, in either direction."""
    bounds: tuple[float, float]
    """The difference if what was not judged were worth nothing in new and everything in base, and
    the other way round."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to say of two contestants at one contest."""

    contest: str
    title: str
    base: str
    """Name of the contestant."""
    new: str
    base_run: str
    """Id of the run."""
    new_run: str
    metric: Metric
    unit: Unit
    alpha: float
    obstacles: tuple[str, ...]
    """Why the two should not be compared, where they were all the same."""
    settings: tuple[Setting, ...]
    """Only what differs."""
    points: float
    """Of the problems that both have judged attempts at."""
    problems: int
    """So many they are."""
    attempts: tuple[tuple[int, int], tuple[int, int]]
    """Fewest and most judged attempts at one of them, of base and of new."""
    unjudged: tuple[tuple[int, int], tuple[int, int]]
    """Attempts that were not judged, and of how many; of base and of new."""
    effect: Effect | None
    """None where no problem has a judged attempt on both sides."""
    changes: tuple[ProblemChange, ...]
    flow: tuple[Flow, ...]
    costs: tuple[Cost, ...]

    @property
    def shown(self) -> bool:
        """Whether a difference is shown: the interval excludes 0 and the test rejects equality."""
        if self.effect is None or self.effect.chance > self.alpha:
            return False
        return self.effect.low > 0 or self.effect.high < 0

    def turned(self, turn: Turn) -> tuple[ProblemChange, ...]:
        """Return the problems that went one way."""
        return tuple(one for one in self.changes if one.turn is turn)


def compared(
    base: Side,
    new: Side,
    *,
    unit: Unit = Unit.CONTEST,
    metric: Metric = Metric.SCORE,
    alpha: float = ALPHA,
    seed: int = 0,
) -> Comparison:
    """Compare two sides; whether they may be compared is for the caller to look at."""
    held = pairs(base, new, metric)
    problems = common(base, new)
    return Comparison(
        contest=base.record.contest.id,
        title=base.record.contest.title,
        base=base.title,
        new=new.title,
        base_run=base.record.id,
        new_run=new.record.id,
        metric=metric,
        unit=unit,
        alpha=alpha,
        obstacles=obstacles(base, new),
        settings=differing(base, new),
        points=sum(pair.weight for pair in held),
        problems=len(held),
        attempts=(
            _ends([len(pair.base) for pair in held]),
            _ends([len(pair.new) for pair in held]),
        ),
        unjudged=(unjudged(base, problems), unjudged(new, problems)),
        effect=_effect(base, new, held, unit, metric, alpha, seed) if held else None,
        changes=problem_changes(base, new, metric),
        flow=verdict_flow(base, new),
        costs=costs(base, new),
    )


def _effect(
    base: Side,
    new: Side,
    held: Sequence[Pair],
    unit: Unit,
    metric: Metric,
    alpha: float,
    seed: int,
) -> Effect:
    seen = moments(held)
    low, high = interval(seen, unit, alpha / 2)
    found = chance(held, unit, seed=seed)
    sizes = [(len(pair.base), len(pair.new)) for pair in held]
    worst = filled(base, new, metric, base_at=1.0, new_at=0.0)
    best = filled(base, new, metric, base_at=0.0, new_at=1.0)
    return Effect(
        difference=seen.difference,
        low=low,
        high=high,
        chance=found.either,
        exact=found.exact,
        least=min(1.0, 2 * least(sizes, unit)),
        bounds=(moments(worst).difference, moments(best).difference),
    )


def _ends(counts: Sequence[int]) -> tuple[int, int]:
    return min(counts, default=0), max(counts, default=0)
