"""The flags of ``harness data``; nothing heavy is imported here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from harness.cli.argument_parser import Parser
from harness.cli.sandbox_flags import isolation_flags
from harness.cli.task_flags import include_flag

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[Parser]


def data_flags(data: argparse.ArgumentParser) -> None:
    """Add the verbs."""
    verbs = data.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    _list(verbs)
    _pull(verbs)
    _add(verbs)
    _status(verbs)
    _verify(verbs)
    _export(verbs)
    _import(verbs)


def _verb(verbs: Verbs, name: str, help: str) -> Parser:
    verb = verbs.add_parser(name, help=help, allow_abbrev=False)
    verb.set_defaults(parser=verb)
    return verb


def _list(verbs: Verbs) -> None:
    show = _verb(verbs, "list", "what is known of each task's data, and what is there")
    show.add_argument("tasks", nargs="*", metavar="TASK", help="only these")
    include_flag(show)
    show.add_argument("--json", action="store_true", help="for machines")


def _pull(verbs: Verbs) -> None:
    pull = _verb(verbs, "pull", "fetch a public set from the hub")
    pull.add_argument("task", metavar="TASK", help="task name, such as aime2025")
    pull.add_argument(
        "--set",
        default="",
        metavar="NAME",
        help="one of the task's public sets (`harness data list` names them; default: the first)",
    )
    pull.add_argument(
        "--revision",
        action="append",
        default=[],
        metavar="REV|REPO=REV",
        help="commit, tag or branch in place of the pinned commit; of a set in several "
        "repositories once for each",
    )
    include_flag(pull)
    isolation_flags(pull)


def _add(verbs: Verbs) -> None:
    add = _verb(verbs, "add", "put packages into the data store")
    add.add_argument("task", metavar="TASK", help="task name, such as ioi2025")
    add.add_argument("source", metavar="DIR", help="folder or archive with problem packages")
    include_flag(add)
    isolation_flags(add)


def _status(verbs: Verbs) -> None:
    status = _verb(verbs, "status", "what a task has and lacks")
    status.add_argument("task", metavar="TASK", help="task name")
    include_flag(status)
    status.add_argument("--json", action="store_true", help="for machines")


def _verify(verbs: Verbs) -> None:
    verify = _verb(verbs, "verify", "compare the data store with what came in")
    verify.add_argument("tasks", nargs="*", metavar="TASK", help="only these")
    verify.add_argument(
        "--record",
        action="store_true",
        help="write the packages of the named tasks down as they are now",
    )
    verify.add_argument("--json", action="store_true", help="for machines")


def _export(verbs: Verbs) -> None:
    export = _verb(verbs, "export", "put a task's packages into one file")
    export.add_argument("task", metavar="TASK", help="task name")
    export.add_argument(
        "--to", required=True, metavar="FILE", help="the pack, a file that does not exist yet"
    )
    include_flag(export)


def _import(verbs: Verbs) -> None:
    bring = _verb(verbs, "import", "bring in a file of `harness data export`")
    bring.add_argument("file", metavar="FILE", help="the pack")
    include_flag(bring)
