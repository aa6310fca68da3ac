"""How often the gate is wrong, how often it is right, and what other ways of comparing do.

Simulated pairs of runs whose truth is known (``gate_worlds.py``) are ruled on by the gate's own
code (``harness.regression.Trials``). The first table has, over all worlds, the worst of

- ``alarm, alike``: REGRESSION of systems whose means are equal, no fall allowed;
- ``alarm, allowed``: REGRESSION of a fall of exactly the 3 % that is allowed, and of equal ones;
- ``wrong PASS``: PASS of a fall of exactly what is allowed;
- ``shown``: ``harness compare`` says of equal ones that they differ;
- ``low``, ``high``: the truth is beyond a one-sided bound of the gate;
- ``outside``: the truth is outside the two-sided interval of ``harness compare``.

``limit`` is what chance alone could make of alpha. A worst that is above alpha was chosen by
chance too: the three worst worlds are simulated again, three or eight times as often and with other
draws, and those figures are printed. ``repeats`` and ``error`` (one standard error at alpha) are of
the first time.
Beside it are the false alarms, of equal ones or of the allowed fall, of two other ways to compare:

- ``z``: each run's standard error of the mean over problems, no pairing (lm-evaluation-harness);
- ``mean``: one mean a problem, Student's t over the paired problems.

The second table has how often each says PASS of equal systems, and REGRESSION of true falls, at
3 % allowed: of a fall of 3 % that is still a false alarm. Its problems are of all kinds, from
nearly always solved to nearly never, and each loses the same share of its points.

The same seed gives the same figures, for the whole grid as for a part of it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist
from typing import NamedTuple
from zlib import crc32

import numpy as np

from harness.regression import Trials
from harness.stats.paired import Unit
from harness.stats.paired.quantiles import deviation
from harness.stats.paired.samples import Floats
from tests.bench.gate_worlds import KINDS, Laws, World, drawn, laws, mixed, percent, worlds

LIMIT = 0.03
PROBLEMS = (6, 12, 30, 400)
ATTEMPTS = (1, 2, 4, 8, 16, 32, 64)
UNEVEN = {6: (64, 4), 12: (8, 2), 30: (8, 1), 400: (4, 1)}
"""Base has more attempts than new: one row more for each number of problems."""
FALLS = (LIMIT, 0.05, 0.1, 0.2, 0.4)
"""How often they are called is printed; of the first, which is allowed, it is a false alarm."""
NEAR = 1e-9
AT_ONCE = 400_000
"""Scores of a side that are held at once."""
TESTED = 64
"""Up to so many attempts in all (base and new at one problem, times problems), every alarm is held
against the permutation test. Beyond, where that would take hours, the bound's alarm is counted: the
test can only take alarms away."""
WORST = 3
"""So many worlds of a cell and statistic are simulated again where they are above alpha."""
SEED = 20261128

HEAD = ("unit", "scores", "problems", "attempts")
WRONG = ("alarm, alike", "alarm, allowed", "wrong PASS", "shown", "low", "high", "outside")
OTHERS = ("z: alarm", "mean: alarm")


class Case(NamedTuple):
    """A cell of the grid."""

    unit: Unit
    kind: str
    problems: int
    attempts: tuple[int, int]

    @property
    def words(self) -> tuple[str, ...]:
        base, new = self.attempts
        each = str(new) if base == new else f"{base}, {new}"
        return self.unit.value, self.kind, str(self.problems), each


def times(case: Case, most: int) -> int:
    """Return how often a world is simulated: less often where one takes longer."""
    scores = case.problems * max(case.attempts)
    return max(most // 3, min(most, most * 3_200 // scores))


def times_again(case: Case, most: int) -> int:
    """Return how often a world that was above alpha is simulated again."""
    once = times(case, most)
    return once * (8 if case.problems * max(case.attempts) <= 2_000 else 3)


def simulated(
    case: Case, world: World, repeats: int, again: str = ""
) -> Iterator[tuple[Trials, int]]:
    """Yield trials of a world, and how many they are, so many at a time as memory allows."""
    key = "/".join((*case.words, world.name, again))
    random = np.random.default_rng([SEED, crc32(key.encode())])
    most = max(1, AT_ONCE // (case.problems * max(case.attempts)))
    while repeats > 0:
        many = min(most, repeats)
        yield Trials(*drawn(world, case.attempts, many, random), world.weights.tolist()), many
        repeats -= many


def wrongs(case: Case, world: World, alpha: float, repeats: int, again: str = "") -> Floats:
    """Return how often each of ``WRONG`` and ``OTHERS`` happened; NaN where it could not."""
    truth, unit = world.truth, case.unit
    alike, allowed = abs(truth) < NEAR, abs(truth + LIMIT) < NEAR
    tested = case.problems * sum(case.attempts) <= TESTED
    found = np.zeros(len(WRONG + OTHERS))
    for trials, _ in simulated(case, world, repeats, again):
        alarms = trials.regressions if tested else trials.suspected
        one, two = trials.bounds(unit, alpha), trials.bounds(unit, alpha / 2)
        outside = (truth < two[0] - NEAR) | (truth > two[1] + NEAR)
        counts = [
            alarms(unit, limit=0.0, alpha=alpha).sum() if alike else 0,
            alarms(unit, limit=LIMIT, alpha=alpha).sum() if alike or allowed else 0,
            trials.passes(unit, limit=LIMIT, alpha=alpha).sum() if allowed else 0,
            (trials.differing(unit, alpha).sum() if tested else outside.sum()) if alike else 0,
            (truth < one[0] - NEAR).sum(),
            (truth > one[1] + NEAR).sum(),
            outside.sum(),
        ]
        for errors in (unpaired(trials, alpha), averaged(trials, alpha)):
            limit = 0.0 if alike else LIMIT
            # They know no points of problems, so of uneven ones only alike systems are their null.
            plain = trials.seen.differences.mean(axis=1)
            counts.append((plain + errors < -limit - NEAR).sum())
        found += counts
    theirs = alike or (allowed and bool(np.ptp(world.weights) == 0))
    held = (alike, alike or allowed, allowed, alike, True, True, True, theirs, theirs)
    return np.where(held, found / repeats, np.nan)


def unpaired(trials: Trials, alpha: float) -> Floats:
    """Return the reach of the z-test of two means over problems."""
    total = np.zeros(len(trials.base[0]))
    for side in (trials.base, trials.new):
        means = np.stack(side).mean(axis=2)
        total += means.var(axis=0, ddof=1) / len(side)
    return np.asarray(deviation(alpha) * np.sqrt(total))


def averaged(trials: Trials, alpha: float) -> Floats:
    """Return the reach of the t-test of the problems' differences of means."""
    away = trials.seen.differences
    many = away.shape[1]
    return np.asarray(deviation(alpha, many - 1) * away.std(axis=1, ddof=1) / many**0.5)


