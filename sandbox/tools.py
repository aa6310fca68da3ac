"""The tools of this machine that a slot can show: where they are and what version they have."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

VISIBLE = ("/usr/local/bin", "/usr/bin", "/bin")
"""Folders of tools that slots show (see ``embedded.py``); one elsewhere is of no use there."""

_NOISE = re.compile(r"^(Picked up|OpenJDK .* warning|WARNING)", re.IGNORECASE)


def find_tool(name: str) -> str | None:
    """Return a tool's path by the user's PATH, or None when no slot could show it."""
    folders = [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(":")
        if folder.rstrip("/") in VISIBLE
    ]
    if not folders or "/" in name:  # a path would be taken as it is
        return None
    return shutil.which(name, path=":".join(folders))


def tool_home(name: str) -> str:
    """Return the folder a tool is really installed in: ``/usr/lib/jvm/x`` of ``.../bin/java``."""
    found = find_tool(name)
    return str(Path(found).resolve().parent.parent) if found else "/usr"


def compiler_version(name: str, word: str = "--version") -> str:
    """Return the first line a tool says of itself, asked once per process and place."""
    found = find_tool(name)
    return f"{name} (missing)" if found is None else _version(found, word)


@cache
def _version(place: str, word: str) -> str:
    done = subprocess.run(
        [place, word],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "HOME": "/nonexistent"},
    )
    lines = [line.strip() for line in done.stdout.splitlines()]
    said = [line for line in lines if line and not _NOISE.match(line)]
    return said[0] if said else place
