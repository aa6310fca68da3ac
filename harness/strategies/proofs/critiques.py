"""Which verifications of a proof its author is shown."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal

from harness.strategies.proofs.pool import Vote
from harness.strategies.proofs.scores import COMPLETE

Prefer = Literal["lowest", "faults"]
"""``lowest``: by score, the lowest first, at random within a score (DeepSeekMath-V2's released
code). ``faults``: at random among those below 1, and only then among the others (its paper)."""


def chosen(
    votes: Sequence[Vote], *, prefer: Prefer, most: int, per_score: int, chance: Random
) -> list[Vote]:
    """Return at most ``most`` votes, in the order they are shown.

    ``per_score`` caps those of one score, unless all votes have the same; 0 is no cap.
    """
    drawn = list(votes)
    chance.shuffle(drawn)
    if prefer == "faults":
        drawn.sort(key=lambda vote: vote.score == COMPLETE)
    else:
        drawn.sort(key=lambda vote: vote.score)
    if per_score and len({vote.score for vote in drawn}) > 1:
        held: dict[float, int] = {}
        capped = []
        for vote in drawn:
            held[vote.score] = held.get(vote.score, 0) + 1
            if held[vote.score] <= per_score:
                capped.append(vote)
        drawn = capped
    return drawn[:most]
