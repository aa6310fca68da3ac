"""A marking scheme out of a reply: lines that say how many points a step is worth."""

from __future__ import annotations

import re

from harness.types import RubricItem

_ITEM = re.compile(r"[\s>*_`#.\d)-]*points\s+(\d{1,3})\s*:(.*)", re.IGNORECASE | re.ASCII)
"""A line of an item, with whatever lists and bold type put before it."""
_DRESS = " \t*_`"
LONGEST = 2_000
"""Characters of an item."""
LEAST = 2
"""Items; of a scheme with one item nobody learns what a part of a proof is worth."""


class Unusable(ValueError):
    """A reply that holds no scheme; its words say why."""


def scheme_in(reply: str, points: float) -> tuple[RubricItem, ...]:
    """Return the items of a reply, whose points add up to those of the problem.

    Raises :class:`Unusable` with what is wrong.
    """
    found: list[RubricItem] = []
    for line in reply.splitlines():
        item = _ITEM.fullmatch(line)
        if item is None:
            continue
        worth, text = int(item.group(1)), _plain(item.group(2))
        if not worth or not text:
            raise Unusable("an item has no points, or says nothing")
        if len(text) > LONGEST:
            raise Unusable(f"an item has more than {LONGEST:,} characters")
        found.append(RubricItem(text=text, points=float(worth)))
    if not found:
        raise Unusable("no line says POINTS N: and what has to be shown")
    total = sum(item.points for item in found)
    if total != points:
        raise Unusable(f"its items are worth {total:g} points, and the problem {points:g}")
    if len(found) < LEAST and points > 1:
        raise Unusable(f"it has {len(found)} item for {points:g} points")
    return tuple(found)


def _plain(text: str) -> str:
    """Return the text of an item on one line, without bold type or control characters."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split()).strip(_DRESS)
