"""What a field of a struct may hold, for whoever wrote something else into it.

The decoder's words name the place (``$.submission.feedback``) and not what may stand there.
"""

from __future__ import annotations

import difflib
import re

import msgspec
from msgspec import inspect

_PLACE = re.compile(r" - at `\$\.?([\w.]*)`$")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_KINDS: dict[type, str] = {
    inspect.BoolType: "true or false",
    inspect.IntType: "a whole number",
    inspect.FloatType: "a number",
    inspect.StrType: "a text",
}


def allowed(struct: type[msgspec.Struct], error: msgspec.ValidationError) -> str:
    """Return what may stand where an error is, or near misses of an unknown field.

    Empty where that is more than a few words, or where the place is inside a list.
    """
    words = str(error)
    place = _PLACE.search(words)
    path = [name for name in place[1].split(".") if name] if place else []
    unknown = _UNKNOWN.search(words)
    kind: inspect.Type | None = inspect.type_info(struct)
    for name in path:
        kind = _field(kind, name)
    if unknown:
        known = [field.encode_name for field in _fields(kind)]
        close = difflib.get_close_matches(unknown[1], known, n=2, cutoff=0.6)
        return f"did you mean {' or '.join(close)}?" if close else ""
    said = _said(kind)
    return f"{path[-1]} is {said}" if path and said else ""


def _fields(kind: inspect.Type | None) -> tuple[inspect.Field, ...]:
    return kind.fields if isinstance(kind, inspect.StructType) else ()


def _field(kind: inspect.Type | None, name: str) -> inspect.Type | None:
    return next((field.type for field in _fields(kind) if field.encode_name == name), None)


def _said(kind: inspect.Type | None) -> str:
    """Return what a value of a type looks like, in words."""
    if isinstance(kind, inspect.LiteralType):
        return "one of " + ", ".join(str(value) for value in kind.values)
    if isinstance(kind, inspect.EnumType):
        return "one of " + ", ".join(str(member.value) for member in kind.cls)
    if isinstance(kind, inspect.UnionType):
        return " or ".join(filter(None, map(_said, kind.types)))
    return next((said for of, said in _KINDS.items() if isinstance(kind, of)), "")
