"""Texts of a run, cut to what a page can carry."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from harness.types import TextRef
from reports.evidence import Evidence
from reports.markup import coloured, marked, prose
from reports.visible import cut
from reports.words import size

SOURCE = 400_000
"""Characters of a source or an answer that are shown."""

FOLD = 64_000
"""Characters of a prompt or an output that are shown, a quarter of them from its end."""


GONE = "This text is missing from the run folder, or is not what its name says."

PAPER = 60_000
"""Characters of a proof that are set; all of it stands beside, as it was written."""

OPINION = 8_000
"""Characters of what a judge wrote that are shown, a quarter of them from its end."""


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


@dataclass(frozen=True, slots=True)
class Set:
    """A text with mathematics, set for reading."""

    size: str
    hash: str
    head: Markup
    tail: Markup
    gap: str
    """How much is left out between the two, or that the text is gone."""


def paper(evidence: Evidence, ref: TextRef) -> Set:
    """Return a proof, set."""
    return _set(evidence, ref, PAPER, 0)


def opinion(evidence: Evidence, ref: TextRef) -> Set:
    """Return what a judge wrote, set; its mark is at the end."""
    return _set(evidence, ref, OPINION, OPINION // 4)


def _set(evidence: Evidence, ref: TextRef, limit: int, tail: int) -> Set:
    text = evidence.text(ref)
    if text is None:
        return Set(size(ref.size), ref.sha256, Markup(), Markup(), GONE)
    found = cut(text, limit, tail)
    return Set(
        size(ref.size), ref.sha256, prose(found.head), prose(found.tail), _gap(found.left_out, ref)
    )


def _gap(left_out: int, ref: TextRef) -> str:
    if not left_out:
        return ""
    return f"{size(left_out)} of {size(ref.size)} are not shown here; SHA-256 {ref.sha256}"


def _shown(evidence: Evidence, ref: TextRef, limit: int, tail: int, language: str | None) -> Shown:
    text = evidence.text(ref)
    if text is None:
        return Shown(size(ref.size), ref.sha256, Markup(), Markup(), GONE, "")
    found = cut(text, limit, tail)
    gap = _gap(found.left_out, ref)
    lines = ""
    if language:
        count = found.head.count("\n") + (not found.head.endswith("\n"))
        lines = "\n".join(map(str, range(1, count + 1)))
    head = coloured(found.head, language) if language else marked(found.head)
    return Shown(size(ref.size), ref.sha256, head, marked(found.tail), gap, lines)
