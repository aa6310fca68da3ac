"""``--model-args``, checked against the names a backend knows."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from harness.errors import UsageError


def check_names(backend: str, given: Mapping[str, str], known: Collection[str]) -> None:
    """Refuse a setting that the backend does not know; near misses are offered."""
    for name in given:
        if name in known:
            continue
        close = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
        listed = ", ".join(known) or "none"
        raise UsageError(
            f"the backend {backend} has no setting {name!r}",
            hint=f"did you mean {' or '.join(close)}?" if close else f"its settings: {listed}",
        )


def yes_or_no(backend: str, given: Mapping[str, str], name: str) -> bool:
    """Read a setting that is ``true`` or ``false``; it is false where it is not given."""
    text = given.get(name, "false").strip().lower()
    if text not in ("true", "false"):
        raise UsageError(
            f"the backend {backend}: {name}={given[name]} is neither true nor false",
            hint=f"say {name}=true, or leave it out",
        )
    return text == "true"
