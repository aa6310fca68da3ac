"""The flags of ``harness import``; nothing heavy is imported here."""

from __future__ import annotations

import argparse

from harness.cli.task_flags import include_flag

FORMATS = ("lm-eval", "nemo-skills", "livecodebench", "inspect", "matharena", "jsonl")
"""As in :mod:`harness.foreign.formats`, which is imported when it is used."""


def import_flags(command: argparse.ArgumentParser) -> None:
    """Add them."""
    add = command.add_argument
    add("format", choices=FORMATS, metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    add("files", nargs="+", metavar="FILE", help="files of that format, or folders of them")
    add("--task", "-t", required=True, metavar="NAME", help="task whose problems they answer")
    include_flag(command)
    add(
        "--output-path",
        "-o",
        default="recording.jsonl",
        metavar="FILE",
        help="the recording, a file that does not exist yet (default: recording.jsonl)",
    )
    add("--map", metavar="FILE", help="which of their names is which problem: CSV or JSON")
    add("--contestant", default="", metavar="NAME", help="who wrote them (default: the model)")
    add("--language", default="", metavar="KEY", help="language of answers that are bare sources")
    add("--fields", default="", metavar="K=V,…", help="of jsonl: which field holds what")
    add("--json", action="store_true", help="print what became of every row as JSON")
