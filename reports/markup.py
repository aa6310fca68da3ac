"""The one place where text becomes HTML without a template.

Everything else on a page comes from a template, where Jinja2 escapes it. Here, too,
every piece of text is escaped before anything is put around it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jinja2 import Template
from markupsafe import Markup, escape

from reports.code import pieces
from reports.formulas import Formula
from reports.prose import formula_html, prose_html
from reports.visible import HIDDEN, mark

NOTHING = Markup()
"""No HTML at all."""


def marked(text: str) -> Markup:
    """Return a text as it was written, its hidden characters set off as marks."""
    text = text.replace("\r\n", "\n")
    parts: list[str] = []
    last = 0
    for match in HIDDEN.finditer(text):
        parts.append(escape(text[last : match.start()]))
        parts.append(f'<b class="mark">{escape(mark(match))}</b>')
        last = match.end()
    parts.append(escape(text[last:]))
    return Markup("".join(parts))


def coloured(source: str, language: str) -> Markup:
    """Return a source with its words in classes."""
    parts: list[str] = []
    for name, text in pieces(source.replace("\r\n", "\n"), language):
        parts.append(f'<span class="{name}">{marked(text)}</span>' if name else marked(text))
    return Markup("".join(parts))


def prose(text: str) -> Markup:
    """Return a text with Markdown and mathematics as a reader wants it (:mod:`reports.prose`)."""
    return Markup(prose_html(text))


def formula(tex: str) -> Markup:
    """Return a piece of TeX that stands without delimiters, set in a line."""
    return Markup(formula_html(Formula(tex, tex, display=False)))


def rendered(template: Template, values: dict[str, object]) -> Markup:
    """Return a part of a page; its template has escaped the values."""
    return Markup(template.render(values))


_LINK = re.compile(
    r'(<a\b[^<>"]*(?:"[^"<>]*"[^<>"]*)*?) href="([^"<>]*)"([^<>"]*(?:"[^"<>]*"[^<>"]*)*)>'
)
"""A link as templates write it; a text has neither its brackets nor its quotes unescaped."""

_LABEL = re.compile(r' aria-label="[^"]*"')
"""The name of a link; what leads nowhere is no link and may not have one."""


def at_home(part: Markup, places: Mapping[str, str]) -> Markup:
    """Return a part of a report in one file: what led to another page leads to its place there.

    ``places`` are ids by page. What led to a page that is not in the file leads nowhere.
    """

    def home(match: re.Match[str]) -> str:
        page, _, anchor = match[2].removeprefix("../").partition("#")
        where = anchor if anchor and (not page or page in places) else places.get(page, "")
        if where:
            return f'{match[1]} href="#{escape(where)}"{match[3]}>'
        return f"{_LABEL.sub('', match[1] + match[3])}>"

    return Markup(_LINK.sub(home, str(part)))


def sheet(styles: str) -> Markup:
    """Return our own style sheet for a page that holds it; it cannot end the element it is in."""
    assert "<" not in styles, "a style sheet with markup in it"
    return Markup(styles)


def script(source: str) -> Markup:
    """Return our own script for a page that holds it; it cannot end the element it is in."""
    assert "</" not in source, "a script with an end tag in it"
    assert "<!--" not in source, "a script with a comment of HTML in it"
    return Markup(source)
