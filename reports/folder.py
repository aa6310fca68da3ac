"""The folder of a report: written beside its place, then put there in one step.

A build that fails, or is killed, leaves the report that was there. A folder that is not a
report is never touched: it could be anything.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from harness.errors import StoreError, UsageError

MARK = "report.json"
"""Machine-readable summary, and the mark by which a report is known."""

MAKER = "olympiad-harness report"

TOP = frozenset(
    {MARK, "index.html", "about.html", "assets", "contest", "problem", "cell", "run", "compare"}
)
"""What a report has at its top; with anything else in it, a folder is not ours to replace."""


class ReportFolder:
    """A report that is being written; nothing is at its place until :meth:`commit`."""

    def __init__(self, place: Path) -> None:
        self.place = place.absolute()
        self._check()
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            self._fresh = Path(
                tempfile.mkdtemp(prefix=f".{self.place.name[:32]}-", dir=self.place.parent)
            )
            self._fresh.chmod(0o755)
        except OSError as error:
            raise self._unwritable(error) from error
        self._old = self._fresh.with_name(self._fresh.name + ".old")
        self.written: set[str] = set()

    def _check(self) -> None:
        """Raise :class:`~harness.errors.UsageError` when something else is at the place."""
        try:
            if not self.place.exists() and not self.place.is_symlink():
                return
            if self.place.is_dir() and not self.place.is_symlink():
                names = {entry.name for entry in self.place.iterdir()}
                if not names or (names <= TOP and is_report(self.place)):
                    return
        except OSError as error:
            raise self._unwritable(error) from error
        raise UsageError(
            f"{self.place} is there already and is not a report",
            hint="name a folder that does not exist yet, or one that holds a report and nothing "
            "else; nothing was changed",
        )

    def write(self, path: str, content: str | bytes) -> None:
        """Write one file; a path is written once."""
        assert path not in self.written, f"two pages want to be {path}"
        self.written.add(path)
        data = content.encode() if isinstance(content, str) else content
        place = self._fresh / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        except OSError as error:
            raise self._unwritable(error) from error

    def commit(self) -> None:
        """Put the report at its place; the one that was there goes only when this one stands."""
        moved = False
        try:
            if self.place.exists():
                self.place.rename(self._old)
                moved = True
            self._fresh.rename(self.place)
        except OSError as error:
            if moved:
                with contextlib.suppress(OSError):
                    self._old.rename(self.place)
            raise self._unwritable(error) from error
        shutil.rmtree(self._old, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._fresh, ignore_errors=True)

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"the report cannot be written to {self.place}: {error.strerror or error}",
            hint="the runs are untouched; make room or choose another folder, then "
            "`harness report RUN... -o DIR`",
        )


def is_report(folder: Path) -> bool:
    """Whether a folder was made by us."""
    try:
        found = json.loads((folder / MARK).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("made_by") == MAKER
