"""The flags of ``harness compare`` and ``harness gate``; nothing heavy is imported here."""

from __future__ import annotations

import argparse
import contextlib

from harness.cli.afterwards_flags import layer_flag

UNITS = ("contest", "problems")
METRICS = ("score", "solved")

LEAST_ALPHA = 1e-9
"""As of a policy; probabilities are told apart down to a thousandth of it."""


def compare_flags(compare: argparse.ArgumentParser) -> None:
    """Add those of ``harness compare``."""
    add = compare.add_argument
    add("base", metavar="A", help="run folder, folder of run folders, or packed runs")
    add("new", metavar="B", help="the same, compared with A")
    add(
        "--unit",
        choices=UNITS,
        default="contest",
        help="what chance is in: attempts at this contest, or such problems (default: contest)",
    )
    add("--metric", choices=METRICS, default="score", help="default: score")
    add("--alpha", type=_tail, default=0.05, metavar="X", help="1 - confidence (default 0.05)")
    _sides(compare)
    add("--json", action="store_true", help="print everything as JSON")


def gate_flags(gate: argparse.ArgumentParser) -> None:
    """Add those of ``harness gate``."""
    add = gate.add_argument
    add("runs", nargs="*", metavar="BASE NEW", help="run folders, or folders of run folders")
    add("--aa", metavar="RUN", help="split this run against itself and count false alarms")
    add(
        "--max-drop",
        type=_share,
        metavar="SHARE",
        help="allowed fall, as a share of all points (default 3%%)",
    )
    add("--alpha", type=_tail, metavar="X", help="probability of a wrong ruling (default 0.05)")
    add("--unit", choices=UNITS, help="what chance is in (default: contest)")
    add("--metric", choices=METRICS, help="default: score")
    add(
        "--max-unjudged",
        type=_share,
        metavar="SHARE",
        help="attempts of a side that may be without a judge's verdict (default 5%%)",
    )
    add("--policy", metavar="FILE", help="TOML with a rule for each of several tasks")
    _sides(gate)
    add("--splits", type=_count, default=1000, metavar="N", help="of --aa (default 1000)")
    add("--seed", type=int, default=0, metavar="N", help="of --aa (default 0)")
    add("--junit", metavar="FILE", help="write JUnit XML there")
    add("--markdown", metavar="FILE", help="write Markdown there, for a comment or step summary")
    add("--json", action="store_true", help="print everything as JSON")


def _sides(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--contestant",
        action="append",
        metavar="NAME",
        help="of runs with several: given once for both, twice for A and for B",
    )
    command.add_argument(
        "--anyway",
        action="store_true",
        help="compare what should not be compared, and say so",
    )
    layer_flag(command)


def _share(text: str) -> float:
    with contextlib.suppress(ValueError):
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        if 0 <= value < 1:
            return value
    raise argparse.ArgumentTypeError(f"{text} is not a share: say 3%, or 0.03")


def _tail(text: str) -> float:
    with contextlib.suppress(ValueError):
        if LEAST_ALPHA <= float(text) < 0.5:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text} is not a probability from {LEAST_ALPHA:g} to 0.5")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a number of splits")
