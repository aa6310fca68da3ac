r"""The number that a voter's text ends with; what cannot be read is no vote, and never 0.

Scale of DeepSeekMath-V2 (its rubric): 1 complete and rigorous, 0.5 generally right with details
left out or small errors, 0 otherwise. A mark is the IMO's, 0 to 7. Both stand in a ``\boxed{}``
at the very end: a box in the middle may be quoted from the proof, whose author is not asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.judges.proofs.reading import mark_in
from harness.types import Scale

COMPLETE = 1.0
"""Score of a proof that nothing was found against."""


def score_of(text: str) -> float | None:
    r"""Return the score that a text ends with: 1, 0.5 or 0, written so in a ``\boxed{}``."""
    return mark_in(text, Scale.HALVES)


def mark_of(text: str) -> float | None:
    r"""Return the mark that a text ends with: a whole number from 0 to 7 in a ``\boxed{}``."""
    return mark_in(text, Scale.POINTS)


def mean(scores: Sequence[float]) -> float | None:
    """Return the mean; of no votes there is none."""
    return sum(scores) / len(scores) if scores else None


def majority(scores: Sequence[float]) -> float | None:
    """Return the score that most votes gave, the lower one of two that equally many gave."""
    counts = Counter(scores)
    return min(counts, key=lambda score: (-counts[score], score)) if counts else None
