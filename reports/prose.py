"""Markdown with mathematics, as models write it, to HTML that can do nothing.

The order is the wall. Hidden characters become marks. Formulas are cut out; private-use characters,
which no text can hold after the first step, stand in the holes. The rest goes through a Markdown
reader that knows no HTML, no links and no pictures, then through a sanitiser with its own list.
Only then does MathML of our own making, or the source of a formula, go into the holes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape, unescape

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from reports.formulas import Formula, formulas
from reports.maths import mathml
from reports.visible import visible

LONGEST = 100_000
"""Characters of a text that are set; a longer one is cut before."""

MATHML = 1_500_000
"""Characters of MathML in one text; formulas after them are shown as they were written."""

_TAGS = set(
    re.findall(
        r"\w+", "p br hr em strong s code pre blockquote ol ul li h5 h6 table thead tbody tr th td"
    )
)
_ATTRIBUTES = {"ol": {"start"}, "th": set[str](), "td": set[str]()}
_OPEN, _CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(f"(?P<tag><(?P<name>/?\\w+)[^>]*>)|{_OPEN}(?P<number>\\d+){_CLOSE}")
_WIDE = re.compile(r"[ \t]{41,}")
_MARKER = r"(?:>|(?:[*+-]|\d{1,9}[.)])(?=[ \t]))"
_STEEP = re.compile(rf"^((?:[ \t]*{_MARKER}){{12}})[ \t]*(?={_MARKER})", re.MULTILINE)
_QUIET = re.compile(r"[\W\d_]+")
_OUTSIDE = ("link", "image", "autolink", "html_inline", "html_block", "reference", "entity", "code")
"""Rules of Markdown that are off: no address and no character may come out of a text in disguise,
and an indented line is a line (models indent what they think)."""


def prose_html(text: str) -> str:
    """Return a text of a model as HTML; what cannot be set is there as it was written.

    A text of which Markdown would leave out a word, as it does with a cell too many in a table, is
    not set at all: nothing that a judge has read may be missing for a person.
    """
    shown = visible(text)
    pieces = formulas(shown)
    found = [piece for piece in pieces if isinstance(piece, Formula)]
    numbers = iter(range(len(found)))
    holed = "".join(
        piece if isinstance(piece, str) else f"{_OPEN}{next(numbers)}{_CLOSE}" for piece in pieces
    )
    clean = nh3.clean(_reader().render(_tamed(holed)), tags=_TAGS, attributes=_ATTRIBUTES)
    if _words(unescape(_HOLE.sub(_hole_only, clean))) != _words(holed):
        return f"<pre>{escape(shown)}</pre>"
    return _filled(clean, found, _budgeted(mathml(found)))


def formula_html(formula: Formula) -> str:
    """Return one formula as HTML."""
    (made,) = mathml([formula])
    return _set(formula, made)


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 100})
    reader.enable(["table", "strikethrough"]).disable(_OUTSIDE)
    reader.add_render_rule("fence", _fence)
    reader.core.ruler.push("lower_headings", _lower)
    return reader


def _fence(_: object, tokens: Sequence[Token], place: int, *__: object) -> str:
    """Return a block of code, with what stands beside its fence."""
    info, code = tokens[place].info.strip(), tokens[place].content
    named = f"{info}\n{code}" if info else code
    return f"<pre><code>{escape(named)}</code></pre>\n"


def _lower(state: StateCore) -> None:
    """Put the headings of a text below those of its page."""
    heads = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    top = min((token.tag for token in heads), default="")
    for token in heads:
        token.tag = "h5" if token.tag in (top, "h1", "h2") else "h6"


def _tamed(text: str) -> str:
    """Return a text without the depth and the blanks over which the reader would take long."""
    return _STEEP.sub(r"\1 \\", _WIDE.sub(" " * 40, text))


def _words(text: str) -> list[str]:
    """Return the letters and the holes of a text, in order."""
    return [
        _QUIET.sub("", part) if place % 2 == 0 else part
        for place, part in enumerate(re.split(f"{_OPEN}(\\d+){_CLOSE}", text))
    ]


def _hole_only(match: re.Match[str]) -> str:
    return "" if match["name"] else match[0]


def _budgeted(made: list[str | None]) -> list[str | None]:
    left = MATHML
    kept: list[str | None] = []
    for each in made:
        left -= len(each or "")
        kept.append(each if left >= 0 else None)
    return kept


def _filled(html: str, found: list[Formula], made: list[str | None]) -> str:
    """Put formulas into their holes; inside code they are what was written."""
    code = 0

    def fill(match: re.Match[str]) -> str:
        nonlocal code
        name = match["name"]
        if name is not None:
            code += {"code": 1, "/code": -1}.get(name, 0)
            return match["tag"]
        formula = found[int(match["number"])]
        return escape(formula.source) if code else _set(formula, made[int(match["number"])])

    return _HOLE.sub(fill, html)


def _set(formula: Formula, made: str | None) -> str:
    if made is None:
        return f'<code class="tex">{escape(formula.source)}</code>'
    return f'<span class="display">{made}</span>' if formula.display else made
