"""The flags of ``harness calibrate``; nothing heavy is imported here."""

from __future__ import annotations

import argparse
import math

from harness.cli.jury_flags import jury_flags, width_flag
from harness.types import Aggregate, Scale

FIT = "fit"
"""Value of ``--judge-from`` that has the threshold chosen."""


def calibrate_flags(calibrate: argparse.ArgumentParser) -> None:
    """Add them."""
    add = calibrate.add_argument
    scales = ", ".join(Scale)
    add("--judge", default="", metavar="NAME", help="a judge whose marks are recorded")
    _jury(calibrate)
    add(
        "--data",
        required=True,
        metavar="NAME|FILE",
        help="openproofcorpus, deepseekmath-v2, gradingbench, or a CSV or JSON lines file",
    )
    add("--path", metavar="DIR", help="where that data set is (default: in the data store)")
    add("--recorded", metavar="FILE", help="marks of judges, to go with the data set")
    add("--judge-scale", choices=tuple(Scale), metavar="SCALE", help=f"one of {scales}")
    add("--human-scale", choices=tuple(Scale), metavar="SCALE", help="of the marks in FILE")
    add(
        "--judge-from",
        type=_threshold,
        metavar="X|fit",
        help="the judge passes a proof from this mark on (default: the top of its scale); `fit` "
        "chooses it on the calibration part",
    )
    add(
        "--human-from",
        type=_number,
        metavar="X",
        help="people pass a proof from this mark on (default: the top of their scale)",
    )
    add(
        "--points",
        choices=("linear",),
        help="where the scales differ: stretch the judge's, so that there are figures in points",
    )
    add(
        "--aggregate",
        choices=tuple(Aggregate),
        default=Aggregate.MEAN,
        metavar="HOW",
        help=f"how votes become a mark: {', '.join(Aggregate)} (default: mean)",
    )
    add(
        "--output-path",
        "-o",
        metavar="FILE",
        help="write the certificate there too; it is always kept in the data store",
    )
    add("--json", action="store_true", help="print the certificate as JSON")


def _jury(calibrate: argparse.ArgumentParser) -> None:
    """Add what names a jury that is to be asked."""
    jury_flags(calibrate, "a jury that is asked for marks (default: opc)")
    calibrate.add_argument(
        "--runs",
        default="runs",
        metavar="DIR",
        help="where the jury's votes are kept, so that the same command goes on (default: runs)",
    )
    width_flag(calibrate, "each model of the jury")


def _threshold(text: str) -> float | str:
    return FIT if text == FIT else _number(text)


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise argparse.ArgumentTypeError(f"{text} is not a number")
    return found
