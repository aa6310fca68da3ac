"""Counters of a run in progress: written by the session, read by the terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from harness.types import AttemptEnd, AttemptStatus


@dataclass(slots=True)
class Meter:
    """What has happened so far in this process."""

    planned: int = 0
    """Attempts to do, those of earlier processes left out."""
    before: int = 0
    """Attempts that an earlier process finished."""
    ended: int = 0
    void: int = 0
    postponed: int = 0
    """Attempts that wait for a later phase."""
    waiting: int = 0
    """Of these, those that have no end yet: one that was void before has one."""
    generated: int = 0
    judged: int = 0
    opinions: int = 0
    """Replies of a jury's models."""
    tokens: int = 0
    generating: int = 0
    judging: int = 0
    started: float = field(default_factory=monotonic)

    def count(self, end: AttemptEnd | None, before: AttemptEnd | None) -> None:
        """Count an attempt: its end, None where a later phase goes on, and the end before it."""
        if end:
            self.ended += 1
            self.void += end.status is AttemptStatus.VOID
        else:
            self.postponed += 1
            self.waiting += before is None

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.started

    @property
    def eta_s(self) -> float | None:
        """Seconds that the rest will take at the pace so far; None before the first end."""
        if not self.ended or not self.planned:
            return None
        return self.seconds / self.ended * (self.planned - self.ended)
