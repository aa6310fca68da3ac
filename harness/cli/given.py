"""What ``harness run`` is given: flags, then the environment, then a file, then the defaults."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.cli.config_file import read_config
from harness.config import check_harmless, dotted, place_of
from harness.errors import ConfigError, UsageError

READ_ELSEWHERE = ("sandbox", "include_path")
"""Flags whose variables are read in :mod:`harness.config`, because other commands have them too."""
NOT_IN_A_FILE = ("help", "config")
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
"""What a variable of a flag without a value may be."""


def variable_of(dest: str) -> str:
    """Return the environment variable of a flag."""
    return f"HARNESS_{dest.upper()}"


def take_defaults(
    run: argparse.ArgumentParser, environment: Mapping[str, str], words: Sequence[str]
) -> None:
    """Make what the environment and a file say of a flag its default, and note where it is from.

    Raises :class:`~harness.errors.UsageError` for a value that a flag could not have, and
    :class:`~harness.errors.ConfigError` where it is the file's.
    """
    origins: dict[str, str] = {}
    for dest, action in flags_of(run).items():
        given = environment.get(variable_of(dest))
        if given and dest != "help":
            origins[dest] = variable_of(dest)
            if variable_of(dest) in dotted(environment):
                origins[dest] += " in .env"
            if dest not in READ_ELSEWHERE:
                run.set_defaults(**{dest: _from_text(action, given, variable_of(dest))})
    place, named = _config(words, environment)
    if place is not None:
        found = _from_file(run, place)
        if not named and variable_of("config") in dotted(environment):
            check_harmless(place, found)
        for dest, value in found.items():
            if dest not in origins:
                origins[dest] = str(place)
                run.set_defaults(**{dest: value})
    for dest, action in flags_of(run).items():
        if any(_names(word, action) for word in words):
            origins[dest] = "flag"
    run.set_defaults(origins=origins)


def flags_of(run: argparse.ArgumentParser) -> dict[str, argparse.Action]:
    """Return the flags by the names of their values."""
    return {action.dest: action for action in run._actions if action.option_strings}


def _names(word: str, action: argparse.Action) -> bool:
    """Return whether a word is a flag; a short one may have its value glued to it."""
    name = word.partition("=")[0]
    short = word[:2] if not word.startswith("--") else ""
    return name in action.option_strings or short in action.option_strings


def _config(words: Sequence[str], environment: Mapping[str, str]) -> tuple[Path | None, bool]:
    """Return the settings file, the last one where there are several, and whether a flag names it.

    The short flag may have its value glued to it.
    """
    found, named = environment.get(variable_of("config"), ""), False
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in ("--config", "-C"):
            found, named = value if equals else "".join(words[at + 1 : at + 2]), True
        elif word.startswith("-C"):
            found, named = word.removeprefix("-C"), True
    return (place_of(found, "--config") if found else None), named


def _from_file(run: argparse.ArgumentParser, place: Path) -> dict[str, Any]:
    flags = flags_of(run)
    names = {
        flag.lstrip("-").replace("-", "_"): dest
        for dest, action in flags.items()
        for flag in action.option_strings
        if flag.startswith("--") and dest not in NOT_IN_A_FILE
    }
    values: dict[str, Any] = {}
    for key, given in read_config(place).items():
        dest = names.get(key.replace("-", "_"))
        if dest is None:
            close = difflib.get_close_matches(key.replace("-", "_"), names, n=2, cutoff=0.6)
            raise ConfigError(
                f"{place}: there is no setting {key!r}",
                hint=f"did you mean {' or '.join(close)}?"
                if close
                else "the settings are the flags of `harness run --help`, without their hyphens",
            )
        if dest in values:
            raise ConfigError(f"{place}: {key} says again what {dest} is", hint="say it once")
        try:
            values[dest] = _from_value(flags[dest], given, f"{place}: {key}")
        except UsageError as error:
            raise ConfigError(error.message, hint=error.hint) from None
    return values


def _from_value(action: argparse.Action, given: object, where: str) -> Any:
    """Return what a file's value is as the value of a flag."""
    if action.nargs == 0:
        if not isinstance(given, bool):
            raise UsageError(f"{where} is {given!r}", hint="it is true or false")
        return given
    several = isinstance(action, argparse._AppendAction)
    if isinstance(given, list) and (several or action.dest == "task"):
        texts = [_text(each, where) for each in given]
        return [_typed(action, text, where) for text in texts] if several else ",".join(texts)
    value = _typed(action, _text(given, where), where)
    return [value] if several else value


def _text(given: object, where: str) -> str:
    """Return a value as it would stand on a command line: a table is JSON."""
    if isinstance(given, str):
        return given
    if isinstance(given, dict):
        return msgspec.json.encode(given).decode()
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise UsageError(
            f"{where} is {given!r}, which the flag could not be",
            hint="write a text, a number, or a table where the flag takes key=value",
        )
    return repr(given)


def _from_text(action: argparse.Action, text: str, where: str) -> Any:
    if action.nargs == 0:
        if text.lower() not in (*YES, *NO):
            raise UsageError(f"{where} is {text!r}", hint=f"it is one of {', '.join((*YES, *NO))}")
        return text.lower() in YES
    value = _typed(action, text, where)
    return [value] if isinstance(action, argparse._AppendAction) else value


def _typed(action: argparse.Action, text: str, where: str) -> Any:
    """Return a text as the type of a flag; raises with the place that it is from."""
    try:
        value = action.type(text) if callable(action.type) else text
    except (argparse.ArgumentTypeError, ValueError) as error:
        said = str(error) if isinstance(error, argparse.ArgumentTypeError) else f"{text!r} is wrong"
        raise UsageError(f"{where}: {said}", hint=f"{action.help}") from None
    if action.choices is not None and value not in action.choices:
        raise UsageError(
            f"{where}: there is no {text!r}", hint=f"it is one of {', '.join(action.choices)}"
        )
    return value
