"""Which problems are held out: a hash of the problem's name decides, and nobody chooses.

The split is by problem, because proofs of one problem are marked by one scheme and go wrong in the
same places. It depends on nothing else, so a problem stays on its side in every data set that
names it so, whatever else is in there.
"""

from __future__ import annotations

import hashlib

SALT = "calibration-1"
"""Changing it draws another split: then no certificate compares with an older one."""

SHARE = 0.5


def held_out(problem: str, share: float = SHARE) -> bool:
    """Return whether a problem is of the held-out part.

    Raises ValueError for a share that is not between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"no share of {share}")
    digest = hashlib.sha256(f"{SALT}:{problem}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2.0**64
