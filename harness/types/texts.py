"""Texts: held by reference, said in a chat, or with holes to be filled."""

from __future__ import annotations

import msgspec


class TextRef(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A text in the run's blob store."""

    sha256: str
    size: int
    """Bytes of UTF-8."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One chat message."""

    role: str
    content: str


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a prompt, with ``{{name}}`` holes (:mod:`harness.prompts`)."""

    name: str
    text: str
