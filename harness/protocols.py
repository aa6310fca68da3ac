"""Protocol files: found by name, read strictly, held against the contest's rules.

A protocol is a TOML file with the fields of :class:`~harness.types.Protocol`. The program's own
are named ``TASK/NAME``; with a task at hand ``NAME`` is enough. A path that ends in ``.toml``
names a file of one's own.
"""

from __future__ import annotations

import difflib
import fnmatch
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.errors import ConfigError, UsageError
from harness.fields import allowed
from harness.prompts import read_template
from harness.types import Contest, Problem, Protocol, Scope, Template


def read_protocol(place: Path) -> Protocol:
    """Read a protocol's file; raises :class:`~harness.errors.ConfigError` naming what is wrong."""
    try:
        data = place.read_bytes()
        found = msgspec.toml.decode(data, type=Protocol)
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError, RecursionError) as error:
        hint = allowed(Protocol, error) if isinstance(error, msgspec.ValidationError) else ""
        raise ConfigError(
            f"the protocol {place}: {error}",
            hint=hint or "see tasks/protocols/README.md for its fields",
        ) from error
    if found.sha256:
        raise ConfigError(
            f"the protocol {place} gives a sha256", hint="leave it out; it is computed"
        )
    if found.id.partition("/")[0] != found.task:
        raise ConfigError(
            f"the protocol {place} has the id {found.id!r}, which is not of {found.task}",
            hint=f'say id = "{found.task}/{place.stem}"',
        )
    if not found.legality.contest_legal and not found.legality.deviations:
        raise ConfigError(
            f"the protocol {place} is not contest-legal and does not say why",
            hint="list the deviations under [legality]",
        )
    digest = hashlib.sha256(data)
    for template in templates_of(found, place):
        digest.update(f"\0{template.name}\0{template.text}".encode())
    return msgspec.structs.replace(found, sha256=digest.hexdigest())


def templates_of(protocol: Protocol, place: Path) -> tuple[Template, ...]:
    """Return the prompts that stand beside a protocol's file.

    Raises :class:`~harness.errors.ConfigError` for one that stands elsewhere: what is read goes
    to the model, and a protocol may come from anyone.
    """
    return tuple(
        read_template(_beside(place, file, protocol.id), name)
        for name, file in sorted(protocol.prompt.files.items())
    )


def _beside(place: Path, file: str, protocol: str) -> Path:
    """Return the place of a prompt, if it is a file in the folder of its protocol or below it."""
    home = place.parent.resolve()
    try:
        found = (home / file).resolve()
        inside = found.is_relative_to(home)
        special = inside and found.exists() and not found.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(
            f"the protocol {protocol} names the prompt {file!r}: {error}",
            hint="name a file of text beside the protocol's",
        ) from error
    if not inside or special:
        raise ConfigError(
            f"the protocol {protocol} names the prompt {file!r}, which is "
            + ("no file" if inside else "outside the folder of its own file"),
            hint="put the prompt into a file beside the protocol's",
        )
    return found


def places(folders: Iterable[Path]) -> dict[str, Path]:
    """Return the files of the protocols in some folders, by id, without reading them."""
    return {
        f"{place.parent.name}/{place.stem}": place
        for folder in folders
        for place in sorted(folder.glob("*/*.toml"), key=lambda file: (file.parent, file.stem))
    }


def find_protocol(name: str, task: str, folders: Sequence[Path]) -> Path:
    """Return the file of a protocol, by its name, ``TASK/NAME``, an alias or a path.

    Raises :class:`~harness.errors.UsageError` with near misses.
    """
    if name.endswith(".toml"):
        place = Path(name)
        if not place.is_file():
            raise UsageError(
                f"there is no protocol file {place}",
                hint="check the path; what has no .toml is looked for among `harness protocols`",
            )
        return place
    known = places(folders)
    full = name if "/" in name else f"{task}/{name}"
    if full in known:
        return known[full]
    aliases: dict[str, Path] = {}
    for place in known.values():
        for alias in read_protocol(place).aliases:
            aliases[f"{place.parent.name}/{alias}"] = place
    if full in aliases:
        return aliases[full]
    own = sorted(
        found.partition("/")[2] for found in (*known, *aliases) if found.startswith(f"{task}/")
    )
    close = difflib.get_close_matches(name.rpartition("/")[2], own, n=3, cutoff=0.5)
    raise UsageError(
        f"there is no protocol {name!r} for {task}",
        hint=f"did you mean {' or '.join(close)}?"
        if close
        else f"{task} has {', '.join(own) or 'none'}; `harness protocols` lists all, and a path "
        "that ends in .toml names one of yours",
    )


