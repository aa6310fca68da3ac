"""How often a problem is solved: pass@k, avg@k, and the tries it takes.

pass@k is the unbiased estimator of Chen et al. 2021, "Evaluating Large Language Models Trained on
Code" (arXiv 2107.03374, section 2.1): the share of k-subsets of the n samples that hold a right
one. ``1 - (1 - c/n) ** k`` is biased and is nowhere here. Over a set of problems, take the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from statistics import fmean


def pass_at_k(samples: int, right: int, k: int) -> float:
    """Return the probability that k of the samples, drawn without return, hold a right one.

    It is also the probability that an ICPC problem is solved within k submissions in random
    order. Raises ValueError unless ``1 <= k <= samples`` and ``0 <= right <= samples``.
    """
    if not 1 <= k <= samples or not 0 <= right <= samples:
        raise ValueError(f"no pass@{k} from {right} right of {samples}")
    every = comb(samples, k)
    return (every - comb(samples - right, k)) / every


def avg_at_k(problems: Sequence[Sequence[float]]) -> float:
    """Return the mean over problems of the mean over each problem's samples.

    With k samples a problem it is avg@k, which is pass@1 estimated from k samples. Raises
    ValueError when there is no problem, or one without a sample.
    """
    if not problems or not all(problems):
        raise ValueError("no average of nothing")
    return fmean(fmean(samples) for samples in problems)


def expected_rejections(samples: int, right: int) -> float:
    """Return the expected wrong tries before the first right one, in random order without return.

    ``(n - c) / (c + 1)``, as Nemotron-Cascade counts penalties (arXiv 2512.13607, appendix E).
    Without a right sample it is all of them. Raises ValueError unless ``0 <= right <= samples``.
    """
    if not 0 <= right <= samples:
        raise ValueError(f"{right} right of {samples}")
    return (samples - right) / (right + 1)