def grid(units: Sequence[Unit], kinds: Sequence[str], sizes: Sequence[int]) -> Iterator[Case]:
    """Yield the cells of a grid."""
    for unit in units:
        for kind in kinds:
            for problems in sizes:
                for attempts in (*((n, n) for n in ATTEMPTS), UNEVEN[problems]):
                    yield Case(unit, kind, problems, attempts)


class Row(NamedTuple):
    """The worst of a cell."""

    case: Case
    repeats: int
    worst: Floats
    """Of ``WRONG`` and ``OTHERS``."""
    limit: float
    where: tuple[str, ...]
    """The world of each of ``WRONG``."""

    @property
    def beyond(self) -> list[str]:
        """What happened more often than chance allows, and in which world."""
        return [
            f"{' '.join(self.case.words)}: {name} {100 * share:.2f} in '{world}'"
            for name, share, world in zip(WRONG, self.worst.tolist(), self.where, strict=False)
            if share > self.limit
        ]


def row(case: Case, alpha: float, most: int, only: Callable[[World], bool] | None = None) -> Row:
    """Simulate a cell, and what is above alpha once more."""
    repeats = times(case, most)
    held = [
        world
        for world in worlds(case.unit, case.kind, case.problems, max(case.attempts))
        if only is None or only(world)
    ]
    found = np.array([wrongs(case, world, alpha, repeats) for world in held])
    found = np.nan_to_num(found)
    # What was chosen for being high is no estimate; the second time, with other draws, is one.
    again: dict[int, Floats] = {}
    worst = np.where(found[:, : len(WRONG)] > alpha, 0.0, found[:, : len(WRONG)])
    for column in range(len(WRONG)):
        for place in np.argsort(-found[:, column])[:WORST].tolist():
            if found[place, column] > alpha:
                if place not in again:
                    again[place] = wrongs(
                        case, held[place], alpha, times_again(case, most), "again"
                    )
                worst[place, column] = again[place][column]
    # One chance in twenty for the whole grid together, as if all were at alpha exactly.
    errors = NormalDist().inv_cdf(1 - 0.05 / (len(WRONG) * WORST * 192))
    error = (alpha * (1 - alpha) / times_again(case, most)) ** 0.5
    return Row(
        case,
        repeats,
        np.concatenate([worst.max(axis=0), found[:, len(WRONG) :].max(axis=0)]),
        alpha + errors * error,
        tuple(held[place].name for place in worst.argmax(axis=0).tolist()),
    )


def powers(case: Case, alpha: float, most: int) -> list[float]:
    """Return how often each way says PASS of equal systems, then REGRESSION of each fall."""
    shares: list[float] = []
    for fall in (0.0, *FALLS):
        world = falling(case, fall)
        repeats = times(case, most)
        counts = np.zeros(3)
        for trials, _ in simulated(case, world, repeats):
            z, t = unpaired(trials, alpha), averaged(trials, alpha)
            means = trials.seen.means
            if fall:
                counts += (
                    confirmed(trials, case, alpha),
                    (means + z < -LIMIT).sum(),
                    (means + t < -LIMIT).sum(),
                )
            else:
                counts += (
                    trials.passes(case.unit, limit=LIMIT, alpha=alpha).sum(),
                    (means - z > -LIMIT).sum(),
                    (means - t > -LIMIT).sum(),
                )
        shares += (counts / repeats).tolist()
    return shares


