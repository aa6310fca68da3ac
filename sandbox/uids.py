"""The host uids that a slot's programs run under: some of its own, far from any account."""

from __future__ import annotations

import secrets
from pathlib import Path

FIRST = 0x70000000
UIDS = 32
"""Of one slot: the runner's, contestants' and trusted programs' (``runner/runner.h``)."""


def some_uids() -> int:
    """Return the first of a slot's uids, drawn by lot, so that two slots hardly share any."""
    return FIRST + secrets.randbelow(1 << 16) * UIDS


def exist(first: int) -> bool:
    """Return whether the uids of a slot exist here: in a container root may have none but 0."""
    try:
        return all(
            any(start <= first and first + UIDS <= start + count for start, _, count in ranges)
            for ranges in (
                [tuple(map(int, line.split())) for line in Path(place).read_text().splitlines()]
                for place in ("/proc/self/uid_map", "/proc/self/gid_map")
            )
        )
    except (OSError, ValueError):
        return False
