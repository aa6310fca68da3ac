"""Settings, resolved once at the edge: flags, environment, defaults.

The only module that reads environment variables (but for ``PATH``, along which tools
are found); everything else is given what it needs.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import platformdirs

from harness.errors import ConfigError, UsageError
from harness.types import Sandbox

APP = "olympiad-harness"

ENGINE_PATIENCE_S = 300.0

DOTTED = re.compile(r"HARNESS_\w+|\w+_API_KEY|OPENAI_BASE_URL|HF_\w+")
"""Names of the variables that are taken from a file ``.env``."""
OURS = "HARNESS_"
PROGRAMS = ("python", "trust_remote_code")
"""Settings of backends that name a program, or let one in."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where things are, and how much may run at once."""

    data: Path
    """The data store: ``HARNESS_DATA``, or the user's data folder."""
    cache: Path
    """Compiled programs, the runner: ``HARNESS_CACHE``, or the user's cache folder."""
    slots: int
    """Judging slots: one core is left to the rest of the machine."""
    engine_patience_s: float = ENGINE_PATIENCE_S
    """How long to wait for a container engine that went away in the middle:
    ``HARNESS_ENGINE_PATIENCE``."""
    sandbox: str = Sandbox.AUTO
    """A :class:`~harness.types.Sandbox`."""
    executor: str = "local"
    """Where programs are judged: ``local``, ``ray``, or ``ray:`` and the address of a cluster."""
    include: tuple[Path, ...] = ()
    """Folders with contests of one's own: ``--include-path``, or ``HARNESS_INCLUDE_PATH`` with
    colons between them."""


def settings(
    environment: Mapping[str, str],
    *,
    slots: int | None = None,
    sandbox: str | None = None,
    unsafe: bool = False,
    executor: str = "local",
    include: Sequence[str] | None = None,
) -> Settings:
    """Resolve the settings from flags and environment."""
    chosen = sandbox or environment.get("HARNESS_SANDBOX") or Sandbox.AUTO
    if chosen not in tuple(Sandbox):
        raise UsageError(
            f"there is no sandbox {chosen!r}", hint=f"it is one of {', '.join(Sandbox)}"
        )
    if unsafe and sandbox not in (None, "unsafe"):
        raise UsageError(
            f"--unsafe and --sandbox {sandbox} contradict each other", hint="give one of them"
        )
    return Settings(
        data=_folder(environment, "HARNESS_DATA", platformdirs.user_data_path(APP)),
        cache=_folder(environment, "HARNESS_CACHE", platformdirs.user_cache_path(APP)),
        slots=slots or max(1, len(os.sched_getaffinity(0)) - 1),
        engine_patience_s=_seconds(environment, "HARNESS_ENGINE_PATIENCE", ENGINE_PATIENCE_S),
        sandbox="unsafe" if unsafe else chosen,
        executor=executor,
        include=include_of(environment, include),
    )


def include_of(environment: Mapping[str, str], given: Sequence[str] | None) -> tuple[Path, ...]:
    """Return the folders with contests of one's own: the flags', or else the environment's."""
    if given:
        return tuple(place_of(text, "--include-path").absolute() for text in given)
    texts = environment.get("HARNESS_INCLUDE_PATH", "").split(os.pathsep)
    return tuple(place_of(text, "HARNESS_INCLUDE_PATH").absolute() for text in texts if text)


def real_environment() -> Mapping[str, str]:
    """Return the process's environment alone."""
    return os.environ


def environment() -> Mapping[str, str]:
    """Return the process's environment, and what a file ``.env`` in this folder adds to it.

    The file never replaces a variable that is there. Of what it says only our own variables and
    those of servers and hubs are taken (:data:`DOTTED`), and never that isolation is given up:
    whoever runs the program in a folder of somebody else's must not run programs unprotected.
    """
    place = Path(".env")
    try:
        if not place.is_file():
            return os.environ
        from dotenv import dotenv_values

        said = dotenv_values(place, interpolate=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{place.absolute()} cannot be read: {error}", hint="mend it, or move it away"
        ) from None
    added = {
        name: value
        for name, value in said.items()
        if value and DOTTED.fullmatch(name) and name not in os.environ
    }
    check_harmless(
        place.absolute(),
        {
            name.removeprefix(OURS).lower(): value
            for name, value in added.items()
            if name.startswith(OURS)
        },
    )
    return Environment(os.environ, added)


