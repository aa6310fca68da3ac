"""Texts of a run, cut to what a page can carry."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.types import TextRef
from reports.evidence import Evidence
from reports.markup import coloured, marked
from reports.visible import cut
from reports.words import size

SOURCE = 400_000
"""Characters of a source or an answer that are shown."""

FOLD = 64_000
"""Characters of a prompt or an output that are shown, a quarter of them from its end."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One text on a page."""

    size: str
    hash: str
    head: Markup
    tail: Markup
    gap: str
    """How much is left out between the two; empty when nothing is."""
    lines: str
    """Line numbers, for a source."""


def fold(evidence: Evidence, ref: TextRef) -> Shown:
    """Return a prompt or an output as it was written."""
    return _shown(evidence, ref, FOLD, FOLD // 4, None)


def source(evidence: Evidence, ref: TextRef, language: str) -> Shown:
    """Return what was handed in, coloured when the language is known."""
    return _shown(evidence, ref, SOURCE, 0, language)


def _shown(evidence: Evidence, ref: TextRef, limit: int, tail: int, language: str | None) -> Shown:
    text = evidence.text(ref)
    if text is None:
        gone = "This text is missing from the run folder, or is not what its name says."
        return Shown(size(ref.size), ref.sha256, Markup(), Markup(), gone, "")
    found = cut(text, limit, tail)
    gap = ""
    if found.left_out:
        gap = f"{size(found.left_out)} of {size(ref.size)} are not shown here; SHA-256 {ref.sha256}"
    lines = ""
    if language:
        count = found.head.count("\n") + (not found.head.endswith("\n"))
        lines = "\n".join(map(str, range(1, count + 1)))
    head = coloured(found.head, language) if language else marked(found.head)
    return Shown(size(ref.size), ref.sha256, head, marked(found.tail), gap, lines)
