"""Prompt templates: texts with ``{{name}}`` holes, and the hash that tells two apart.

A template is a file of a task, of a strategy or of a protocol. What is put into a hole is never
read as a template again, so a statement or a model's text that looks like one stays as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.types import Message, Template

_HOLE = re.compile(r"\{\{(\w+)\}\}")


class Prompting(msgspec.Struct, frozen=True, kw_only=True):
    """A rendered prompt."""

    messages: tuple[Message, ...]
    template_hash: str
    """SHA-256 of the template, so that two runs can be told apart."""
    template: str = ""
    """Its name."""


def read_template(place: Path, name: str = "") -> Template:
    """Read a template's file; its name is the file's unless another is given."""
    try:
        text = place.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TaskDataError(
            f"the prompt {place} cannot be read: {error}", hint="it is a file of UTF-8 text"
        ) from error
    return Template(name=name or place.stem, text=text)


def template_hash(template: Template) -> str:
    """Return the SHA-256 of a template's text."""
    return hashlib.sha256(template.text.encode()).hexdigest()


def holes(template: Template) -> frozenset[str]:
    """Return the names a template asks for."""
    return frozenset(_HOLE.findall(template.text))


def render(template: Template, values: Mapping[str, str]) -> Prompting:
    """Fill a template into one message of the user.

    Raises :class:`~harness.errors.TaskDataError` for a hole that nothing fills: it is found
    here, not by the model.
    """

    def fill(hole: re.Match[str]) -> str:
        try:
            return values[hole.group(1)]
        except KeyError:
            raise TaskDataError(
                f"the prompt {template.name} has a hole {hole.group(0)} that nothing fills",
                hint=f"the names are {', '.join(sorted(values))}",
            ) from None

    text = _HOLE.sub(fill, template.text)
    return Prompting(
        messages=(Message(role="user", content=text),),
        template_hash=template_hash(template),
        template=template.name,
    )
