"""A closed list of MathML: what is on it is written anew, and anything else is refused.

The converter is not trusted. Its output is taken apart by a grammar that knows nothing but plain
tags, put together again, and refused as a whole when one element, attribute, value or character is
not known. Inline styles become classes, so that pages need no leave for styles of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from reports.visible import HIDDEN

LONGEST = 100_000
"""Characters of one formula's MathML."""

DEEPEST = 80
"""Elements within each other; browsers flatten a document at some hundred."""

FARTHEST = 6.0
"""Widest space in em, and the most that spaces of one formula may move back together."""

_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "math mi mn mo ms mtext mspace mrow mfrac msqrt mroot msub msup msubsup munder mover "
        "munderover mmultiscripts mprescripts mtable mtr mtd mpadded menclose b i em span",
    )
)
"""No ``mphantom``: what it holds is there for a copy and not for a reader."""

_BOOLEAN = frozenset(("true", "false"))
_LENGTH = re.compile(r"-?\d{0,3}(?:\.\d{1,12})?(?:em)?")
_LENGTHS = frozenset(("lspace", "rspace", "width", "height", "depth", "minsize", "maxsize"))
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "display": frozenset(("block", "inline")),
    "form": frozenset(("prefix", "infix", "postfix")),
    "linethickness": frozenset("0"),
    "mathvariant": frozenset(("normal",)),
    "notation": frozenset(
        (
            "box",
            "updiagonalstrike",
            "downdiagonalstrike",
            "updiagonalstrike downdiagonalstrike",
        )
    ),
    "scriptlevel": frozenset("0123"),
    "class": frozenset(
        (
            "math-core-sans-serif-font",
            "menclose-updiagonalstrike",
            "menclose-downdiagonalstrike",
        )
    ),
    **dict.fromkeys(
        (
            "accent",
            "accentunder",
            "displaystyle",
            "fence",
            "largeop",
            "movablelimits",
            "separator",
            "stretchy",
            "symmetric",
        ),
        _BOOLEAN,
    ),
}

_CLASSES: Mapping[str, str] = {
    "text-align:right": "m-right",
    "text-align:left": "m-left",
    "justify-items:end": "",
    "justify-items:start": "",
    "padding-left:0": "m-pl0",
    "padding-right:0": "m-pr0",
    "padding-top:0": "",
    "padding-top:0.1667em": "",
    "padding-bottom:0": "",
    "padding-left:1em": "m-pl1",
    "padding-left:0.1em": "",
    "padding-right:0.1em": "",
    "padding-right:0.1667em": "",
    "width:100%": "m-whole",
    "width:50%": "m-side",
    "width:7.5%": "m-edge",
    **{
        f"border-{side}:0.05em {line} currentcolor": f"m-{side[0]}b"
        for side in ("left", "right", "top", "bottom")
        for line in ("solid", "dashed")
    },
}
"""What the converter says in styles, as classes; empty where it makes no difference to a reader."""

_COLOUR = re.compile(r"color:#[0-9A-Fa-f]{6}")
_BACK = re.compile(r"margin-left:-(\d{0,3}(?:\.\d{1,12})?)em")
_BACKS = ((0.18, "m-back1"), (0.25, "m-back2"), (0.3, "m-back3"), (1.05, "m-back6"))

_PIECE = re.compile(
    r'<(?P<end>/?)(?P<name>[a-z]+)(?P<attributes>(?: [a-z]+="[^"<>]*")*)(?P<void>/?)>'
    r"|(?P<text>[^<>&]+|&(?:amp|lt|gt|quot|ApplyFunction);)"
)
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"<>]*)"')
_OPERATORS = re.compile("[\u2061-\u2064]|\u200b")
"""Invisible characters that mean something in MathML."""


class Refused(Exception):
    """Something is not on the list."""


def vetted(markup: str) -> str:
    """Return MathML made of known parts only; raises :class:`Refused`."""
    if len(markup) > LONGEST:
        raise Refused("too long")
    writer = _Writer()
    last = 0
    for piece in _PIECE.finditer(markup):
        if piece.start() != last:
            break
        last = piece.end()
        writer.take(piece)
    if last != len(markup):
        raise Refused(f"not MathML: {markup[last : last + 20]!r}")
    return writer.done()


class _Writer:
    """What was found to be known, written down."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []
        self._back = 0.0

    def take(self, piece: re.Match[str]) -> None:
        """Add a piece, or refuse it."""
        text, name = piece["text"], piece["name"]
        if text is not None:
            if HIDDEN.search(_OPERATORS.sub("", text)) or not self._open:
                raise Refused("a hidden character")
            self._parts.append(text)
        elif piece["end"]:
            if not self._open or self._open.pop() != name or piece["attributes"]:
                raise Refused(f"</{name}> closes nothing")
            self._parts.append("" if name == "a" else f"</{name}>")
        else:
            self._start(name, piece["attributes"], void=bool(piece["void"]))

    def _start(self, name: str, attributes: str, *, void: bool) -> None:
        if (name == "math") != (not self._open and not self._parts):
            raise Refused("not one formula")
        if not void:
            self._open.append(name)
            if len(self._open) > DEEPEST:
                raise Refused("too deep")
        # A reference to a numbered line: its text stays, where it leads to does not.
        if name == "a":
            return
        if name not in _ELEMENTS:
            raise Refused(f"<{name}>")
        said = "".join(f' {key}="{value}"' for key, value in self._known(attributes).items())
        self._parts.append(f"<{name}{said}></{name}>" if void else f"<{name}{said}>")

    def _known(self, attributes: str) -> dict[str, str]:
        known: dict[str, str] = {}
        for key, value in _ATTRIBUTE.findall(attributes):
            if key == "style":
                classes = [self._class(each) for each in value.split(";") if each.strip()]
                if any(classes):
                    known["class"] = " ".join(filter(None, classes))
            elif key in _LENGTHS:
                if not _LENGTH.fullmatch(value) or abs(_em(value)) > FARTHEST:
                    raise Refused(f"{key} = {value}")
                known[key] = value
            elif value in _ATTRIBUTES.get(key, ()):
                known[key] = value
            elif key != "id":
                raise Refused(f"{key} = {value}")
        return known

    def _class(self, declaration: str) -> str:
        said = re.sub(r"\s*:\s*", ":", declaration.strip())
        if said in _CLASSES:
            return _CLASSES[said]
        if _COLOUR.fullmatch(said):
            return ""
        back = _BACK.fullmatch(said)
        if back is None:
            raise Refused(said)
        width = _em(back[1])
        self._back += width
        for most, name in _BACKS:
            if width <= most and self._back <= FARTHEST:
                return name
        raise Refused(said)

    def done(self) -> str:
        """Return what was written."""
        if self._open or not self._parts:
            raise Refused("not closed")
        return "".join(self._parts)


def _em(length: str) -> float:
    """Return a length without its unit; without a number it is refused."""
    try:
        return float(length.removesuffix("em"))
    except ValueError:
        raise Refused(length) from None
