"""Votes to what a judge found of a proof."""

from __future__ import annotations

from collections.abc import Sequence

from harness.aggregate import aggregated
from harness.types import Aggregate, Judged, Scale


def judged(
    problem: str,
    proof_sha256: str,
    judge: str,
    scale: Scale,
    votes: Sequence[float | None],
    how: Aggregate,
) -> Judged:
    """Return what a judge's votes on a proof come to; no vote at all is no mark."""
    cast = [vote for vote in votes if vote is not None]
    return Judged(
        problem=problem,
        proof_sha256=proof_sha256,
        judge=judge,
        scale=scale,
        votes=tuple(votes),
        mark=aggregated(how, cast, scale) if cast else None,
    )
