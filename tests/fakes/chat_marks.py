"""Marks of chat templates, and how a server finds them in a message.

The worst of servers is played here: it normalises a text (NFKC), drops what has no width, and
takes every mark of every family for its own.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

MARKS = tuple(
    line
    for line in Path(__file__).with_suffix(".txt").read_text("utf-8").splitlines()
    if " " not in line
)

_TOKEN = re.compile(
    r"<\|\w+\|?>|<\w+\|>|</?[A-Za-z][\w:.-]*>|<</?SYS>>"
    r"|\[/?[A-Z]{3,}(?:_[A-Z]+)*\]|\[\|/?\w+\|\]|\[[gs]MASK\]|\]~!?b[\]\[]|\[e~\["
)


def as_read(text: str) -> str:
    """Return a text as the worst of servers reads it before it looks for marks."""
    bars = text.replace("\uff5c", "|").replace("\u2581", "_")
    folded = unicodedata.normalize("NFKC", bars)
    return "".join(c for c in folded if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))


def marks_in(text: str) -> list[str]:
    """Return the tokens that a server would find in a text."""
    return _TOKEN.findall(as_read(text))


def pieces(text: str) -> list[str]:
    """Return a text cut where a server finds a token: all but the first are another's words."""
    return _TOKEN.split(as_read(text))
