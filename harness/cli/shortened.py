"""Names of problems in a sentence: each of a few, the first and the last of many."""

from __future__ import annotations

from collections.abc import Sequence

MOST_NAMED = 12
"""Problems of one kind that are named each: as many as an ICPC has."""


def many(ids: Sequence[str]) -> bool:
    """Whether there are too many names to be read."""
    return len(ids) > MOST_NAMED


def shortened(ids: Sequence[str]) -> str:
    """Return names with commas, or the first, the last and how many they are."""
    if many(ids):
        return f"{ids[0]} to {ids[-1]} ({len(ids)} problems)"
    return ", ".join(ids)
