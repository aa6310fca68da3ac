"""Whether a judge is of the contestant's own family: models mark their own proofs too well.

Source: the Open Proof Corpus (design of its judges), where models judged their own proofs worse
than those of others. A family is told by names, so a checkpoint with a name of its own is not
recognised; ``families.toml`` holds the names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import msgspec

FAMILIES = Path(__file__).parent / "families.toml"
LONG = 4
"""Letters from which on a word tells a family inside another: "deepseekmath", "codellama"."""


@cache
def _families() -> dict[str, list[str]]:
    found: dict[str, list[str]] = msgspec.toml.decode(
        FAMILIES.read_bytes(), type=dict[str, list[str]]
    )
    return found


def families_of(name: str) -> frozenset[str]:
    """Return the families of a model by its name; one that was distilled may have two.

    Of a name without a known word it is the name's first word.
    """
    words: list[str] = re.findall(r"[a-z]+|\d+", name.lower().rpartition("/")[2]) or [name]
    found = {
        family
        for family, members in _families().items()
        if any(_holds(words, member) for member in members)
    }
    return frozenset(found or {words[0]})


def akin(contestant: Iterable[str], juror: Iterable[str]) -> bool:
    """Whether two models are of one family, as far as any of their names tells."""
    theirs = {family for name in contestant for family in families_of(name)}
    return any(theirs & families_of(name) for name in juror)


def _holds(words: Sequence[str], member: str) -> bool:
    """Whether a name has a member's word; a long one may be grown together with others."""
    if "-" in member:
        return f"-{member}-" in f"-{'-'.join(words)}-"
    if len(member) < LONG:
        return member in words
    return any(word.startswith(member) or word.endswith(member) for word in words)
