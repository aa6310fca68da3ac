"""Whether a judge is of the contestant's own family: models mark their own proofs too well.

Source: the Open Proof Corpus (design of its judges), where models judged their own proofs worse
than those of others. A family is told by names, so a checkpoint with a name of its own is not
recognised; ``families.toml`` holds the names.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import msgspec

FAMILIES = Path(__file__).parent / "families.toml"


@cache
def _families() -> dict[str, list[str]]:
    found: dict[str, list[str]] = msgspec.toml.decode(
        FAMILIES.read_bytes(), type=dict[str, list[str]]
    )
    return found


def family_of(name: str) -> str:
    """Return the family of a model by its name; what is not known is the name's first word."""
    words: list[str] = re.findall(r"[a-z]+|\d+", name.lower().rpartition("/")[2]) or [name]
    text = "-".join(words)
    for family, members in _families().items():
        for member in members:
            if re.search(rf"(?:^|-){re.escape(member)}(?:-|$)", text):
                return family
    return words[0]


def akin(contestant: str, juror: str) -> bool:
    """Whether two models are of one family, as far as their names tell."""
    return family_of(contestant) == family_of(juror)
