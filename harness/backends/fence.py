"""A bare source as a model would have written it: in one fenced block."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^\s*(`{3,}|~{3,})", re.MULTILINE)


def has_fence(text: str) -> bool:
    """Return whether a line of the text opens or closes a fenced block."""
    return _FENCE.search(text) is not None


def fenced(source: str, language: str) -> str:
    """Put a source into a block whose fence is longer than any inside it."""
    longest = max((len(mark) for mark in re.findall(r"`{3,}", source)), default=2)
    fence = "`" * (longest + 1)
    end = "" if source.endswith("\n") else "\n"
    return f"{fence}{language}\n{source}{end}{fence}\n"
