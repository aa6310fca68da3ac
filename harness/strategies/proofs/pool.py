"""Proofs that were found, their votes, and the order in which they are thought good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import Literal

import msgspec

from harness.desk import Answer
from harness.strategies.proofs.scores import COMPLETE, mean

Key = Literal["mean", "self", "later", "shorter", "random"]
"""``mean``: of the votes. ``self``: the author's own score; none that can be read ranks below 0.
``later``: found in a later round. ``shorter``: fewer characters. ``random``: drawn."""


class Vote(msgspec.Struct, frozen=True):
    """One verification that ended with a number."""

    score: float
    answer: Answer
    """Its text is the critique."""


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One proof; its text stays in the run's folder."""

    number: int
    """From 0, in the order of asking."""
    round: int
    """From 1."""
    thread: int
    """Which of the first proofs it descends from; only kept where proofs go on in threads."""
    answer: Answer
    digest: str
    """SHA-256 of the proof."""
    size: int
    """Characters of the proof."""
    self_score: float | None
    votes: tuple[Vote, ...] = ()

    @property
    def scores(self) -> tuple[float, ...]:
        """The votes, as numbers."""
        return tuple(vote.score for vote in self.votes)

    @property
    def mean(self) -> float | None:
        """The mean of the votes; None before there are any."""
        return mean(self.scores)

    def unanimous(self, votes: int) -> bool:
        """Whether so many votes were given, each of which found nothing wrong."""
        return len(self.votes) >= votes and all(score == COMPLETE for score in self.scores)


def ranked(found: Iterable[Candidate], order: Sequence[Key], chance: Random) -> list[Candidate]:
    """Return candidates, the best first; of equals the one that was asked for first."""
    inputs = sorted(found, key=lambda candidate: candidate.number)
    drawn = {candidate.number: chance.random() for candidate in inputs}

    def value(candidate: Candidate, key: Key) -> float:
        match key:
            case "mean":
                return _or_below(candidate.mean)
            case "self":
                return _or_below(candidate.self_score)
            case "later":
                return candidate.round
            case "shorter":
                return -candidate.size
            case "random":
                return drawn[candidate.number]

    return sorted(inputs, key=lambda one: tuple(-value(one, key) for key in order))


def _or_below(score: float | None) -> float:
    return -1.0 if score is None else score


def unknown(new: Iterable[Candidate], found: Iterable[Candidate]) -> list[Candidate]:
    """Return the new candidates whose proof is not there yet, each proof once."""
    seen = {candidate.digest for candidate in found}
    fresh: list[Candidate] = []
    for candidate in new:
        if candidate.digest not in seen:
            seen.add(candidate.digest)
            fresh.append(candidate)
    return fresh


def latest(found: Iterable[Candidate]) -> dict[int, Candidate]:
    """Return the last candidate of each thread."""
    return {one.thread: one for one in sorted(found, key=lambda candidate: candidate.number)}
