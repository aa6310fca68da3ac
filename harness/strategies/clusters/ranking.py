"""Clusters in the order in which they are handed in; pure."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from harness.strategies.clusters.clusters import Cluster


def ranked(
    clusters: Sequence[Cluster], worth: Sequence[float], traces: Sequence[int]
) -> tuple[Cluster, ...]:
    """Return clusters with the highest worth first: wins, the mean of marks, or their size.

    Equals go by the longest trace in them, then by their first candidates: no paper says how.
    """
    order = sorted(
        range(len(clusters)),
        key=lambda place: (
            -worth[place],
            -traces[clusters[place].members[0]],
            clusters[place].members[0],
        ),
    )
    return tuple(clusters[place] for place in order)


def queued(clusters: Sequence[Cluster], *, laps: bool) -> tuple[int, ...]:
    """Return the programs of ranked clusters in the order in which they are handed in.

    In ``laps`` the first of every cluster comes before the second of any, because programs of
    one cluster hardly differ; else a cluster is used up before the next begins.
    """
    if not laps:
        return tuple(number for cluster in clusters for number in cluster.members)
    longest = max((cluster.size for cluster in clusters), default=0)
    return tuple(
        cluster.members[lap] for lap in range(longest) for cluster in clusters if lap < cluster.size
    )


def shuffled(count: int, chance: Random) -> tuple[int, ...]:
    """Return programs in an order that is drawn."""
    order = list(range(count))
    chance.shuffle(order)
    return tuple(order)
