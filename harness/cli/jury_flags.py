"""The flags that name a jury and its models; nothing heavy is imported here."""

from __future__ import annotations

import argparse

from harness.cli.flag_values import positive

MODEL = "backend of a model that sits in the jury; once for each"


def jury_flags(command: argparse.ArgumentParser, jury: str, model: str = MODEL) -> None:
    """Add the jury, described by ``jury``, and the flags of each model that sits in it."""
    add = command.add_argument
    add("--jury", default="", metavar="NAME", help=jury)
    add("--judge-model", action="append", metavar="KIND", help=model)
    add(
        "--judge-args",
        action="append",
        metavar="K=V,…",
        help="settings of the judge model named before it",
    )


def width_flag(command: argparse.ArgumentParser, asked: str) -> None:
    """Add how many questions each model is asked at once; ``asked`` says which models."""
    command.add_argument(
        "--max-connections",
        type=positive,
        default=64,
        metavar="N",
        help=f"questions to {asked} at once (default 64)",
    )
