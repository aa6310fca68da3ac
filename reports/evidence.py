"""What a run's log holds of each attempt, put together for reading."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.errors import StoreError
from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    AttemptStart,
    Feedback,
    Generation,
    Grade,
    Note,
    Prompt,
    Record,
    Submission,
    TextRef,
)


@dataclass(slots=True)
class Attempt:
    """The records of one attempt; of records with the same id the last one counts."""

    start: AttemptStart | None = None
    starts: int = 0
    """More than one when it was taken up again."""
    prompts: dict[str, Prompt] = field(default_factory=dict)
    generations: dict[int, Generation] = field(default_factory=dict)
    handed_in: dict[int, Submission] = field(default_factory=dict)
    grades: dict[str, Grade] = field(default_factory=dict)
    feedback: dict[str, Feedback] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    end: AttemptEnd | None = None

    def add(self, record: Record) -> None:
        """Take in one record."""
        match record:
            case AttemptStart():
                self.start = record
                self.starts += 1
            case Prompt():
                self.prompts[record.id] = record
            case Generation():
                self.generations[record.ordinal] = record
            case Submission():
                self.handed_in[record.ordinal] = record
            case Grade():
                self.grades[record.submission] = record
            case Feedback():
                self.feedback[record.submission] = record
            case Note():
                self.notes.append(record)
            case AttemptEnd():
                self.end = record

    @property
    def submissions(self) -> tuple[Submission, ...]:
        """What was handed in, in order.

        An attempt that was done again may have left more in the log than its last
        end counts; those are not part of its result.
        """
        last = self.end.submissions if self.end else None
        return tuple(
            submission
            for ordinal, submission in sorted(self.handed_in.items())
            if last is None or ordinal <= last
        )


class Evidence:
    """One run's attempts and texts."""

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self.attempts: dict[str, Attempt] = {}
        """By id, those that were started, in the order of the log."""
        for record in run.replay():
            name = record.id if isinstance(record, AttemptStart) else record.attempt
            self.attempts.setdefault(name, Attempt()).add(record)
        self.attempts = {name: found for name, found in self.attempts.items() if found.start}

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
