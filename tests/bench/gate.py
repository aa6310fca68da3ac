"""How often the gate is wrong, how often it is right, and what other ways of comparing do.

Simulated pairs of runs whose truth is known: alike, or with a true fall. It is checked that

- REGRESSION is called of runs alike, and of a fall of exactly what is allowed, at most as often as
  alpha says; and PASS of a fall of exactly what is allowed;
- one-sided bounds and two-sided intervals are missed at most as often as they say.

Each number is the worst over kinds of contest (``WORLDS``) and shapes of the fall; beside it stands
the highest that chance alone would give the worst of so many simulations at alpha (``limit``). The
second table has the power, beside two other ways to compare:

- ``z``: the standard error of each run's mean over problems, no pairing (lm-evaluation-harness);
- ``mean``: one mean a problem, paired, taken as if it had no noise and problems were the sample.

``python -m tests.bench.gate [REPEATS [UNIT]]``; default 500, half an hour or more on a busy core.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from harness.stats.paired import Moments, Pair, Unit, chance, interval
from harness.stats.paired.samples import Floats

ALPHA, LIMIT = 0.05, 0.03
SIZES = [(6, n) for n in (1, 2, 4, 8, 64)] + [(12, n) for n in (1, 2, 4, 8, 64)]
SIZES += [(30, n) for n in (1, 2, 4, 8, 64)] + [(400, n) for n in (1, 2, 8, 64)]
FALLS = (0.0, LIMIT, 0.2)
Z = NormalDist().inv_cdf(1 - ALPHA)
RNG = np.random.default_rng(20261128)


def mixed(problems: int) -> Floats:
    """Return what a contest is like: some nearly always solved, some nearly never."""
    return np.asarray(np.random.default_rng(7).beta(0.5, 0.35, problems))


KEYS = ("unit", "scores", "problems", "attempts", "repeats")
WRONG = ("REGRESSION of alike", "REGRESSION at the limit", "PASS at the limit", "below low")
WRONG += ("above high", "outside 95 %", "limit", "z: wrong", "mean: wrong")
POWER = ("PASS of alike: gate", "z", "mean", "REGRESSION of a fall of 20 %: gate", "z", "mean")

WORLDS: dict[str, Callable[[int], Floats]] = {
    "half": lambda problems: np.full(problems, 0.5),
    "easy": lambda problems: np.full(problems, 0.97),
    "perfect": lambda problems: np.ones(problems),
    "mixed": mixed,
    "all or none": lambda problems: (np.arange(problems) % 3 != 0).astype(float),
}
"""Probability of each problem to be solved by base (of graded ones: its expected score)."""


def fallen(solved: Floats, fall: float, shape: str) -> Floats:
    """Return the probabilities after a mean fall, spread evenly or over as few as it can be."""
    if not fall:
        return solved
    if shape == "even":
        return np.asarray(solved * (1 - fall / solved.mean()))
    left, found = fall * len(solved), solved.copy()
    for place in np.argsort(-solved):
        taken = min(float(found[place]), left)
        found[place] -= taken
        left -= taken
    return found


class Drawn(NamedTuple):
    """Attempts at all problems, repeated: by repeat, problem and attempt."""

    scores: Floats

    @property
    def lean(self) -> Floats:
        size = self.scores.shape[2]
        if size < 3:
            return np.zeros(self.scores.shape[:2])
        away = self.scores - self.scores.mean(axis=2, keepdims=True)
        return np.asarray((away**3).sum(axis=2) * size / ((size - 1) * (size - 2)))

    @property
    def spread(self) -> Floats:
        if self.scores.shape[2] < 2:
            return np.zeros(self.scores.shape[:2])
        return np.asarray(self.scores.var(axis=2, ddof=1))


def drawn(chances: Floats, attempts: int, graded: bool) -> Drawn:
    """Return attempts; ``chances`` by repeat and problem."""
    shape = (*chances.shape, attempts)
    if not graded:
        return Drawn((RNG.random(shape) < chances[..., None]).astype(np.float64))
    safe = np.clip(chances, 1e-9, 1 - 1e-9)[..., None]
    tenths = RNG.beta(1.5 * safe, 1.5 * (1 - safe), shape) * 10
    return Drawn((np.floor(tenths) + (RNG.random(shape) < tenths % 1)) / 10)


class Outcome(NamedTuple):
    """How often what happened, of all repeats."""

    regression: float
    passed: float
    low: float
    """The truth is below the one-sided lower bound."""
    high: float
    both: float
    """The truth is outside the two-sided interval."""
    z: tuple[float, float]
    """REGRESSION and PASS by the unpaired test."""
    mean: tuple[float, float]
    """The same by means taken as noise-free."""


def simulated(base: Drawn, new: Drawn, truth: float, unit: Unit) -> Outcome:
    """Hold the gate's rulings against the truth."""
    repeats, problems, attempts = base.scores.shape
    ones, sizes = np.full(problems, 1 / problems), np.full(problems, float(attempts))
    ours, theirs = base.scores.mean(axis=2), new.scores.mean(axis=2)
    spreads, leans = (base.spread, new.spread), (base.lean, new.lean)
    counts = np.zeros(9)
    for row in range(repeats):
        seen = Moments(
            weights=ones,
            base_size=sizes,
            new_size=sizes,
            differences=theirs[row] - ours[row],
            base_variance=spreads[0][row],
            new_variance=spreads[1][row],
            base_lean=leans[0][row],
            new_lean=leans[1][row],
        )
        low, high = interval(seen, unit, ALPHA)
        below, above = interval(seen, unit, ALPHA / 2)
        wrong = high < -LIMIT
        # Of a fall of 20 % over so many attempts the permutation test says yes, and takes long.
        if wrong and (truth > -0.1 or problems * attempts < 100):
            wrong = dealt(base.scores[row], new.scores[row], unit) <= ALPHA
        unpaired = Z * sqrt((ours[row].var(ddof=1) + theirs[row].var(ddof=1)) / problems)
        paired = Z * float((theirs[row] - ours[row]).std(ddof=1)) / sqrt(problems)
        difference = seen.difference
        counts += (
            wrong,
            low > -LIMIT,
            truth < low - 1e-9,
            truth > high + 1e-9,
            not below - 1e-9 <= truth <= above + 1e-9,
            difference + unpaired < -LIMIT,
            difference - unpaired > -LIMIT,
            difference + paired < -LIMIT,
            difference - paired > -LIMIT,
        )
    shares = (counts / repeats).tolist()
    return Outcome(*shares[:5], z=(shares[5], shares[6]), mean=(shares[7], shares[8]))


