"""Plugins by entry point: names are listed without importing, one is loaded when asked for.

Groups are ``harness.tasks``, ``harness.backends``, ``harness.strategies`` and
``harness.protocols``. The program's own plugins come in through the same door as
anyone's. A plugin that cannot be loaded is an error that says which package, which
object and why.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, cast

import msgspec

from harness.backend import Family, Opener
from harness.errors import ConfigError, HarnessError, PluginError, UsageError
from harness.fields import allowed
from harness.strategy import Asking, ByProblem, Strategy
from harness.task import Task
from harness.types import Protocol

TASKS = "harness.tasks"
BACKENDS = "harness.backends"
STRATEGIES = "harness.strategies"
PROTOCOLS = "harness.protocols"
JURIES = "harness.juries"
OWN = "olympiad-harness"
"""The distribution that the program itself is."""


def names(group: str) -> tuple[str, ...]:
    """Return the names in a group, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=group)}))


def task_names(include: Sequence[Path] = ()) -> tuple[str, ...]:
    """Return the names of all tasks, those of contests under the folders given among them."""
    return tuple(sorted({*names(TASKS), *(name for name, _ in _own(include))}))


def load_task(name: str, include: Sequence[Path] = ()) -> Task:
    """Return a task by name; a class is called without arguments.

    ``include`` are folders with contests of one's own: there a name is a ``contest.toml``.
    """
    own = [place for known, place in _own(include) if known == name]
    if not own:
        return _task(_load(TASKS, name, [known for known, _ in _own(include)], called=True), name)
    homes = [*(_home(point) for point in entry_points(group=TASKS, name=name)), *map(str, own)]
    if len(homes) > 1:
        raise PluginError(
            f"task {name!r} is offered by {' and '.join(homes)}",
            hint='give one another name (name = "…" in a contest.toml), or leave it out',
        )
    from tasks.own.task import OwnTask

    return OwnTask(own[0])


def _task(found: object, name: str) -> Task:
    """Return a plugin's object as a task; raises where it cannot be one."""
    if not isinstance(getattr(found, "id", None), str):
        (point, *_) = entry_points(group=TASKS, name=name)
        raise PluginError(
            f"task {name!r}: {point.value} of {_home(point)} is no task, but of type "
            f"{type(found).__name__}, without an id",
            hint=f"mend {_home(point)}; `harness/task.py` says what a task has",
        )
    return cast(Task, found)


def contest_file(task: Task) -> str:
    """Return the file of a contest of one's own; empty for the task of a plugin."""
    place = getattr(task, "place", None)
    return str(place) if isinstance(place, Path) else ""


def store_of(task: Task) -> str:
    """Return the folder of the data store with a task's packages; several tasks may share one."""
    return str(getattr(task, "store", "") or task.id)


def _own(include: Sequence[Path]) -> tuple[tuple[str, Path], ...]:
    if not include:
        return ()
    from tasks.own.found import find_contests

    return find_contests(include)


def load_backend(name: str) -> Opener:
    """Return the function that opens a backend; what stands behind a colon is for its family."""
    kind, colon, member = name.partition(":")
    found = _load(BACKENDS, kind)
    if not colon:
        return cast(Opener, found)
    if not isinstance(found, Family):
        raise UsageError(
            f"the backend {kind} is one, and not several: {name!r}",
            hint=f"say --model {kind}, and its settings with --model-args",
        )
    return found.named(member.strip())


def load_strategy(
    name: str,
    settings: Mapping[str, Any] | None = None,
    exceptions: Mapping[str, Mapping[str, Any]] | None = None,
) -> Strategy:
    """Return a strategy with its settings; texts are read as the numbers or lists they are to be.

    ``exceptions`` are settings that replace some of these, by the id of the problem.

    Raises :class:`~harness.errors.UsageError` for a setting that it does not know, or that has
    the wrong type.
    """
    found = _load(STRATEGIES, name)
    usual = dict(settings or {})
    if not exceptions:
        return _with_settings(name, found, usual)
    return ByProblem(
        usual=_with_settings(name, found, usual),
        exceptions={
            problem: _with_settings(name, found, usual | dict(own))
            for problem, own in exceptions.items()
        },
    )


