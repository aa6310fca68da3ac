"""``--model-args``, checked against the names a backend knows, and read one by one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

from harness.errors import UsageError

T = TypeVar("T")


class Setting(NamedTuple):
    """One row of a backend's table."""

    default: str
    """As it would be typed, or where it comes from."""
    meaning: str


def check_names(backend: str, given: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse a setting that the backend does not know; near misses are offered."""
    for name in given:
        if name in known:
            continue
        close = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
        listed = ", ".join(known) or "none"
        raise UsageError(
            f"the backend {backend} has no setting {name!r}",
            hint=f"did you mean {' or '.join(close)}?" if close else f"its settings: {listed}",
        )


def yes_or_no(backend: str, given: Mapping[str, str], name: str) -> bool:
    """Read a setting that is ``true`` or ``false``; it is false where it is not given."""
    text = given.get(name, "false").strip().lower()
    if text not in ("true", "false"):
        raise UsageError(
            f"the backend {backend}: {name}={given[name]} is neither true nor false",
            hint=f"say {name}=true, or leave it out",
        )
    return text == "true"


class Reader:
    """Reads values by name; what cannot be read is refused with the setting's meaning."""

    def __init__(self, args: Mapping[str, str], settings: Mapping[str, Setting]) -> None:
        self._args = args
        self._settings = settings

    def __call__(self, name: str, reader: Callable[[str], T | None], default: T) -> T:
        """Return one value; a reader returns None for what it cannot read."""
        if name not in self._args:
            return default
        value = reader(self._args[name].strip())
        if value is None:
            raise UsageError(
                f"--model-args: {name}={self._args[name]} cannot be read",
                hint=self._settings[name].meaning,
            )
        return value


def flag(text: str) -> bool | None:
    """Read yes or no."""
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
        text.lower()
    )


def count(text: str) -> int | None:
    """Read a whole number above zero."""
    return int(text) if text.isdecimal() and int(text) > 0 else None


def seconds(text: str) -> float | None:
    """Read a length of time."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def one_of(*words: str) -> Callable[[str], str | None]:
    """Return a reader of one of these words."""
    return lambda text: text if text in words else None
