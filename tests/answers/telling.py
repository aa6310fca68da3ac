"""Comparing in this process, as a worker does."""

from __future__ import annotations

from harness.judges.answers.frames import Job
from harness.judges.answers.outcome import Outcome
from harness.judges.answers.worker import answer


def tell(gold: str, said: str) -> Outcome:
    """Return the outcome of a pair, which must be that of the pair turned round."""
    found = answer(Job(gold, said)).outcome
    assert answer(Job(said, gold)).outcome is found, f"{gold} against {said} is not symmetric"
    return found


EQUAL, NOT_EQUAL, UNRESOLVED = Outcome.EQUAL, Outcome.NOT_EQUAL, Outcome.UNRESOLVED
