"""Duels between clusters: who meets whom, what was said of it, and who won how often; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import msgspec

from harness.fenced import without_thought

VERDICT = re.compile(r"VERDICT: ([AB])")
SCORE = re.compile(r"SCORE: (\d{1,3})")
MOST = 100
"""The best mark of a program that is marked alone."""


class Duel(msgspec.Struct, frozen=True):
    """Two clusters, by their places, in the order in which a model is shown them."""

    first: int
    second: int

    def winner(self, side: str | None) -> int | None:
        """Return the cluster that a verdict is for: ``A`` is the first, ``B`` the second."""
        return {"A": self.first, "B": self.second}.get(side or "")


def drawn(clusters: int, games: int, chance: Random) -> tuple[Duel, ...]:
    """Draw duels at random so that each cluster plays ``games``.

    Clusters are shuffled into a circle and each meets its neighbours, which are two games for
    every one of them, for as many circles as it takes. Models favour a place, so each is shown
    first in one game of a circle and second in the other: a judge that looks at nothing else
    makes nobody win. Of an odd number of games the last is played in pairs; where the clusters
    are odd too, one sits it out. Two clusters can meet more than once, and must where there are
    few. One cluster plays nobody.
    """
    if clusters < 2:
        return ()
    found: list[Duel] = []
    order = list(range(clusters))
    for _ in range(games // 2):
        chance.shuffle(order)
        found += map(Duel, order, order[1:] + order[:1])
    if games % 2:
        chance.shuffle(order)
        found += map(Duel, order[::2], order[1::2])
    return tuple(found)


def most_duels(clusters: int, games: int) -> int:
    """Return how many duels :func:`drawn` draws."""
    return 0 if clusters < 2 else clusters * (games // 2) + (clusters // 2) * (games % 2)


def verdict(text: str) -> str | None:
    """Return ``A`` or ``B``, or None where a judge's text gives no verdict.

    The last line says it and nothing else; a text in which other lines say otherwise is no
    verdict, nor is one that only quotes a program that says so.
    """
    return _last_line(text, VERDICT)


def score(text: str) -> int | None:
    """Return a mark from 0 to 100, read as strictly as :func:`verdict`."""
    found = _last_line(text, SCORE)
    return int(found) if found is not None and int(found) <= MOST else None


def wins(clusters: int, winners: Sequence[int | None]) -> tuple[int, ...]:
    """Return how often each cluster won; a duel without a winner counts for nobody."""
    found = [0] * clusters
    for winner in winners:
        if winner is not None:
            found[winner] += 1
    return tuple(found)


def _last_line(text: str, form: re.Pattern[str]) -> str | None:
    lines = [line.strip() for line in without_thought(text).splitlines() if line.strip()]
    said = [found.group(1) for line in lines if (found := form.fullmatch(line))]
    if not said or form.fullmatch(lines[-1]) is None or len(set(said)) > 1:
        return None
    return said[-1]
