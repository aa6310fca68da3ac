"""One run's attempts and texts, for reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.errors import StoreError
from harness.history import AttemptLog, history
from harness.store import RunFolder
from harness.types import TextRef


class Evidence:
    """One run's attempts and texts."""

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self._history = history(run)
        self._near: dict[str, AttemptLog] = {}

    def hold(self, names: Iterable[str]) -> None:
        """Read some attempts; they are kept until others are held."""
        self._near = {name: self._history[name] for name in names}

    def attempt(self, name: str) -> AttemptLog:
        """Return an attempt, without the log where it is held."""
        found = self._near.get(name)
        return self._history[name] if found is None else found

    def attempts(self) -> Iterator[tuple[str, AttemptLog]]:
        """Yield the attempts that were started, in the order of the log, one at a time."""
        begun = self._history.begun
        return ((name, self._history[name]) for name in self._history if name in begun)

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
        """Attempts that were started and have an end."""
        return sum(name in self._history.ended for name in self._history.begun)

    @property
    def sealed(self) -> bool:
        """Whether the run said that nothing was left to do."""
        return bool(self.run.record.ended)
