"""The languages that can be judged, read from ``languages.toml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from harness.errors import UnsupportedError

TABLE = Path(__file__).parent / "languages.toml"


class Language(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sources of one language become a static program."""

    title: str
    compiler: str
    flags: tuple[str, ...]
    libraries: tuple[str, ...] = ()
    suffix: str
    """Of a submission's file."""
    suffixes: tuple[str, ...]
    """Of files that are taken to be in this language."""
    fences: tuple[str, ...]
    """Words after the three backticks of a code block."""
    precompiled: str = ""
    """Header that is precompiled once, because nearly every submission includes it."""


@cache
def languages() -> dict[str, Language]:
    """Return all languages by key."""
    return msgspec.toml.decode(TABLE.read_bytes(), type=dict[str, Language])


def language(key: str) -> Language:
    """Return a language; raises :class:`~harness.errors.UnsupportedError` naming those known."""
    try:
        return languages()[key]
    except KeyError:
        raise UnsupportedError(
            f"the language {key!r} is not judged",
            hint=f"the languages are {', '.join(languages())}",
        ) from None
