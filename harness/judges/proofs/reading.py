r"""The mark that a reply ends with; what cannot be read is no vote, and never 0.

It stands in a ``\boxed{}`` at the very end: a box in the middle may be quoted from the proof,
whose author is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.types import Scale

_LAST = re.compile(
    r"\\boxed\{\s*(?:\\(?:text|textbf|mathrm|mathbf)\{\s*([A-Za-z]{1,32})\s*\}|([^{}]{0,32}))\s*\}"
    r"[^\w{}]{0,32}\Z"
)
"""A box with nothing behind it but punctuation, closing mathematics or closing bold type. A word in
it may be set as text, a number not: it was asked for as it is."""

WORDS = {
    Scale.POINTS: {str(mark): float(mark) for mark in range(8)},
    Scale.CLASSES: {"7": 7.0, "6": 6.0, "1": 1.0, "0": 0.0},
    Scale.HALVES: {"1": 1.0, "0.5": 0.5, "0": 0.0},
    Scale.BINARY: {"correct": 1.0, "incorrect": 0.0},
}
"""How each value is written."""


def mark_in(text: str, scale: Scale) -> float | None:
    """Return the mark that a text ends with, or None where none can be read."""
    return boxed(text, WORDS[scale])


def boxed(text: str, known: Mapping[str, float]) -> float | None:
    r"""Return the value of the word in the ``\boxed{}`` that a text ends with."""
    # Only the end is searched: a text may be hundreds of kilobytes of backslashes.
    found = _LAST.search(text.rstrip()[-160:])
    if not found:
        return None
    word = found.group(1) or found.group(2)
    return known.get(word.strip().lower())
