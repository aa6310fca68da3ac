"""The flags of ``harness tasks``, and the one that says where tasks are found."""

from __future__ import annotations

import argparse

from harness.cli.sandbox_flags import isolation_flags


def include_flag(command: argparse.ArgumentParser) -> None:
    """Add the folders with contests of one's own."""
    command.add_argument(
        "--include-path",
        action="append",
        metavar="DIR",
        help="a folder with a contest.toml, or with folders that have one; may be repeated",
    )


def tasks_flags(tasks: argparse.ArgumentParser) -> None:
    """Add the flags of ``harness tasks``."""
    include_flag(tasks)
    tasks.add_argument(
        "--check", metavar="NAME", help="load this task, and say what is wrong with it"
    )
    isolation_flags(tasks)
    tasks.add_argument("--json", action="store_true", help="for machines")
