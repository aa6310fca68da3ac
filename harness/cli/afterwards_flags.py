"""The flags of commands over runs that are there already; nothing heavy is imported here."""

from __future__ import annotations

import argparse

from harness.cli.jury_flags import jury_flags, width_flag
from harness.cli.sandbox_flags import isolation_flags, slots_flag
from harness.cli.task_flags import include_flag

LAYER = "by which judging runs are read: a layer, or log (default: the last one)"


def layer_flag(command: argparse.ArgumentParser) -> None:
    """Add the flag that says by which judging runs are read."""
    command.add_argument("--layer", default="", metavar="NAME", help=LAYER)


def rejudge_flags(rejudge: argparse.ArgumentParser) -> None:
    """Add the flags of ``harness rejudge``."""
    add = rejudge.add_argument
    add("run", metavar="RUN", help="run folder")
    add(
        "--output-path",
        "-o",
        metavar="FILE",
        help="write the difference there too: as JSON to FILE.json, else as Markdown",
    )
    add(
        "--against",
        default="",
        metavar="NAME",
        help="what the verdicts are held against: a layer, or log (default: what counts now)",
    )
    jury_flags(
        rejudge,
        "the jury that is asked anew",
        "backend of a model of it; without one, what models gave stays",
    )
    width_flag(rejudge, "each judge model")
    include_flag(rejudge)
    slots_flag(rejudge)
    isolation_flags(rejudge)
    add("--json", action="store_true", help="print the difference as JSON")
    add("--quiet", "-q", action="store_true", help="print the layer's name only")
    add("--no-progress", action="store_true", help="no progress")


def pack_flags(pack: argparse.ArgumentParser) -> None:
    """Add the flags of ``harness pack``."""
    add = pack.add_argument
    add("runs", nargs="+", metavar="RUN", help="run folders, or packed runs")
    add("--output-path", "-o", required=True, metavar="FILE.zip", help="a file that is not there")
    add("--no-prompts", action="store_true", help="leave out what was asked")
    add("--no-reasoning", action="store_true", help="leave out what was thought")
    add("--json", action="store_true", help="print what was written as JSON")


def merge_flags(merge: argparse.ArgumentParser) -> None:
    """Add the flags of ``harness merge``."""
    add = merge.add_argument
    add("shards", nargs="+", metavar="SHARD", help="run folders of `harness run --shard`")
    add(
        "--output-path",
        "-o",
        "--output-dir",
        default="runs",
        metavar="DIR",
        help="where the merged run's folder is made (default: runs)",
    )
    add(
        "--allow-missing",
        action="store_true",
        help="merge what is there; attempts that are not stay unfinished, and can be resumed",
    )
    add("--no-report", action="store_true", help="do not write the HTML report")
    add("--json", action="store_true", help="print the result as JSON")
    add("--quiet", "-q", action="store_true", help="no table")


def export_flags(export: argparse.ArgumentParser) -> None:
    """Add the flags of ``harness export``."""
    add = export.add_argument
    add("runs", nargs="+", metavar="RUN", help="run folders, or packed runs")
    add(
        "--format",
        choices=("csv", "parquet", "lm-eval"),
        default="csv",
        help="tables of attempts, submissions and tests, or lm-eval's files (default: csv)",
    )
    add(
        "--output-path",
        "-o",
        "--output-dir",
        default="export",
        metavar="DIR",
        help="a folder that does not exist yet (default: export)",
    )
    layer_flag(export)
    add("--json", action="store_true", help="print what was written as JSON")


def view_flags(view: argparse.ArgumentParser) -> None:
    """Add the flags of ``harness view``."""
    add = view.add_argument
    add("runs", nargs="+", metavar="RUN", help="run folders, or packed runs")
    add("--host", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1")
    add("--port", type=_port, default=0, metavar="N", help="default: one that is free")
    add(
        "--public",
        action="store_true",
        help="allow an address that others can reach; whoever reaches it reads everything",
    )
    layer_flag(view)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port, a number up to 65535")
    return int(text)
