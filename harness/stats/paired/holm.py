"""Several tests at once."""

from __future__ import annotations

from collections.abc import Sequence


def holm(tails: Sequence[float]) -> tuple[float, ...]:
    """Return the probabilities adjusted for being several (Holm 1979), in the same order.

    Where those at most alpha are taken as shown, the probability that any of them is wrongly
    shown is at most alpha, however the tests hang together.
    """
    found = [1.0] * len(tails)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(tails)), key=lambda n: tails[n])):
        largest = max(largest, min(1.0, (len(tails) - rank) * tails[place]))
        found[place] = largest
    return tuple(found)