def _with_settings(name: str, found: Any, settings: Mapping[str, Any]) -> Strategy:
    given = {key: _listed(value) for key, value in settings.items()}
    fields = [f.name for f in msgspec.structs.fields(found)] if _is_struct(found) else []
    unknown = sorted(set(given) - set(fields))
    if unknown:
        raise UsageError(
            f"the strategy {name} has no setting {unknown[0]!r}", hint=near(unknown[0], fields)
        )
    if not _is_struct(found):
        return cast(Strategy, found)
    try:
        return cast(Strategy, msgspec.convert(given, found, strict=False))
    except msgspec.ValidationError as error:
        raise UsageError(
            f"the settings of the strategy {name}: {error}",
            hint=allowed(found, error) or "see harness/README.md for what each may be",
        ) from None


def origin(name: str) -> str:
    """Return the distribution of a strategy and its version; empty for the program's own."""
    for point in entry_points(group=STRATEGIES):
        if point.name == name and point.dist is not None and point.dist.name != OWN:
            return f"{point.dist.name} {point.dist.version}"
    return ""


def _listed(value: Any) -> Any:
    """Return a list that the command line gave as a text of JSON; anything else as it is."""
    if isinstance(value, str) and value.startswith("["):
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(value)
    return value


def _is_struct(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, msgspec.Struct)


def protocol_folders() -> tuple[Path, ...]:
    """Return the folders that hold protocol files: each a path that an entry point names."""
    return tuple(Path(_load(PROTOCOLS, name)) for name in names(PROTOCOLS))


def jury_folders() -> tuple[Path, ...]:
    """Return the folders that hold jury files: each a path that an entry point names."""
    return tuple(Path(_load(JURIES, name)) for name in names(JURIES))


def check_templates(protocol: Protocol) -> None:
    """Refuse a prompt that a protocol replaces and nobody asks with: it would be lost in silence.

    A strategy that does not say with which prompts it asks is believed.
    """
    strategy: object = load_strategy(protocol.loop.strategy, protocol.loop.settings)
    if not isinstance(strategy, Asking):
        return
    for file in protocol.prompt.files:
        if file not in strategy.templates:
            raise ConfigError(
                f"the protocol {protocol.id} replaces the prompt {file!r}, with which the "
                f"strategy {protocol.loop.strategy} never asks",
                hint=near(file, strategy.templates),
            )


def near(name: str, known: Iterable[str]) -> str:
    """Return a sentence with near misses, or with everything there is."""
    listed = sorted(known)
    close = difflib.get_close_matches(name, listed, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    return "there is " + (", ".join(listed) if listed else "none")


def _load(group: str, name: str, more: Iterable[str] = (), *, called: bool = False) -> Any:
    """Return what an entry point names; a class is ``called``, where one is asked for."""
    kind = group.rpartition(".")[2].removesuffix("s").replace("strategie", "strategy")
    points = [point for point in entry_points(group=group) if point.name == name]
    if not points:
        raise PluginError(
            f"there is no {kind} named {name!r}", hint=near(name, {*names(group), *more})
        )
    homes = {_home(point) for point in points}
    if len({(point.value, _home(point)) for point in points}) > 1:
        raise PluginError(
            f"{kind} {name!r} is offered by {' and '.join(sorted(homes))}",
            hint="uninstall one of them; which one is meant cannot be guessed",
        )
    point = points[0]
    try:
        found = point.load()
        return found() if called and isinstance(found, type) else found
    except HarnessError:
        raise
    except (Exception, SystemExit) as error:  # a script in a plugin's place may end the program
        raise PluginError(
            f"{kind} {name!r} cannot be loaded: {point.value} of {_home(point)} "
            f"failed with {type(error).__name__}: {error}",
            hint=f"mend or reinstall {_home(point)}",
        ) from error


def _home(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "an unnamed distribution"
