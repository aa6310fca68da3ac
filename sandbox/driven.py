"""Drivers: programs of the judge's own that run a submission in the submission's own process.

A driver protects nothing, because what it runs can do all that it can. It only spares a submission
what its contest spares it: imports, and the reading and writing of a function's values. The
verdict is made elsewhere, of what was printed, by a program that the submission never meets.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.types import CodeBody, Comparison

DRIVERS = Path(__file__).parent / "drivers"
BESIDE = ("imports.py",)
SUBMISSION = "solution.py"
ENTRIES = {Comparison.LINES: "script.py", Comparison.VALUE: "call.py"}


class Driver(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a submission, and runs it."""

    entry: str
    """The file to begin with."""
    files: dict[str, bytes]
    submission: str = SUBMISSION
    """The name that the submission's file must have."""


def driven(body: CodeBody, key: str) -> Driver | None:
    """Return the driver of a problem's submissions in a language, if they have one.

    Functions have one in Python alone, whose values it knows how to write.
    """
    entry = ENTRIES.get(body.comparison)
    if entry is None or key not in ("python3", "pypy3"):
        return None
    return Driver(
        entry=entry,
        files={name: (DRIVERS / name).read_bytes() for name in (entry, *BESIDE)},
    )
