"""The flags of ``harness rubric``; nothing heavy is imported here."""

from __future__ import annotations

import argparse


def rubric_flags(rubric: argparse.ArgumentParser) -> None:
    """Add its verbs."""
    verbs = rubric.add_subparsers(
        dest="verb", metavar="VERB", required=True, parser_class=type(rubric)
    )
    draft = verbs.add_parser(
        "draft", help="have a model draft a rubric from the reference solution", allow_abbrev=False
    )
    add = draft.add_argument
    add("problem", metavar="TASK/PROBLEM", help="a problem of the data store that asks for a proof")
    add("--judge-model", required=True, metavar="KIND", help="backend of the model that drafts it")
    add("--judge-args", default="", metavar="K=V,…", help="settings of the model")
    add(
        "--output-path",
        "-o",
        default="rubric.toml",
        metavar="FILE",
        help="a file that does not exist yet (default: rubric.toml)",
    )
    add("--temperature", type=_share_or_more, default=1.0, metavar="X", help="default 1.0")
    add("--max-tokens", type=_count, default=65536, metavar="N", help="of a reply (default 65536)")
    add("--seed", type=int, default=0, metavar="N", help="another one is another draft (default 0)")
    draft.set_defaults(parser=draft)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return int(text)


def _share_or_more(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no temperature")
    return found
