"""``windows.toml``: which problems of LiveCodeBench are counted together."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from tasks.livecodebench.kept import Kept

PLACE = Path(__file__).parent / "windows.toml"


class Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Problems whose contest was between two days."""

    id: str
    title: str
    first: datetime.date = datetime.date.min
    last: datetime.date = datetime.date.max
    release: int = 0
    """The last release whose problems are in it; 0 is any."""
    problems: int | None = None
    """How many there are by the sources; None where that is not known."""
    sources: tuple[str, ...] = ()

    def holds(self, kept: Kept) -> bool:
        """Whether a problem is in it; one whose release is not known is taken by its date."""
        return self.first <= kept.date <= self.last and (
            not self.release or kept.release <= self.release
        )


class _Windows(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    windows: tuple[Window, ...]


def window(name: str) -> Window:
    """Return a window by its task's name."""
    try:
        found = msgspec.toml.decode(PLACE.read_bytes(), type=_Windows).windows
        return next(one for one in found if one.id == name)
    except (msgspec.MsgspecError, OSError, StopIteration) as error:
        raise TaskDataError(f"{PLACE}: no window {name}: {error}", hint="mend the file") from error
