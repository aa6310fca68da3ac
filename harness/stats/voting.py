"""maj@k: how often the commonest of k answers is right.

Self-consistency is Wang et al. 2022 (arXiv 2203.11171). Where answers tie, each of them is the
answer for an equal share, as in NeMo-Skills' metric. With more samples than k it is the mean over
all k-subsets, counted and not sampled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from math import comb


def maj_at_k(answers: Sequence[Hashable | None], right: Hashable, k: int) -> float:
    """Return the expected share of the vote's winner that is right, over all k-subsets.

    None is a sample without an answer: it is drawn like others and votes for nothing; where
    nobody votes, nothing is right. Raises ValueError unless ``1 <= k <= len(answers)``.
    """
    if not 1 <= k <= len(answers):
        raise ValueError(f"no majority of {k} from {len(answers)}")
    counts = Counter(answer for answer in answers if answer is not None)
    silent = len(answers) - counts.total()
    for_right = counts.pop(right, 0)
    # The shares of ties are quotients, so the counts of subsets are kept apart by their ties.
    ways: Counter[int] = Counter()
    for votes in range(1, min(for_right, k) + 1):
        rest = _others(counts.values(), votes, k - votes)
        for (drawn, ties), subsets in rest.items():
            missing = k - votes - drawn
            ways[ties + 1] += subsets * comb(for_right, votes) * comb(silent, missing)
    common = 1
    for shares in range(2, max(ways, default=1) + 1):
        common *= shares
    return sum(count * (common // shares) for shares, count in ways.items()) / (
        common * comb(len(answers), k)
    )


def _others(counts: Iterable[int], most: int, room: int) -> Counter[tuple[int, int]]:
    """Count the draws of other answers, none with more than ``most`` votes: (drawn, ties)."""
    found: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for count in counts:
        wider: Counter[tuple[int, int]] = Counter()
        for (drawn, ties), ways in found.items():
            for votes in range(min(count, most, room - drawn) + 1):
                wider[drawn + votes, ties + (votes == most)] += ways * comb(count, votes)
        found = wider
    return found
