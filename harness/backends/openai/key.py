"""The key of a server: sent in one header, and shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.errors import UsageError

USUAL = "OPENAI_API_KEY"
"""The variable that holds the key of a server where nothing else is said."""
NO_KEY = "none"
"""Said in place of a variable's name: no key is sent."""
WORD = re.compile(r"\S+")
MASK = "***"
"""What stands in a word by which servers repeat a key they refuse."""


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
        """Return a server's words without the key: whole, masked, or cut off at their end.

        Takes time in proportion to the text, whatever is in it.
        """
        if len(self._text) > 3:  # a dummy such as "x" would only garble the words
            text = text.replace(self._text, "[key]")
            cut = next(
                (n for n in range(len(self._text), 3, -1) if text.endswith(self._text[:n])), 0
            )
            text = text[: len(text) - cut] + ("[key]" if cut else "")
        return WORD.sub(lambda word: "[key]" if MASK in word[0] else word[0], text)


def key_from(environment: Mapping[str, str], name: str = USUAL) -> Key:
    """Return the key that a variable of the environment holds, or none.

    Raises :class:`~harness.errors.UsageError` where a variable that was named holds none, and for
    a key that cannot be sent, which is refused unseen.
    """
    if name == NO_KEY:
        return Key()
    key = environment.get(name, "").strip()
    if not key and name != USUAL:
        raise UsageError(
            f"api_key_env={name}: the environment has no such variable, or it is empty",
            hint=f"set {name} to the server's key, or say api_key_env={NO_KEY} for a server that "
            "wants none",
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(
            f"{name} holds characters that cannot be sent",
            hint="set it to the bare key: no quotes, blanks or line breaks",
        )
    return Key(key)
