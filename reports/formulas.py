r"""Where the mathematics is in a text: one pass that never looks back.

Known are ``$…$``, ``$$…$$``, ``\(…\)``, ``\[…\]`` and environments such as ``align``. Nothing
inside code is mathematics. A delimiter that finds no partner is text; what it costs to find that
out does not grow with what follows it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

ENVIRONMENTS = frozenset(
    name + star
    for name in (
        "align",
        "alignat",
        "aligned",
        "array",
        "cases",
        "displaymath",
        "eqnarray",
        "equation",
        "flalign",
        "gather",
        "gathered",
        "math",
        "multline",
        *(f"{kind}matrix" for kind in ("", "b", "p", "v", "B", "V")),
    )
    for star in ("", "*")
)
"""Environments that are mathematics wherever they stand."""

_TOKEN = re.compile(
    r"\\(?:begin|end)\{[A-Za-z]{1,16}\*?\}"
    r"|\\[^`\n]"  # one of \( \) \[ \], or an escaped character, which then has no other meaning
    r"|\$\$?"
    r"|`+"
    r"|\n[ \t]*(?=\n)"
)
_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^\n]*)")
_PARTNERS = {r"\(": r"\)", r"\[": r"\]", "$$": "$$", "$": "$"}
_BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Formula:
    """A piece of mathematics in a text."""

    source: str
    """As it was written, delimiters included."""
    tex: str
    display: bool
    """Whether it stands on a line of its own."""


def formulas(text: str) -> list[str | Formula]:
    """Return a text as pieces of text and formulas; their sources together are the text."""
    found: list[str | Formula] = []
    for piece, code in _fenced(text):
        for part in [piece] if code else _scanned(piece):
            if isinstance(part, str) and found and isinstance(found[-1], str):
                found[-1] += part
            elif part:
                found.append(part)
    return found


def _fenced(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, and whether each is a fenced block of code."""
    held: list[str] = []
    fence = ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if not fence and found and not (found[1][0] == "`" and "`" in found[2]):
            yield "".join(held), False
            held, fence = [], found[1]
        elif fence and found and found[1].startswith(fence) and not found[2].strip():
            yield "".join([*held, line]), True
            held, fence = [], ""
            continue
        held.append(line)
    yield "".join(held), bool(fence)


class _Tokens:
    """The signs of a text that may begin or end a formula, or forbid one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[tuple[int, int]] = []
        self.kinds: list[str] = []
        self._places: dict[str, list[int]] = {}
        for match in _TOKEN.finditer(text):
            kind = _BLANK if match[0][0] == "\n" else match[0]
            self._places.setdefault(kind, []).append(len(self.kinds))
            self.spans.append(match.span())
            self.kinds.append(kind)
        self._ends = self._environments()

    def _environments(self) -> dict[int, int]:
        """Return the end of each environment by its beginning; those of one name nest."""
        ends: dict[int, int] = {}
        open_: dict[str, list[int]] = {}
        for place, kind in enumerate(self.kinds):
            if kind.startswith(r"\begin{"):
                open_.setdefault(kind[7:-1], []).append(place)
            elif kind.startswith(r"\end{") and open_.get(kind[5:-1]):
                ends[open_[kind[5:-1]].pop()] = place
        return ends

    def after(self, kind: str, place: int) -> int:
        """Return where the next token of a kind is, or how many tokens there are."""
        places = self._places.get(kind, [])
        found = bisect_right(places, place)
        return places[found] if found < len(places) else len(self.kinds)

    def partner(self, place: int) -> int | None:
        """Return the token that closes a formula or a span of code, or None."""
        kind = self.kinds[place]
        if kind.startswith(r"\begin{"):
            return self._ends.get(place) if kind[7:-1] in ENVIRONMENTS else None
        close = self.after(_PARTNERS.get(kind, kind), place)
        if close == len(self.kinds) or not self._holds(kind, place, close):
            return None
        return close

    def _holds(self, kind: str, place: int, close: int) -> bool:
        """Whether two delimiters belong together."""
        if kind in (r"\(", r"\["):
            if self.after(kind, place) < close:
                return False
            if kind == r"\[":
                return True
        if self.after(_BLANK, place) < close:
            return False
        if kind != "$":
            return True
        inside = self.text[self.spans[place][1] : self.spans[close][0]]
        next_ = self.text[self.spans[close][1] : self.spans[close][1] + 1]
        return self.after("$$", place) > close and _between_dollars(inside, next_)


def _between_dollars(inside: str, next_: str) -> bool:
    """Whether what stands between two dollars is a formula: "it costs $5, or $6" has none.

    As in pandoc, with blanks on both sides and a digit behind it allowed where no price is meant.
    """
    if not inside.strip() or inside[0].isspace() != inside[-1].isspace():
        return False
    if set(inside) & set("\\^_{=<>") or (len(inside) == 1 and inside.isalpha()):
        return True
    if inside[0].isspace():
        return len(inside.split()) == 1
    return not next_.isdigit()


def _scanned(text: str) -> Iterator[str | Formula]:
    tokens = _Tokens(text)
    place = last = 0
    while place < len(tokens.kinds):
        kind = tokens.kinds[place]
        code = kind[0] == "`"
        opens = code or kind in _PARTNERS or kind.startswith(r"\begin{")
        close = tokens.partner(place) if opens else None
        if close is None:
            place += 1
            continue
        if not code:
            start, end = tokens.spans[place][0], tokens.spans[close][1]
            yield text[last:start]
            yield _formula(text[start:end], kind)
            last = end
        place = close + 1
    yield text[last:]


def _formula(source: str, kind: str) -> Formula:
    if kind.startswith(r"\begin{"):
        return Formula(source, source, display=kind != r"\begin{math}")
    tex = source[len(kind) : -len(kind)]
    return Formula(source, tex, display=kind in ("$$", r"\["))
