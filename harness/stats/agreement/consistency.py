"""How a judge agrees with itself: votes on the same proof, two by two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import comb

import numpy as np

from harness.stats.agreement.crossing import Floats
from harness.stats.agreement.measures import quotient


def agreeing_pairs(votes: Sequence[float | None]) -> float | None:
    """Return the share of pairs of votes that are equal; None with fewer than two votes.

    None among the votes is no vote, and pairs with nothing.
    """
    counts = Counter(vote for vote in votes if vote is not None)
    pairs = comb(counts.total(), 2)
    return sum(comb(count, 2) for count in counts.values()) / pairs if pairs else None


class Consistency:
    """The mean over proofs of :func:`agreeing_pairs`, kept by problem."""

    def __init__(self, proofs: Iterable[tuple[str, Sequence[float | None]]]) -> None:
        sums: dict[str, list[float]] = {}
        for problem, votes in proofs:
            share = agreeing_pairs(votes)
            if share is not None:
                held = sums.setdefault(problem, [0.0, 0.0])
                held[0] += share
                held[1] += 1
        self.problems = sorted(sums)
        self._sums: Floats = np.array([sums[name] for name in self.problems]).reshape(-1, 2)

    @property
    def proofs(self) -> int:
        """Proofs with at least two votes."""
        return int(self._sums[:, 1].sum())

    @property
    def whole(self) -> Floats:
        """Sum of shares and number of proofs, over all problems."""
        sums: Floats = self._sums.sum(axis=0)
        return sums

    def resampled(self, weights: Floats) -> Floats:
        """Return the same for each row of weights of problems."""
        sums: Floats = weights @ self._sums
        return sums


def mean_share(sums: Floats) -> Floats:
    """Return the mean share of agreeing pairs; undefined where no proof has two votes."""
    return quotient(sums[..., 0], sums[..., 1])
