"""A fence around someone else's text: what stands inside is data, whatever it says.

The code of a fence is made from the texts themselves and is none that they contain, so no text
can close its own fence; it is the same each time, so a question asked again is the same question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from itertools import count

import msgspec


class Fence(msgspec.Struct, frozen=True):
    """Lines that no text inside contains."""

    code: str

    def around(self, name: str, text: str) -> str:
        """Return a text between two lines that carry the code."""
        return f"<<<< {name} {self.code}\n{text}\n>>>> {name} {self.code}"


def fence_for(*texts: str) -> Fence:
    """Return a fence for some texts, which stand in one prompt."""
    digest = hashlib.sha256()
    for text in texts:
        held = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d " % len(held))
        digest.update(held)
    return Fence(free((_code(digest.digest(), extra) for extra in count()), texts))


def free(codes: Iterable[str], texts: Sequence[str]) -> str:
    """Return the first code that no text contains, whatever its case."""
    lowered = [text.lower() for text in texts]
    return next(code for code in codes if not any(code in text for text in lowered))


def _code(digest: bytes, extra: int) -> str:
    return hashlib.sha256(digest + b"%d" % extra).hexdigest()[:16]
