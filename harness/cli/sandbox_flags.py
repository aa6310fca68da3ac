"""The flags of ``harness sandbox``, and the one that says what isolates programs."""

from __future__ import annotations

import argparse

from harness.cli.flag_values import executor, positive
from harness.types import Sandbox


def slots_flag(command: argparse.ArgumentParser) -> None:
    """Add how many programs are judged at once."""
    command.add_argument(
        "--max-sandboxes",
        type=positive,
        metavar="N",
        help="programs judged at once (default: cores - 1)",
    )


def executor_flag(command: argparse.ArgumentParser) -> None:
    """Add where programs are judged."""
    command.add_argument(
        "--executor",
        type=executor,
        default="local",
        metavar="WHERE",
        help="where programs are judged: local (default), ray, or ray:HOST:PORT",
    )


def isolation_flags(command: argparse.ArgumentParser, more: str = "") -> None:
    """Add the flags of every command that runs programs; ``more`` ends what one of them says."""
    command.add_argument(
        "--unsafe",
        "--confirm-run-unsafe-code",
        action="store_true",
        help=f"run programs without isolation{more}",
    )
    command.add_argument(
        "--sandbox",
        metavar="TIER",
        help=f"what isolates programs: {', '.join(Sandbox)} (default: {Sandbox.AUTO})",
    )


def sandbox_flags(sandbox: argparse.ArgumentParser) -> None:
    """Add the verb of ``harness sandbox``."""
    verbs = sandbox.add_subparsers(
        dest="verb", metavar="VERB", required=True, parser_class=type(sandbox)
    )
    build = verbs.add_parser("build", help="build the image of the docker tier", allow_abbrev=False)
    build.add_argument(
        "--languages",
        default="",
        metavar="KEY,…",
        help="languages beside C, C++ and Python that it is to have",
    )
    build.add_argument(
        "--from",
        dest="source",
        choices=("auto", "registry", "packages"),
        default="auto",
        help="a registry's Debian, or Debian's packages (default: what works)",
    )
    build.add_argument("--again", action="store_true", help="even if the engine has it")
    build.add_argument(
        "--keep",
        action="store_true",
        help="do not remove the images of other versions that no container uses",
    )
    build.set_defaults(parser=build)
