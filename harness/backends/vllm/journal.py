"""What a server printed: a file, its last lines, and a line that is short enough to show."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path

TAIL_BYTES = 1 << 17
KEPT = 20
"""Files of earlier runs that are left in the folder."""
CLIP = 160
STEERING = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
PREFIX = re.compile(
    r"^(?:\([\w =.-]+pid=\d+\)\s*)*"
    r"(?:(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\s+\d\d-\d\d [\d:]+\s+(?:\[[^\]]*\]\s*)*)?"
)
"""What vLLM writes before its words: process, level, time, place."""


class Journal:
    """The file that one server prints to, over all its starts."""

    def __init__(self, folder: Path, name: str) -> None:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S")
        safe = re.sub(r"[^A-Za-z0-9.-]+", "-", name)
        self.path = folder / f"{stamp}-{safe}-{os.getpid()}.log"
        self._start = 0

    def begin(self, command: list[str]) -> None:
        """Note that the server is started; what was printed before is not looked at again."""
        if not self.path.exists():
            self._make_room()
        with self.path.open("ab") as file:
            file.write(f"$ {' '.join(command)}\n".encode())
            self._start = file.tell()

    def _make_room(self) -> None:
        """Make the folder, and drop the oldest files in it."""
        folder = self.path.parent
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(folder.glob("*.log"))[:-KEPT]:
            file.unlink(missing_ok=True)

    def lines(self) -> list[str]:
        """Return the last lines since the server was started, without what steers terminals."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(self._start, size - TAIL_BYTES))
                text = file.read().decode(errors="replace")
        except OSError:
            return []
        lines = re.split(r"[\r\n]+", STEERING.sub("", text))
        return [line.rstrip() for line in lines if line.strip()]

    def last(self) -> str:
        """Return the last line, short enough to be shown beside other things."""
        lines = self.lines()
        return words(lines[-1]) if lines else ""


def words(line: str) -> str:
    """Return what a line says, without process, level, time and place, and clipped."""
    said = PREFIX.sub("", line).strip() or line.strip()
    return said if len(said) <= CLIP else f"{said[: CLIP - 1]}…"
