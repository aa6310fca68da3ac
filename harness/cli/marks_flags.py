"""The flags of ``harness marks``; nothing heavy is imported here."""

from __future__ import annotations

import argparse


def marks_flags(marks: argparse.ArgumentParser) -> None:
    """Add its verbs."""
    verbs = marks.add_subparsers(
        dest="verb", metavar="VERB", required=True, parser_class=type(marks)
    )
    export = verbs.add_parser(
        "export", help="write proofs and an empty mark sheet, without names", allow_abbrev=False
    )
    export.add_argument("run", metavar="RUN", help="run folder")
    export.add_argument(
        "--output-path",
        "-o",
        "--output-dir",
        default="marks",
        metavar="DIR",
        help="a folder that does not exist yet (default: marks)",
    )
    export.add_argument(
        "--format",
        choices=("html", "md"),
        default="html",
        help="pages with set mathematics, or Markdown as it was written (default: html)",
    )
    export.add_argument("--all", action="store_true", help="also what somebody has marked")
    export.set_defaults(parser=export)
    take = verbs.add_parser("import", help="read a filled mark sheet", allow_abbrev=False)
    take.add_argument("run", metavar="RUN", help="run folder")
    take.add_argument("sheet", metavar="SHEET", help="CSV or JSON with the columns of the sheet")
    take.add_argument(
        "--person", default="", metavar="NAME", help="who marked the lines that name nobody"
    )
    take.set_defaults(parser=take)
    show = verbs.add_parser("show", help="who gave what, and how far apart", allow_abbrev=False)
    show.add_argument("run", metavar="RUN", help="run folder")
    show.add_argument("--json", action="store_true", help="for machines")
    show.set_defaults(parser=show)
