"""A report that follows its runs: built anew when a log has grown, and never seen half built."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from harness.errors import HarnessError
from harness.store import LOG, MANIFEST, RunFolder
from reports.build import build_report
from reports.former import Former

LOOK_S = 1.0
"""Seconds between two looks at the logs."""
REST = 4
"""How many times as long as it was built a report stays, however fast the logs grow."""
SHORTEST_S = 5
"""Seconds after which a page may be asked for again."""

Runs = Callable[[], Sequence[RunFolder]]
State = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One report as it is served: its files by name, and when to ask again."""

    files: Mapping[str, Path]
    """By the path from the report's folder, with forward slashes."""
    again_s: int | None
    """Seconds until a page should be asked for again; None once all runs have ended."""


class LiveReport:
    """The newest report of some runs, in a folder of its own; for many threads."""

    def __init__(self, runs: Runs, folder: Path, tell: Callable[[str], None] | None = None) -> None:
        """Build the first report; ``tell`` hears of later ones that could not be built."""
        self._runs = runs
        self._folder = folder
        self._tell = tell or (lambda _: None)
        self._number = 0
        self._former = Former()
        self._said = ""
        self._stopping = threading.Event()
        opened = runs()
        self._state = state_of(opened)
        self.shown = self._build(opened)
        """What is served now."""

    def follow(self) -> None:
        """Look at the runs until :meth:`stop`, and build when one has grown."""
        rest = LOOK_S
        while not self._stopping.wait(rest):
            started = monotonic()
            if self.look():
                rest = max(LOOK_S, REST * (monotonic() - started))

    def look(self) -> bool:
        """Build a new report if a run is not what it was; whether it was built."""
        try:
            opened = self._runs()
            state = state_of(opened)
            if state == self._state:
                return False
            # What is appended while it is built is for the next one.
            self._state = state
            self.shown = self._build(opened)
        except (HarnessError, OSError) as error:
            if str(error) != self._said:
                self._said = str(error)
                self._tell(f"the report stays as it was: {error}")
            return False
        return True

    def stop(self) -> None:
        """End :meth:`follow`."""
        self._stopping.set()

    def _build(self, opened: Sequence[RunFolder]) -> Shown:
        started = monotonic()
        self._number += 1
        place = self._folder / str(self._number)
        build_report(opened, place, self._former)
        files = {
            file.relative_to(place).as_posix(): file
            for file in place.rglob("*")
            if file.is_file() and not file.is_symlink()
        }
        open_still = any(not run.manifest.ended for run in opened)
        rest = max(SHORTEST_S, round(REST * (monotonic() - started)))
        # The last but one may still be read by somebody.
        shutil.rmtree(self._folder / str(self._number - 2), ignore_errors=True)
        return Shown(files=files, again_s=rest if open_still else None)


def state_of(runs: Sequence[RunFolder]) -> State:
    """Return what is another when a report of the runs would be another."""
    return tuple(
        (
            run.manifest.id,
            run.manifest.ended,
            run.layer.name if run.layer else "",
            run.files.size(MANIFEST),
            run.files.size(LOG),
        )
        for run in runs
    )