def limit_of(protocol: Protocol | None, contest: Contest, problem: Problem) -> int | None:
    """Return how many submissions an attempt at a problem may make; None is no limit."""
    if protocol is None:
        return contest.submission_limit
    asked = protocol.submission
    if asked.scope is Scope.NONE:
        return None
    limit = asked.limit if asked.limit is not None else contest.submission_limit
    if limit is None or asked.scope is Scope.TASK:
        return limit
    return limit * problem.parts


def breaches(protocol: Protocol, contest: Contest) -> tuple[str, ...]:
    """Return how a protocol breaks the rules of its contest, as far as a program can tell."""
    found: list[str] = []
    asked, most = protocol.submission, contest.submission_limit
    if most is not None and asked.scope is Scope.NONE:
        found.append(f"it hands in without a limit; the contest allows {most} a problem")
    if most is not None and asked.scope is Scope.SUBTASK:
        found.append(f"it counts submissions by subtask; the contest allows {most} a problem")
    if most is not None and asked.limit is not None and asked.limit > most:
        found.append(f"it hands in up to {asked.limit}; the contest allows {most} a problem")
    if FEEDBACK.index(asked.feedback.value) > FEEDBACK.index(contest.feedback.value):
        found.append(
            f"it is told {asked.feedback.value}; the contest tells {contest.feedback.value}"
        )
    if protocol.scorer.time_scale != 1.0:
        found.append(f"it multiplies time limits by {protocol.scorer.time_scale:g}")
    return tuple(found)


def exceptions_of(protocol: Protocol, contest: Contest) -> dict[str, dict[str, Any]]:
    """Return the settings that a protocol has for some problems only, by their ids.

    Raises :class:`~harness.errors.ConfigError` for a name that no problem of the contest has: a
    budget that is meant for one would be lost in silence.
    """
    ids = [*(problem.id for problem in contest.problems), *(left.id for left in contest.left_out)]
    found: dict[str, dict[str, Any]] = {}
    for one in protocol.loop.exceptions:
        for pattern in one.problems:
            meant = fnmatch.filter(ids, pattern)
            if not meant:
                raise ConfigError(
                    f"the protocol {protocol.id} has an exception for {pattern!r}, and "
                    f"{contest.id} has no such problem",
                    hint=f"name one as {ids[0]} is named",
                )
            for name in meant:
                found.setdefault(name, one.settings)
    return found


FEEDBACK = ("none", "verdict", "oi_restricted")
"""Levels of feedback, each telling more than the one before."""


def check_protocol(protocol: Protocol, contest: Contest) -> None:
    """Refuse a protocol that is for another task, or that breaks the rules and does not say so."""
    if protocol.task != contest.id:
        raise UsageError(
            f"the protocol {protocol.id} is for {protocol.task}, not for {contest.id}",
            hint=f"say --task {protocol.task}, or choose a protocol of {contest.id}",
        )
    if protocol.scorer.time_scale != 1.0:
        raise ConfigError(
            f"the protocol {protocol.id} scales time limits, which are never scaled here",
            hint="set scorer.time_scale to 1.0",
        )
    if protocol.tools != "none":
        raise ConfigError(
            f"the protocol {protocol.id} lets the model use {protocol.tools}; a run has no tools",
            hint='set tools = "none": its numbers are then others',
        )
    exceptions_of(protocol, contest)
    asked = protocol.prompt.language
    if contest.languages and asked not in contest.languages:
        raise ConfigError(
            f"the protocol {protocol.id} asks for programs in {asked or 'no language'}, and "
            f"{contest.id} takes {', '.join(contest.languages)}: none could be judged",
            hint=f"choose another protocol of {contest.id}, or copy the file and ask in "
            f"{contest.languages[0]}",
        )
    found = breaches(protocol, contest)
    if found and protocol.legality.contest_legal:
        raise ConfigError(
            f"the protocol {protocol.id} calls itself contest-legal, but {'; '.join(found)}",
            hint="keep to the contest's rules, or set legality.contest_legal = false and list "
            "the deviations: its results then carry no medal",
        )
