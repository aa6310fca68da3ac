"""Which candidate is the best one, for whoever cannot look into the tests."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Literal

from harness.desk import Answer
from harness.strategies.candidates import Candidate

Selector = Literal["longest", "shortest", "random", "tail-confidence"]


def choose(by: Selector, among: Sequence[Candidate], dice: random.Random) -> Candidate:
    """Return one of several candidates; the earliest of equals."""
    if by == "longest":
        return max(among, key=lambda one: one.answer.trace_bytes)
    if by == "shortest":
        return min(among, key=lambda one: one.answer.trace_bytes)
    if by == "random":
        return dice.choice(among)
    return max(among, key=lambda one: _confidence(one.answer))


def longest_first(among: Iterable[Candidate], *, tokens: bool = False) -> list[Candidate]:
    """Return candidates by the length of their thoughts, the earliest of equals first.

    ``tokens`` goes by all that was generated, where every answer says how much that was: lengths
    in two units are never compared.
    """
    found = list(among)
    counts = [one.answer.tokens for one in found]
    if tokens and None not in counts:
        return sorted(found, key=lambda one: -(one.answer.tokens or 0))
    return sorted(found, key=lambda one: -one.answer.trace_bytes)


def _confidence(answer: Answer) -> float:
    return float("-inf") if answer.confidence is None else answer.confidence
