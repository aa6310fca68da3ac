"""A mark out of a cell: a number of the scale or its word, and nothing that is nearly one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.types import Scale

WORDS: Mapping[Scale, Mapping[str, float]] = {
    Scale.CLASSES: {"correct": 7.0, "almost": 6.0, "partial": 1.0, "incorrect": 0.0},
    Scale.BINARY: {"correct": 1.0, "incorrect": 0.0},
}
"""Classes that have names; of IMO-ProofBench and of the Open Proof Corpus."""

NO_VOTE = "none"
"""How a recording says that nothing could be read in a reply."""


def read_mark(text: str, scale: Scale) -> float:
    """Return a mark; raises ValueError with what is wrong."""
    word = text.strip().lower()
    if not word:
        raise ValueError("is empty")
    known = WORDS.get(scale, {})
    if word in known:
        return known[word]
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", word, re.ASCII) and float(word) in scale.values:
        return float(word)
    said = text.strip()
    shown = said if len(said) <= 40 else f"{said[:40]}…"
    raise ValueError(f"holds {shown!r}, which is not on the scale {scale.value}")


def read_vote(text: str, scale: Scale) -> float | None:
    """Return a mark, or None for no vote; raises ValueError as :func:`read_mark` does."""
    return None if text.strip().lower() == NO_VOTE else read_mark(text, scale)