def confirmed(trials: Trials, case: Case, alpha: float) -> float:
    """Return how many are a REGRESSION: of a cell too large to test all, as many as of a few."""
    suspected = np.flatnonzero(trials.suspected(case.unit, limit=LIMIT, alpha=alpha))
    scores = case.problems * sum(case.attempts)
    few = suspected[: max(2, 4_000 // scores)]
    if not len(few):
        return 0.0
    sure = sum(trials.rejected(trial, case.unit, alpha) for trial in few.tolist())
    return len(suspected) * sure / len(few)


def falling(case: Case, fall: float) -> World:
    """Return problems of all kinds, of whose points so many are lost, evenly."""
    ones = np.ones(case.problems)
    base: Laws = laws(case.kind, mixed(case.problems))
    after = base.collapsed(fall / float(base.means.mean()))
    if case.unit is Unit.CONTEST:
        return World(f"power {percent(fall)}", base, after, ones, np.zeros(0))
    return World(f"power {percent(fall)}", base, after, ones, ones / case.problems)


def cells(*words: object) -> str:
    return "| " + " | ".join(map(str, words)) + " |"


def shown(share: float) -> str:
    return f"{100 * share:.1f}"


def wrong_words(one: Row, alpha: float) -> tuple[str, ...]:
    error = (alpha * (1 - alpha) / one.repeats) ** 0.5
    figures = one.worst.tolist()
    return (
        *one.case.words,
        str(one.repeats),
        *map(shown, (error, *figures[: len(WRONG)], one.limit, *figures[len(WRONG) :])),
    )


def print_wrongs(cases: Sequence[Case], alpha: float, most: int) -> list[str]:
    """Print the first table; return what is beyond chance."""
    print(
        f"\nalpha {percent(alpha)}, allowed fall {percent(LIMIT)}; worst of all worlds, in percent"
    )
    head = (*HEAD, "repeats", "error", *WRONG, "limit", *OTHERS)
    print(cells(*head))
    print(cells(*["---"] * len(head)))
    found = []
    for case in cases:
        found.append(row(case, alpha, most))
        print(cells(*wrong_words(found[-1], alpha)), flush=True)
    print("\nThe worst of each number of problems, in percent")
    head = ("unit", "problems", *WRONG, *OTHERS)
    print(cells(*head))
    print(cells(*["---"] * len(head)))
    for unit, problems in dict.fromkeys((case.unit, case.problems) for case in cases):
        held = [one for one in found if (one.case.unit, one.case.problems) == (unit, problems)]
        worst = np.max([one.worst for one in held], axis=0).tolist()
        print(cells(unit.value, problems, *map(shown, worst)))
    return [line for one in found for line in one.beyond]


def print_powers(cases: Sequence[Case], alpha: float, most: int) -> None:
    """Print the second table."""
    print("\nPower over problems of all kinds, in percent: gate / z / mean")
    head = (*HEAD, "PASS of alike", *(f"REGRESSION at {percent(fall)}" for fall in FALLS))
    print(cells(*head))
    print(cells(*["---"] * len(head)))
    for case in cases:
        if case.attempts[0] != case.attempts[1]:
            continue
        found = [f"{100 * share:.0f}" for share in powers(case, alpha, most)]
        three = [" / ".join(found[n : n + 3]) for n in range(0, len(found), 3)]
        print(cells(*case.words, *three), flush=True)


def main(words: Sequence[str]) -> int:
    """Print both tables; exit 1 where something is wrong more often than chance allows."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.gate", description=__doc__)
    parser.add_argument("--unit", choices=[unit.value for unit in Unit], action="append")
    parser.add_argument("--scores", choices=KINDS, action="append")
    parser.add_argument("--problems", type=int, choices=PROBLEMS, action="append")
    parser.add_argument("--attempts", type=int, choices=ATTEMPTS, action="append")
    parser.add_argument("--alpha", type=float, default=0.05)
    parser.add_argument("--repeats", type=int, default=500, help="of a cell of usual size")
    parser.add_argument("--table", choices=("wrong", "power"), help="only one of the tables")
    args = parser.parse_args(words)
    units = [Unit(word) for word in args.unit or list(Unit)]
    cases = [
        case
        for case in grid(units, args.scores or KINDS, args.problems or PROBLEMS)
        if not args.attempts or case.attempts[1] in args.attempts
    ]
    began = time.process_time()
    beyond: list[str] = []
    if args.table != "power":
        beyond = print_wrongs(cases, args.alpha, args.repeats)
        print(*beyond, sep="\n")
        print(f"{time.process_time() - began:.0f} s of one core; {len(beyond)} beyond chance")
    if args.table != "wrong":
        print_powers(cases, args.alpha, args.repeats)
        print(f"{time.process_time() - began:.0f} s of one core")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
