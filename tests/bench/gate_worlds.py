"""Pairs of systems whose truth is known: what an attempt at each kind of problem is worth.

A **law** is how one attempt at a problem comes out: levels that are reached, each with the
probability to reach it and the score of stopping there. A **world** is a law of base and of new for
every problem (unit `contest`), or for every kind of problem with the share that it has of all
problems there are (unit `problems`), and so it has a true difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from harness.stats.paired import Unit
from harness.stats.paired.samples import Floats

KINDS = ("pass or fail", "IOI", "IMO")
FALLS = (0.0, 0.03, 0.2)
LEVELS = 7
KIND_COUNT = 24
"""Kinds of problem that a mixed population has."""

IMO_HARD = np.array([0.5, 0.7, 0.8, 0.85, 0.9, 1.3, 1.5])
"""Marks of 0 to 7: nothing, little, nearly all and all are common, the middle is rare."""


class Laws(NamedTuple):
    """Laws by problem (or kind) and level; unused levels are worth nothing more."""

    steps: Floats
    """What a level adds to the score; sums are at most 1."""
    reached: Floats
    """Probability to reach the level, falling with the levels."""

    @property
    def means(self) -> Floats:
        return np.asarray((self.steps * self.reached).sum(axis=1))

    def collapsed(self, share: Floats | float) -> Laws:
        """Return the laws where so many attempts are worth nothing."""
        kept = 1 - np.broadcast_to(np.asarray(share, dtype=np.float64), self.means.shape)
        return Laws(self.steps, self.reached * kept[:, None])

    def joined(self, other: Laws) -> Laws:
        return Laws(*(np.concatenate(both) for both in zip(self, other, strict=True)))


class World(NamedTuple):
    """What is simulated."""

    name: str
    base: Laws
    new: Laws
    weights: Floats
    """Of the problems; all alike where problems are drawn."""
    shares: Floats
    """Of each kind among all problems there are; empty where the problems are given."""

    @property
    def truth(self) -> float:
        gained = self.new.means - self.base.means
        of = self.shares if len(self.shares) else self.weights / self.weights.sum()
        return float(of @ gained)


def laws(kind: str, solved: Floats) -> Laws:
    """Return laws of a kind of scores; ``solved`` is how easy each problem is, from 0 to 1."""
    steps, hard = np.zeros((len(solved), LEVELS)), np.ones((len(solved), LEVELS))
    if kind == "pass or fail":
        steps[:, 0] = 1.0
    elif kind == "IMO":
        steps[:], hard[:] = 1 / 7, IMO_HARD
    else:
        # Subtasks of whole points of a hundred, other ones at each problem.
        random = np.random.default_rng(3)
        steps[:, :6] = (5 + random.multinomial(70, [1 / 6] * 6, len(solved))) / 100
        hard[:, :6] = np.linspace(0.3, 2.5, 6)
    return Laws(steps, np.where(steps > 0, solved[:, None] ** hard, 0.0))


def steady(scores: Floats) -> Laws:
    """Return laws of attempts that always come out the same."""
    steps = np.zeros((len(scores), LEVELS))
    steps[:, 0] = scores
    return Laws(steps, (steps > 0).astype(np.float64))


def leaped(means: Floats) -> Laws:
    """Return laws of all or nothing with these means."""
    return laws("pass or fail", means)


def mixed(count: int) -> Floats:
    """Return how easy problems of all kinds are: some nearly always solved, some nearly never."""
    return np.asarray(np.random.default_rng(7).beta(0.5, 0.35, count))


def worlds(unit: Unit, kind: str, problems: int, attempts: int) -> Iterator[World]:
    """Yield every world for so many problems and attempts."""
    given = unit is Unit.CONTEST
    yield from (of_contests(kind, problems, attempts) if given else of_problems(kind, problems))


def of_contests(kind: str, problems: int, attempts: int) -> Iterator[World]:
    """Yield worlds in which the problems are these and no others."""
    ones, place = np.ones(problems), np.arange(problems)
    slip = min(0.5, 2 / (problems * attempts))
    easiness = {
        "half": 0.5 * ones,
        "easy": 0.97 * ones,
        "hard": 0.03 * ones,
        "always full": ones,
        "always nothing": 0 * ones,
        "mixed": mixed(problems),
        "full or nothing": (place % 3 != 0).astype(np.float64),
        "one open": np.where(place == 0, 0.5, (place % 3 != 0).astype(np.float64)),
        "two slips": (1 - slip) * ones,
        "two hits": slip * ones,
    }
    for name, solved in easiness.items():
        yield from fallen(name, laws(kind, solved), ones)
    yield from fallen("uneven points", laws(kind, mixed(problems)), (1.0 + place) ** 2)
    base = laws(kind, mixed(problems))
    turned = Laws(base.steps[::-1], base.reached[::-1])
    yield World("exchanged", base, turned, ones, np.zeros(0))
    if kind != "pass or fail":
        for name, solved in (("half", 0.5 * ones), ("easy", 0.97 * ones)):
            base = laws(kind, solved)
            wild = leaped(base.means)
            yield World(f"{name}, new wilder", base, wild, ones, np.zeros(0))
            yield World(f"{name}, base wilder", wild, base, ones, np.zeros(0))
            yield World(f"{name}, base steady", steady(base.means), base, ones, np.zeros(0))


def fallen(name: str, base: Laws, weights: Floats) -> Iterator[World]:
    """Yield a contest with every fall that it can have, spread evenly or over few problems."""
    of = weights / weights.sum()
    whole, none = float(of @ base.means), np.zeros(0)
    for fall in FALLS:
        if not fall:
            yield World(f"{name}, alike", base, base, weights, none)
        elif whole > fall:
            even = base.collapsed(fall / whole)
            yield World(f"{name}, {percent(fall)} fall evenly", base, even, weights, none)
            left, shares = fall, np.zeros(len(weights))
            for row in np.argsort(-(of * base.means)):
                most = float(of[row] * base.means[row])
                shares[row] = min(1.0, left / most) if most else 0.0
                left -= shares[row] * most
            few = base.collapsed(shares)
            yield World(f"{name}, {percent(fall)} fall at few", base, few, weights, none)


def of_problems(kind: str, problems: int) -> Iterator[World]:
    """Yield worlds in which problems are drawn: many of them differ, both ways, and leaning."""
    ones = np.ones(problems)
    many = laws(kind, np.sort(mixed(KIND_COUNT)))
    even = np.full(KIND_COUNT, 1 / KIND_COUNT)
    for name, base, shares in (
        ("mixed", many, even),
        ("full or nothing", steady(np.array([0.0, 1.0])), np.array([0.3, 0.7])),
        ("always full", steady(np.ones(1)), np.ones(1)),
    ):
        whole = float(shares @ base.means)
        for fall in FALLS:
            word = f"{percent(fall)} fall" if fall else "alike"
            yield World(
                f"{name}, {word}" + (" evenly" if fall else ""),
                base,
                base.collapsed(fall / whole),
                ones,
                shares,
            )
            if fall:
                lost = base.joined(base), base.joined(base.collapsed(1.0))
                part = fall / whole
                two = np.concatenate([shares * (1 - part), shares * part])
                yield World(f"{name}, {word} by whole problems", *lost, ones, two)
    half = np.array([0.5, 0.5])
    yield World(
        "half of them better, half worse",
        laws(kind, half),
        laws(kind, np.array([0.2, 0.8]))
        if kind == "pass or fail"
        else leaped(laws(kind, half).means + np.array([-0.2, 0.2])),
        ones,
        half,
    )
    for fall in (0.0, 0.03):
        for part in (0.3, 0.1, 0.03, 2 / problems):
            yield from leaning(part, fall, ones)


def leaning(part: float, fall: float, ones: Floats) -> Iterator[World]:
    """Yield a rare gain (loss) of everything, which small losses (gains) elsewhere make up for."""
    word = f"{percent(part)} gain all, {percent(fall)} fall"
    shares = np.array([part, 1 - part])
    less = (part + fall) / (1 - part)
    if less <= 1:
        base, after = steady(np.array([0.0, 1.0])), np.array([1.0, 1 - less])
        yield World(word, base, leaped(after), ones, shares)
        yield World(f"{word}, steadily", base, steady(after), ones, shares)
    more = (part - fall) / (1 - part)
    if 0 <= more <= 1:
        base, after = steady(np.array([1.0, 0.0])), np.array([0.0, more])
        word = f"{percent(part)} lose all, {percent(fall)} fall"
        yield World(word, base, leaped(after), ones, shares)
        yield World(f"{word}, steadily", base, steady(after), ones, shares)


def percent(share: float) -> str:
    return f"{100 * share:.2g} %"


def drawn(
    world: World, attempts: tuple[int, int], repeats: int, random: np.random.Generator
) -> tuple[list[Floats], list[Floats]]:
    """Return scores of base and of new: an array a problem, by repeat and attempt."""
    problems = len(world.weights)
    if len(world.shares):
        kinds = random.choice(len(world.shares), (problems, repeats), p=world.shares)
    else:
        kinds = np.arange(problems)[:, None]
    sides = []
    for side, many in zip((world.base, world.new), attempts, strict=True):
        luck = random.random((problems, repeats, many), dtype=np.float32)
        reached = np.zeros(luck.shape, dtype=np.uint8)
        for level in np.flatnonzero(side.steps.any(axis=0)).tolist():
            reached += luck < side.reached[kinds, level][..., None].astype(np.float32)
        scores = np.zeros((len(side.steps), LEVELS + 1))
        scores[:, 1:] = side.steps.cumsum(axis=1)
        sides.append(list(scores.ravel().take((LEVELS + 1) * kinds[..., None] + reached)))
    return sides[0], sides[1]
