"""What a strategy is, and what it can spend."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol, runtime_checkable

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


def changed(strategy: object) -> dict[str, Any]:
    """Return the settings of a strategy that are not its defaults, as JSON has them."""
    if isinstance(strategy, ByProblem):
        strategy = strategy.usual
    if not isinstance(strategy, msgspec.Struct):
        return {}
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(strategy):
        value = getattr(strategy, field.name)
        default = (
            field.default_factory()
            if field.default_factory is not msgspec.NODEFAULT
            else field.default
        )
        if value != default:
            found[field.encode_name] = msgspec.to_builtins(value)
    return found


class ByProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A strategy that is set otherwise for some problems."""

    usual: Strategy
    exceptions: dict[str, Strategy]
    """By the id of the problem."""

    async def __call__(self, session: Session) -> None:
        """Do one attempt."""
        await self.of(session.view.id)(session)

    def of(self, problem: str) -> Strategy:
        """Return the strategy of a problem."""
        return self.exceptions.get(problem, self.usual)


def most(strategy: Strategy, problems: Iterable[tuple[str, int]]) -> Ceiling | None:
    """Return the most that one attempt at each problem can cost; None where nobody knows.

    ``problems`` are ids, each with its number of subtasks.
    """
    total = Ceiling(generations=0)
    for problem, subtasks in problems:
        played: object = strategy.of(problem) if isinstance(strategy, ByProblem) else strategy
        if not isinstance(played, Budgeted):
            return None
        total += played.ceiling(subtasks)
    return total
