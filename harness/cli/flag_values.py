"""What several flags may be: read from text, and refused in words of one's own."""

from __future__ import annotations

import argparse
import contextlib


def positive(text: str) -> int:
    """Return a whole number above zero."""
    # Not int(text) alone: argparse would name this function in its message.
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return int(text)


def temperature(text: str) -> float:
    """Return a temperature of sampling."""
    return between(text, 0.0, 100.0)


def between(text: str, low: float, high: float) -> float:
    """Return a number of a range."""
    with contextlib.suppress(ValueError):
        if low <= float(text) <= high:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number between {low:g} and {high:g}")
