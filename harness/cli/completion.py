"""``harness completion``: a script with which a shell completes commands, flags and names."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli.parser import build
from harness.plugins import BACKENDS, STRATEGIES, names

PREAMBLE = Path(__file__).parent / "completion.bash"
"""What completes names that are not known before they are asked for: those of tasks."""

FOLDERS = ("DIR",)
FILES = (
    "FILE",
    "FILE.zip",
    "RUN",
    "PACKAGE",
    "SUBMISSION",
    "TASK|PACKAGE",
    "A",
    "B",
    "BASE",
    "NEW",
)
TASKS = {"bash": "_harness_tasks"}


def execute(args: argparse.Namespace) -> int:
    """Print the script for a shell."""
    import shtab

    parser = build({})
    for command in _parsers(parser):
        for action in command._actions:
            _complete(action)
    preamble = PREAMBLE.read_text("utf-8") if args.shell == "bash" else ""
    print(shtab.complete(parser, args.shell, root_prefix="_harness", preamble=preamble))
    return 0


def _parsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    found = [parser]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [inner for each in action.choices.values() for inner in _parsers(each)]
    return found


def _complete(action: argparse.Action) -> None:
    """Say of one flag or word what may follow it."""
    import shtab

    words = {
        "model": names(BACKENDS),
        "judge_model": names(BACKENDS),
        "strategy": names(STRATEGIES),
    }
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    complete: object = None
    if action.dest in ("task", "check") and metavar in ("NAME", "TASK"):
        complete = TASKS
    elif metavar in FOLDERS:
        complete = shtab.DIRECTORY
    elif metavar in FILES:
        complete = shtab.FILE
    elif action.dest in words:
        action.choices = words[action.dest]
    if complete is not None:
        action.complete = complete  # type: ignore[attr-defined]
