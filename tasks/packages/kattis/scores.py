"""The highest score that a test tree can give."""

from __future__ import annotations

import math

from harness.types import Aggregation, Group


def most(group: Group, *, scored_tests: bool) -> float:
    """Return the highest score of a group; infinite where nothing bounds it.

    ``scored_tests`` says that the validator gives scores, so that an accepted test may be
    worth more than its group's ``accept_score``.
    """
    bound = math.inf if group.highest is None else group.highest
    if group.custom is not None or group.scores is Aggregation.PASS_FAIL:
        return bound
    of_test = math.inf if scored_tests or group.accept_score is None else group.accept_score
    parts = [(name, of_test) for name in group.tests]
    parts += [(inner.name, most(inner, scored_tests=scored_tests)) for inner in group.groups]
    scores = [score for _, score in sorted(parts)]
    if group.ignore_sample:
        scores = scores[-1:]
    if not scores:
        return 0.0
    if group.scores is Aggregation.MIN:
        reached = min(scores)
    elif group.scores is Aggregation.MAX:
        reached = max(scores)
    elif group.scores is Aggregation.AVERAGE:
        reached = sum(scores) / len(scores)
    else:
        reached = math.fsum(scores)
    return min(bound, reached)
