"""Characters that hide, reorder or repaint text, shown as marks; and texts cut to a size.

Every string that a page prints passes through :func:`visible` (see
:mod:`reports.pages`), so a text cannot look other than it is: control characters
and terminal escapes, what is invisible and what changes the direction of reading stand
as a name or a number in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad"
    "\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\ue000-\uf8ff"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U0010ffff"
    "]"
)
"""What is not shown as it is: no glyph, a lone surrogate, private use, or an effect on others.

Tabs and line ends stay; a carriage return before a line end is dropped with it.
"""

NAMED = {0x00: "NUL", 0x07: "BEL", 0x08: "BS", 0x0D: "CR", 0x1B: "ESC", 0x7F: "DEL"}
"""Characters better known by name than by number."""


def mark(match: re.Match[str]) -> str:
    """Return the visible form of one hidden character."""
    code = ord(match[0])
    return f"⟨{NAMED.get(code) or f'U+{code:04X}'}⟩"


def visible(text: str) -> str:
    """Return a text in which nothing hides."""
    return HIDDEN.sub(mark, text.replace("\r\n", "\n"))


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut to a size: its beginning, its end, and how much is missing between."""

    head: str
    tail: str = ""
    left_out: int = 0
    """Bytes of UTF-8."""


def cut(text: str, limit: int, tail: int = 0) -> Cut:
    """Keep at most ``limit`` characters, the last ``tail`` of them from the end."""
    if len(text) <= limit:
        return Cut(text)
    end = len(text) - tail
    gap = text[limit - tail : end]
    return Cut(text[: limit - tail], text[end:], len(gap.encode("utf-8", "surrogatepass")))


def short(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters that ends in "…" when it was longer."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
