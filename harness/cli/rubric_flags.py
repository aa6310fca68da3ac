"""The flags of ``harness rubric``; nothing heavy is imported here."""

from __future__ import annotations

import argparse

from harness.cli.flag_values import positive, temperature


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
    add("--temperature", type=temperature, default=1.0, metavar="X", help="default 1.0")
    add(
        "--max-tokens", type=positive, default=65536, metavar="N", help="of a reply (default 65536)"
    )
    add("--seed", type=int, default=0, metavar="N", help="another one is another draft (default 0)")
    draft.set_defaults(parser=draft)
