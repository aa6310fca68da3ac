"""What a strategy is, and what it can spend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, runtime_checkable

import msgspec

from harness.session import Session

Strategy = Callable[[Session], Awaitable[None]]
"""What an entry point of the group ``harness.strategies`` names: an async function, or a struct
whose fields are its settings and whose instances can be called so."""


class Ceiling(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a strategy can spend on one attempt at one problem."""

    generations: int
    """Texts that could be handed in."""
    questions: int = 0
    """Other texts it asks for: verifications, duels, generators of inputs."""

    def __add__(self, other: Ceiling) -> Ceiling:
        """Return what two come to."""
        return Ceiling(
            generations=self.generations + other.generations,
            questions=self.questions + other.questions,
        )


@runtime_checkable
class Budgeted(Protocol):
    """A strategy that knows what it can spend."""

    def ceiling(self, subtasks: int) -> Ceiling:
        """Return the most it can spend on a problem with so many subtasks."""
        ...


@runtime_checkable
class Asking(Protocol):
    """A strategy that knows with which prompts it asks."""

    @property
    def templates(self) -> frozenset[str]:
        """Names of prompts that a protocol may replace; ``solve`` is the task's own."""
        ...


def most(strategy: object, problems: Iterable[int]) -> Ceiling | None:
    """Return the most that one attempt at each problem can cost; None where nobody knows.

    ``problems`` are numbers of subtasks.
    """
    if not isinstance(strategy, Budgeted):
        return None
    return sum((strategy.ceiling(count) for count in problems), Ceiling(generations=0))