def check_harmless(place: Path, said: Mapping[str, object]) -> None:
    """Refuse settings by which a file has programs of its choice run unprotected.

    That is said of a file which nobody named: ``.env``, and the settings file that ``.env`` names.
    Raises :class:`~harness.errors.ConfigError` naming the setting.
    """
    for name, value in said.items():
        if _unprotected(name, value):
            raise ConfigError(
                f"{place} gives up isolation ({name}), which only a flag or the environment may",
                hint="take it out of the file, and say it as a flag or export it where it is meant",
            )


def _unprotected(name: str, value: object) -> bool:
    match name:
        case "unsafe":
            return value is True or (isinstance(value, str) and _truth(value))
        case "sandbox":
            return value == Sandbox.UNSAFE
        case "cache":  # holds the runner, which stands outside of every sandbox
            return True
        case "model_args" | "judge_args":
            texts = value if isinstance(value, list) else [value]
            return any(set(PROGRAMS) & _keys(str(text)) for text in texts)
    return False


def _keys(text: str) -> set[str]:
    try:
        return set(parse_pairs(text, "--model-args"))
    except UsageError:  # said where the settings are used
        return set()


class Environment(Mapping[str, str]):
    """Variables of the process, and further ones from a file."""

    def __init__(self, real: Mapping[str, str], dotted: Mapping[str, str]) -> None:
        self._all = {**dotted, **real}
        self.dotted = frozenset(dotted)
        """Names that the file gave."""

    def __getitem__(self, name: str) -> str:
        return self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def dotted(environment: Mapping[str, str]) -> frozenset[str]:
    """Return the names of variables that a file ``.env`` gave."""
    return environment.dotted if isinstance(environment, Environment) else frozenset()


def silence_bars() -> None:
    """Have libraries draw no progress bars of their own, unless the environment asks for them."""
    os.environ.setdefault("TQDM_DISABLE", "1")


def debugging(environment: Mapping[str, str]) -> bool:
    """Return whether ``HARNESS_DEBUG`` asks for tracebacks."""
    return _truth(environment.get("HARNESS_DEBUG", ""))


def _truth(text: str) -> bool:
    return text.lower() not in ("", "0", "false", "no", "off")


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    given = environment.get(name)
    if not given:
        return default
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"{name}={given!r} is no number of seconds", hint=f"such as {name}=300")
    return seconds


def _folder(environment: Mapping[str, str], name: str, default: Path) -> Path:
    given = environment.get(name)
    return place_of(given, name).absolute() if given else default


def place_of(text: str, name: str) -> Path:
    """Return the path that a setting names, ``~`` resolved.

    Raises :class:`~harness.errors.UsageError` naming the setting where it can be no path.
    """
    try:
        place = Path(text).expanduser()
    except RuntimeError:
        raise UsageError(
            f"{name}={text}: there is no such user", hint="write the path out, from / on"
        ) from None
    if "\0" in text:
        raise UsageError(f"{name} holds a NUL character", hint="name a file or folder by its path")
    return place


def parse_pairs(text: str, flag: str) -> dict[str, str]:
    """Read ``key=value,key=value``, or a JSON object, as given to ``--model_args``.

    A comma inside a value is kept when what follows it is not ``key=``. Raises
    :class:`~harness.errors.UsageError` naming the flag and the piece.
    """
    text = text.strip()
    if not text:
        return {}
    if text.startswith("{"):
        try:
            given = json.loads(text)
        except (ValueError, RecursionError) as error:
            at = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
            words = error.msg if isinstance(error, json.JSONDecodeError) else error
            raise UsageError(
                f"{flag}: not valid JSON{at}: {words}",
                hint=f"""write {flag} key=value,key=value or {flag} '{{"key": "value"}}'""",
            ) from None
        return {
            str(key): value if isinstance(value, str) else json.dumps(value)
            for key, value in given.items()
        }
    pairs: dict[str, str] = {}
    last = ""
    for piece in text.split(","):
        key, equals, value = piece.partition("=")
        if equals and key.strip().replace("-", "_").isidentifier():
            last = key.strip().replace("-", "_")
            if last in pairs:
                raise UsageError(f"{flag}: {last} is given twice", hint="give each key once")
            pairs[last] = value
        elif last:
            pairs[last] += f",{piece}"
        else:
            raise UsageError(
                f"{flag}: {piece!r} is not key=value", hint=f"write {flag} key=value,key=value"
            )
    return pairs
