"""The head of an entry of a zip file: it says nothing of when, where and by whom it was made."""

from __future__ import annotations

import zipfile

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The first that a zip file can name; all entries have it."""


def entry(name: str, *, squeezed: bool = True) -> zipfile.ZipInfo:
    """Return the head of a file that everybody may read."""
    info = zipfile.ZipInfo(name, MOMENT)
    info.create_system = 3  # else it says on which system it was made
    info.external_attr = 0o100644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED
    return info
