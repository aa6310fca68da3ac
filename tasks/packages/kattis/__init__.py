"""The reader of the ICPC / Kattis problem package format.

Editions ``legacy``, ``legacy-icpc`` and ``2025-09`` (and the drafts named 2023-07, which
became it). Sources: the format's specifications, and where these leave a choice, what
problemtools, BAPCtools and DOMjudge do. Nothing of a package is run here.
"""

from tasks.packages.kattis.reader import open_package, read_package

__all__ = ["open_package", "read_package"]
