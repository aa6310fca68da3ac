"""Pages for people who mark proofs: the problem, its scheme and one proof, and nobody's name."""

from __future__ import annotations

from importlib.resources import files

from harness.types import Problem
from reports.markup import marked, prose
from reports.pages import CSP_MATHS, environment
from reports.scheme import scheme
from reports.words import number

ASSETS = ("report.css", "maths.css", "stix-two-math.woff2", "stix-two-math-LICENSE.txt")
"""What a page needs beside it, in ``assets``."""


def sheet_page(name: str, problem: Problem, proof: str) -> str:
    """Return the page of one proof; whoever marks may see the whole scheme."""
    return (
        environment()
        .get_template("sheet.html.jinja")
        .render(
            csp=CSP_MATHS,
            title=problem.title,
            name=name,
            points=number(problem.max_points),
            statement=prose(problem.statement),
            scheme=scheme(problem, show=True),
            proof=prose(proof),
            source=marked(proof),
        )
    )


def sheet_assets() -> dict[str, bytes]:
    """Return the files beside the pages, by name."""
    return {name: (files("reports") / "assets" / name).read_bytes() for name in ASSETS}
