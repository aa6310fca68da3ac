"""The key of a server: sent in one header, and shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.errors import UsageError

MASKED = re.compile(r"\S*\*{3,}\S*")
"""How servers repeat a key they refuse."""


class Key:
    """A key, or none; whoever prints it sees no secret."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        self._text = text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Key(...)" if self else "Key()"

    def headers(self) -> dict[str, str]:
        """Return what tells the server who asks."""
        return {"Authorization": f"Bearer {self._text}"} if self else {}

    def hidden_in(self, text: str) -> str:
        """Return a server's words without the key, whole or masked."""
        if len(self._text) > 3:  # a dummy such as "x" would only garble the words
            text = text.replace(self._text, "[key]")
        return MASKED.sub("[key]", text)


def key_from(environment: Mapping[str, str]) -> Key:
    """Return the key of the server, or none; one that cannot be sent is refused unseen."""
    key = environment.get("OPENAI_API_KEY", "").strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(
            "OPENAI_API_KEY holds characters that cannot be sent",
            hint="set it to the bare key: no quotes, blanks or line breaks",
        )
    return Key(key)
