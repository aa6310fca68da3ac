"""Colour for terminals, where it says nothing that words do not say too."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO

from harness.config import real_environment


class Colour(StrEnum):
    """What is coloured, as the codes of a terminal."""

    GOOD = "32"
    BAD = "31"
    DOUBTFUL = "33"


def painted(text: str, colour: Colour, stream: TextIO | None) -> str:
    """Return a text in a colour, where what it is written to shows any."""
    # Not what .env says: errors are painted too, and a file that cannot be read is one.
    if not shows_colour(stream, real_environment()):
        return text
    return f"\x1b[{colour.value}m{text}\x1b[0m"


def shows_colour(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Return whether colours are wanted: on a terminal, unless ``NO_COLOR`` or ``TERM`` says no."""
    if environment.get("NO_COLOR") or environment.get("TERM") == "dumb":
        return False
    return stream is not None and stream.isatty()
