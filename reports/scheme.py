"""The marking scheme of a proof problem, where the contest allows to show it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.types import Problem, ProofBody
from reports.markup import prose
from reports.visible import cut
from reports.words import listed, many, number

REFERENCE = 30_000
"""Characters of a reference solution that are shown."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a proof was marked by."""

    rubric: tuple[tuple[str, Markup], ...]
    """Points and text of each item."""
    folds: tuple[tuple[str, Markup], ...]
    """Longer texts, with their titles."""
    hidden: str
    """What there is and may not be shown."""


def scheme(problem: Problem, *, show: bool) -> Scheme | None:
    """Return the marking scheme; None where there is none."""
    body = problem.body
    if not isinstance(body, ProofBody) or not (body.rubric or body.references or body.notes):
        return None
    if not show:
        parts = [many(len(body.rubric), "rubric item")] if body.rubric else []
        parts += [many(len(body.references), "reference solution")] if body.references else []
        parts += ["guidelines"] if body.notes else []
        return Scheme((), (), f"{listed(parts)}: not shown, this contest does not allow it.")
    folds = [
        (f"Reference solution {place}" if len(body.references) > 1 else "Reference solution", text)
        for place, text in enumerate(body.references, start=1)
    ]
    folds += [("Guidelines", body.notes)] if body.notes else []
    return Scheme(
        rubric=tuple((number(item.points), prose(item.text)) for item in body.rubric),
        folds=tuple((title, _clipped(text)) for title, text in folds),
        hidden="",
    )


def _clipped(text: str) -> Markup:
    found = cut(text, REFERENCE)
    more = f"\n\n… {found.left_out:,} bytes more" if found.left_out else ""
    return prose(found.head + more)
