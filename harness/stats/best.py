"""The best of m: what a limit on submissions leaves of a pool of n.

For scores sorted upwards, the best of a random m-subset is the i-th with probability
``C(i-1, m-1) / C(n, m)``: the i-th is in it, with m - 1 of the i - 1 below. With scores 0 and 1
this is pass@m (Chen et al. 2021, arXiv 2107.03374), whose argument it repeats for any scores. An
IOI sums its subtasks' bests, and expectation is linear: the expected points of m submissions
handed in without feedback are the sum over subtasks, exactly and without bias.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, fsum


def best_weights(samples: int, m: int) -> tuple[float, ...]:
    """Return the probability of each sample, in rising order, to be the best of m drawn.

    Of equal scores it does not matter which is called the best. Raises ValueError unless
    ``1 <= m <= samples``.
    """
    if not 1 <= m <= samples:
        raise ValueError(f"no best of {m} from {samples}")
    every = comb(samples, m)
    weights = [0.0] * (m - 1)
    ways = 1
    for below in range(m - 1, samples):
        weights.append(ways / every)
        ways = ways * (below + 1) // (below + 2 - m)  # C(below + 1, m - 1) from C(below, m - 1)
    return tuple(weights)


def expected_best(scores: Sequence[float], m: int) -> float:
    """Return the expected best score of m samples drawn without return."""
    weights = best_weights(len(scores), m)
    return fsum(score * weight for score, weight in zip(sorted(scores), weights, strict=True))


def expected_total(outcomes: Sequence[Sequence[float]], submissions: int) -> float:
    """Return the expected points of a problem when that many samples are handed in at random.

    ``outcomes`` holds each sample's points per subtask, equally many each. More submissions
    than samples hand in all of them. Raises ValueError when there is no sample or no submission.
    """
    m = min(submissions, len(outcomes))
    if m < 1:
        raise ValueError(f"no points from {submissions} of {len(outcomes)} samples")
    return fsum(expected_best(points, m) for points in zip(*outcomes, strict=True))
