"""Templates to text: the environment that all pages share.

Three walls stand here. ``autoescape`` is on whatever a template is called, a name that
is not there is an error, and every value printed first passes :func:`_shown`, so that
no template can forget to make hidden characters visible. A template may not use the filter
``safe``; text that is HTML already comes from :mod:`reports.markup` alone.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness import __version__
from reports import words
from reports.atlas import root_of
from reports.markup import NOTHING, rendered, script
from reports.visible import visible

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What a page may load: its own style sheet and pictures. Nothing else, and no script."""

CSP_MATHS = f"{CSP}; font-src 'self'"
"""The same for a page with mathematics, which has a font."""


SCRIPT = (resources.files("reports") / "assets" / "tables.js").read_text("utf-8")
"""What sorts and filters the large tables; a page without it has all numbers too."""


def hash_of(text: str) -> str:
    """Return the source by which a policy lets in exactly this script or style sheet."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


CSP_TABLES = f"{CSP}; script-src {hash_of(SCRIPT)}"
"""The same for a page with large tables: one script, by its hash, and no other."""


def environment() -> Environment:
    """Return the environment; strict in everything it can be strict in."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(version=__version__, words=words)
    return made


def _shown(value: object) -> object:
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    # A None or a float would be printed in Python's way, which is nobody's way to read it.
    raise TypeError(f"a page would print {value!r}; give it as words")


class Pages:
    """Renders pages and parts of pages."""

    def __init__(self, shared: dict[str, Any]) -> None:
        self._environment = environment()
        self._environment.globals.update(shared)

    def page(self, template: str, path: str, **values: Any) -> str:
        """Return a whole page that will be at ``path``.

        ``maths`` says that it has formulas, ``tables`` that it has tables to be sorted; no page has
        both.
        """
        maths = bool(values.setdefault("maths", False))
        tables = bool(values.pop("tables", False))
        return self._environment.get_template(template).render(
            {
                "root": root_of(path),
                "here": path,
                "layout": "base.html.jinja",
                "csp": CSP_MATHS if maths else CSP_TABLES if tables else CSP,
                "script": script(SCRIPT) if tables else NOTHING,
                **values,
            }
        )

    def inside(self, template: str, path: str, **values: Any) -> Markup:
        """Return what a page has between its head and its foot."""
        held = {"root": root_of(path), "here": path, "layout": "bare.html.jinja", **values}
        return rendered(self._environment.get_template(template), held)

    def part(self, template: str, **values: Any) -> Markup:
        """Return a part of a page in a folder of the report."""
        return rendered(self._environment.get_template(template), {"root": "../", **values})
