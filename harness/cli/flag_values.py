"""What several flags may be: read from text, and refused in words of one's own."""

from __future__ import annotations

import argparse
import contextlib
import re

from harness.shards import Part


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


def part(text: str) -> Part:
    """Return which share of a plan is meant: ``2/4`` is the second of four."""
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", text.strip(), re.ASCII)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is not I/N, such as 1/4")
    number, of = int(found[1]), int(found[2])
    if not 1 <= number <= of:
        known = f"1/{of} to {of}/{of}" if of else "1/1"
        raise argparse.ArgumentTypeError(f"there is no shard {text}: they are {known}")
    return Part(number=number, of=of)


def executor(text: str) -> str:
    """Return where programs are judged: here, or on a Ray cluster, which may be named."""
    kind, colon, address = text.strip().partition(":")
    if kind == "local" and not colon:
        return kind
    if kind == "ray" and bool(colon) == bool(address):
        return text.strip()
    raise argparse.ArgumentTypeError(f"{text} is not local, ray or ray:HOST:PORT")
