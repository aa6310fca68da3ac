"""Plugins by entry point: names are listed without importing, one is loaded when asked for.

Groups are ``harness.tasks``, ``harness.backends`` and ``harness.strategies``. The
program's own plugins come in through the same door as anyone's. A plugin that
cannot be loaded is an error that says which package, which object and why.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, cast

from harness.backend import Opener
from harness.errors import HarnessError, PluginError
from harness.session import Strategy
from harness.task import Task

TASKS = "harness.tasks"
BACKENDS = "harness.backends"
STRATEGIES = "harness.strategies"


def names(group: str) -> tuple[str, ...]:
    """Return the names in a group, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=group)}))


def load_task(name: str) -> Task:
    """Return a task by name; a class is called without arguments."""
    found = _load(TASKS, name)
    return cast(Task, found() if isinstance(found, type) else found)


def load_backend(name: str) -> Opener:
    """Return the function that opens a backend."""
    return cast(Opener, _load(BACKENDS, name))


def load_strategy(name: str) -> Strategy:
    """Return a strategy: an async function over a session."""
    return cast(Strategy, _load(STRATEGIES, name))


def near(name: str, known: Iterable[str]) -> str:
    """Return a sentence with near misses, or with everything there is."""
    listed = sorted(known)
    close = difflib.get_close_matches(name, listed, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    return "there is " + (", ".join(listed) if listed else "none")


def _load(group: str, name: str) -> Any:
    kind = group.rpartition(".")[2].removesuffix("s").replace("strategie", "strategy")
    points = [point for point in entry_points(group=group) if point.name == name]
    if not points:
        raise PluginError(f"there is no {kind} named {name!r}", hint=near(name, names(group)))
    homes = {_home(point) for point in points}
    if len({(point.value, _home(point)) for point in points}) > 1:
        raise PluginError(
            f"{kind} {name!r} is offered by {' and '.join(sorted(homes))}",
            hint="uninstall one of them; which one is meant cannot be guessed",
        )
    point = points[0]
    try:
        return point.load()
    except HarnessError:
        raise
    except Exception as error:
        raise PluginError(
            f"{kind} {name!r} cannot be loaded: {point.value} of {_home(point)} "
            f"failed with {type(error).__name__}: {error}",
            hint=f"mend or reinstall {_home(point)}",
        ) from error


def _home(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unnamed distribution"
