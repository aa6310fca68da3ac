"""A file that a user named on the command line, to be written."""

from __future__ import annotations

from pathlib import Path

from harness.store import write_atomically


def write_named(place: Path, data: bytes) -> None:
    """Write a file that a user named: a file whole or not at all, and what is no file as it is.

    A link stays, and what it leads to is written. A device, a pipe or an open descriptor
    (``/dev/stdout``) is written to, never replaced: a new file under its name would stand in
    everybody's way. Raises OSError.
    """
    if _leads_out(place):
        with place.open("ab", buffering=0) as out:
            out.write(data)
    else:
        write_atomically(place.resolve(), data)


def _leads_out(place: Path) -> bool:
    if place.exists() and not place.is_file():
        return True
    link = place.readlink() if place.is_symlink() else place
    return any(one.is_relative_to("/proc") for one in (link, place.parent.resolve()))
