"""The highest score that a test tree can give."""

from __future__ import annotations

import math

from harness.types import Aggregation, Group


def most(group: Group, *, scored_tests: bool, validated: bool) -> float:
    """Return the highest score of a group; infinite where nothing bounds it.

    ``scored_tests`` says that the validator gives scores, so that an accepted test may be
    worth more than its group's ``accept_score``. A validator of the package's own
    (``validated``) may do so unasked: it is believed where the group has a range.
    """
    bound = math.inf if group.highest is None else group.highest
    if group.custom is not None or group.scores is Aggregation.PASS_FAIL:
        return bound
    of_test = group.accept_score
    if of_test is None or scored_tests or (validated and group.highest is not None):
        of_test = math.inf
    parts = [(name, of_test) for name in group.tests]
    parts += [
        (inner.name, most(inner, scored_tests=scored_tests, validated=validated))
        for inner in group.groups
    ]
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
