"""Sources in colour: Pygments for finding the words, six classes for showing them.

Pygments' own HTML is ten times its source. Neighbours of one class are joined here and
most classes dropped, which brings that to about two. A text that could keep the
lexer busy is shown without colour: one with long white space, long lines or very many raw
strings, over which some patterns go back and forth (100 kB of empty lines took minutes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import Token  # type: ignore[import-untyped]

COLOURED = 200_000
"""Characters up to which a source is coloured."""

_LEXERS: dict[str, tuple[str, tuple[str, ...]]] = {
    # Not from the lexer's root: its pattern for "a function starts here" is the slowest.
    "cpp": ("cpp", ("statement",)),
    "c": ("c", ("statement",)),
}
"""By language without its year (``cpp17`` is ``cpp``): Pygments' name and the first state."""

_CLASSES = (
    (Token.Comment.Preproc, "p"),
    (Token.Comment.PreprocFile, "s"),
    (Token.Comment, "c"),
    (Token.Keyword, "k"),
    (Token.Literal.String, "s"),
    (Token.Literal.Number, "n"),
)
"""The first that fits is the class; the rest of the text has none."""

_SLOW = re.compile(r"\s{101}|[^\n]{5001}")

_RAW_STRINGS = 100
"""Beginnings of raw strings up to which a source is coloured: each is looked for to the end."""


def pieces(source: str, language: str) -> list[tuple[str, str]]:
    """Return a source as pairs of class and text; the class is empty where there is none."""
    lexer = _LEXERS.get(language.rstrip("0123456789"))
    if lexer is None or _slow(source):
        return [("", source)]
    joined: list[tuple[str, list[str]]] = []
    for kind, text in _tokens(source, *lexer):
        # White space takes the colour of what it follows: it cannot be seen, and it is short.
        name = joined[-1][0] if joined and text.isspace() else _class_of(kind)
        if joined and joined[-1][0] == name:
            joined[-1][1].append(text)
        else:
            joined.append((name, [text]))
    return [(name, "".join(texts)) for name, texts in joined]


def _slow(source: str) -> bool:
    return (
        len(source) > COLOURED
        or source.count('R"') > _RAW_STRINGS
        or _SLOW.search(source) is not None
    )


def _tokens(source: str, name: str, stack: tuple[str, ...]) -> Iterator[tuple[object, str]]:
    lexer = get_lexer_by_name(name)
    for _, kind, text in lexer.get_tokens_unprocessed(source, stack):
        yield kind, text


@lru_cache(maxsize=256)
def _class_of(kind: object) -> str:
    return next((name for family, name in _CLASSES if kind in family), "")
