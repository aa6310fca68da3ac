"""Where a package may be: not where a compiler, and so a submission being compiled, can read."""

from __future__ import annotations

from pathlib import Path

from harness.errors import TaskDataError
from sandbox.embedded import COMPILERS

OURS = Path(__file__).resolve().parents[1]
"""Packages that are part of the program are published with it: there is nothing to hide."""


def check_place(folder: Path) -> None:
    """Refuse a folder that is shown to compilers.

    A source can take any file in that its compiler sees (``.incbin``), answers as well.
    """
    real = folder.resolve()
    if real.is_relative_to(OURS):
        return
    for shown in (place for name in COMPILERS for place in Path("/").glob(name)):
        tree = shown.resolve()
        if real.is_relative_to(tree):
            raise TaskDataError(
                f"{real} is under {tree}, which submissions can read while they are compiled",
                hint=f"move the package to a place outside {tree}; the data store is moved with "
                "HARNESS_DATA=/path",
            )
