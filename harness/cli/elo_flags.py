"""The flags of ``harness elo``."""

from __future__ import annotations

import argparse


def elo_flags(command: argparse.ArgumentParser) -> None:
    """Add its flags."""
    add = command.add_argument
    add("runs", nargs="+", metavar="RUN", help="run folders or packed runs")
    add("--rounds", required=True, metavar="FILE", help="rounds with their problems and humans")
    add("--json", action="store_true", help="print every round of every contestant as JSON")