def dealt(base: Floats, new: Floats, unit: Unit) -> float:
    """Return the permutation test's probability."""
    rows = zip(base.tolist(), new.tolist(), strict=True)
    pairs = [Pair(problem="", base=tuple(one), new=tuple(other)) for one, other in rows]
    return chance(pairs, unit).worse


def cases(
    problems: int, attempts: int, graded: bool, unit: Unit, repeats: int
) -> Iterator[tuple[str, float, Outcome]]:
    """Yield every kind of contest with every fall it can have."""
    for name, world in WORLDS.items():
        for fall in FALLS:
            for shape in ("even", "few") if fall else ("even",):
                solved = world(problems)
                if solved.mean() < fall or (unit is Unit.PROBLEMS and shape == "few"):
                    continue
                after = fallen(solved, fall, shape)
                ours, theirs = (np.tile(each, (repeats, 1)) for each in (solved, after))
                truth = float((after - solved).mean())
                if unit is Unit.PROBLEMS:
                    # Problems are drawn anew from the kind; the fall takes whole problems.
                    ours = RNG.choice(solved, (repeats, problems))
                    lost = RNG.random(ours.shape) < fall / solved.mean()
                    theirs = np.where(lost, 0.0, ours)
                    truth = -fall
                first, second = (drawn(each, attempts, graded) for each in (ours, theirs))
                yield f"{name} {shape}", fall, simulated(first, second, truth, unit)


def main(repeats: int, units: Sequence[Unit] = tuple(Unit)) -> int:
    """Print both tables; exit 1 where something is wrong more often than it says."""
    began, failed, power = time.monotonic(), 0, []
    print(f"alpha {ALPHA}, allowed fall {LIMIT}; worst of all kinds of contest, in percent")
    print(cells(*KEYS, *WRONG))
    print(cells(*["---"] * len(KEYS + WRONG)))
    for unit in units:
        for graded in (False, True):
            for problems, attempts in SIZES:
                many = max(40, min(repeats, repeats * 9600 // (problems * attempts)))
                found = list(cases(problems, attempts, graded, unit, many))
                failed += row(unit, graded, problems, attempts, many, found)
                power.append((unit, graded, problems, attempts, found))
    print(f"\n{cells(*KEYS[:4], *POWER)}")
    print(cells(*["---"] * len(KEYS[:4] + POWER)))
    for unit, graded, problems, attempts, found in power:
        shown = {(name, fall): outcome for name, fall, outcome in found}
        alike, fall = shown["mixed even", 0.0], shown["mixed even", 0.2]
        words = (alike.passed, alike.z[1], alike.mean[1], fall.regression, fall.z[0], fall.mean[0])
        print(cells(unit.value, kind(graded), problems, attempts, *map(percent, words)))
    print(f"\n{time.monotonic() - began:.0f} s; {failed} rows beyond what chance gives")
    return 1 if failed else 0


def row(
    unit: Unit,
    graded: bool,
    problems: int,
    attempts: int,
    repeats: int,
    found: list[tuple[str, float, Outcome]],
) -> int:
    """Print what went wrong how often; return 1 where it is beyond chance."""

    def worst(value: Callable[[Outcome], float], *falls: float) -> float:
        return max(value(outcome) for _, fall, outcome in found if fall in falls)

    wrong = (
        worst(lambda o: o.regression, 0.0),
        worst(lambda o: o.regression, LIMIT),
        worst(lambda o: o.passed, LIMIT),
        worst(lambda o: o.low, *FALLS),
        worst(lambda o: o.high, *FALLS),
        worst(lambda o: o.both, *FALLS),
    )
    # One in a thousand for all rows together, by Bonferroni over what the worst is taken of.
    tests = len(found) * len(wrong) * 2 * 2 * len(SIZES)
    limit = ALPHA + NormalDist().inv_cdf(1 - 0.05 / tests) * sqrt(ALPHA * (1 - ALPHA) / repeats)
    others = (
        worst(lambda o: max(o.z), LIMIT),
        worst(lambda o: max(o.mean), LIMIT),
    )
    beyond = max(wrong) > limit
    words = (*map(percent, wrong), percent(limit), *map(percent, others))
    print(cells(unit.value, kind(graded), problems, attempts, repeats, *words), flush=True)
    return int(beyond)


def kind(graded: bool) -> str:
    return "graded" if graded else "pass or fail"


def cells(*words: object) -> str:
    return "| " + " | ".join(map(str, words)) + " |"


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


if __name__ == "__main__":
    chosen = [Unit(word) for word in sys.argv[2:]] or list(Unit)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500, chosen))
