"""The program as a user starts it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

KEPT = ("PATH", "HOME", "LANG", "PYTHONPATH")
"""What the program gets of the environment the tests run in."""


class Outcome(msgspec.Struct, frozen=True):
    """What a user sees of a command."""

    code: int
    out: str
    err: str


class Command:
    """Starts the program in a folder of its own, with a cache that others may share."""

    def __init__(self, home: Path, cache: Path) -> None:
        self.home = home
        kept = {key: os.environ[key] for key in KEPT if key in os.environ}
        self.environment = kept | {
            "HARNESS_CACHE": str(cache),
            "HARNESS_DATA": str(home / "data"),
            # Which tier a machine has must not decide what is tested: see test_docker.py.
            "HARNESS_SANDBOX": "embedded",
        }

    def argv(self, *words: str | Path) -> list[str]:
        """Return the command line."""
        return [sys.executable, "-m", "harness", *map(str, words)]

    def start(self, *words: str | Path, **more: str) -> subprocess.Popen[str]:
        """Start the program and do not wait for it."""
        return subprocess.Popen(
            self.argv(*words),
            cwd=self.home,
            env=self.environment | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(self, *words: str | Path, env: Mapping[str, str] | None = None) -> Outcome:
        """Run the program to its end."""
        process = self.start(*words, **(env or {}))
        out, err = process.communicate()
        return Outcome(process.returncode, out, err)
