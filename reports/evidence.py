"""One run's attempts and texts, for reading."""

from __future__ import annotations

from harness.errors import StoreError
from harness.history import AttemptLog, history
from harness.store import RunFolder
from harness.types import TextRef


class Evidence:
    """One run's attempts and texts."""

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self.attempts: dict[str, AttemptLog] = {
            name: found for name, found in history(run).items() if found.start
        }
        """By id, those that were started, in the order of the log."""

    def text(self, ref: TextRef) -> str | None:
        """Return a text, or None when the run folder does not have it any more.

        A report without one text is worth more than no report; the page says what is
        missing.
        """
        try:
            return self.run.text(ref)
        except StoreError:
            return None

    @property
    def ended(self) -> int:
        """Attempts that have an end."""
        return sum(1 for found in self.attempts.values() if found.end)

    @property
    def sealed(self) -> bool:
        """Whether the run said that nothing was left to do."""
        return bool(self.run.record.ended)
