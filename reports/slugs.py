"""File names for ids that a model, a recording or a stranger's contest chose."""

from __future__ import annotations

import hashlib
import re

KEPT = 40
"""Characters of an id that stay readable in a file name."""

_PLAIN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
_HASHED = re.compile(r".*-[0-9a-f]{12}")
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)
"""Names that Windows keeps for devices, whatever their suffix."""


def slug(text: str) -> str:
    """Return a name that is safe on every file system, and another one for every other text.

    A short, plain, lower-case id is its own name. Any other keeps what is readable
    of it and carries a hash, so that ``a/b``, ``a-b`` and ``A-B`` stay apart on a disk that
    does not know upper case. An id that already looks hashed is hashed again: it
    could have been chosen to meet another's name.

    A name holds no ``--``, ``@`` and ``+``, which join names in :mod:`reports.atlas`.
    """
    plain = (
        len(text) <= KEPT
        and _PLAIN.fullmatch(text)
        and not _HASHED.fullmatch(text)
        and text.partition(".")[0] not in _RESERVED
    )
    if plain:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    words = re.findall(r"[a-z0-9]+", text.lower()[: 4 * KEPT])
    base = "-".join(words)[:KEPT].strip("-") or "x"
    return f"{base}-{digest}"
