"""What a run's log holds of each attempt, put together: one fold for resuming and for reading."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    AttemptStart,
    Feedback,
    Generation,
    Grade,
    Note,
    Opinion,
    PersonMark,
    Prompt,
    Record,
    Submission,
    Trial,
)


@dataclass(slots=True)
class AttemptLog:
    """The records of one attempt; of records with the same id the last one counts."""

    start: AttemptStart | None = None
    starts: int = 0
    """More than one when it was taken up again."""
    prompts: dict[str, Prompt] = field(default_factory=dict)
    generations: dict[int, Generation] = field(default_factory=dict)
    """By ordinal."""
    trials: dict[str, Trial] = field(default_factory=dict)
    """By id."""
    handed_in: dict[int, Submission] = field(default_factory=dict)
    """By ordinal."""
    opinions: dict[str, Opinion] = field(default_factory=dict)
    """By id."""
    person_marks: dict[tuple[str, str], PersonMark] = field(default_factory=dict)
    """By submission and person."""
    jury_grades: dict[str, Grade] = field(default_factory=dict)
    """What a jury of models gave, by submission, though people's marks count in its place."""
    grades: dict[str, Grade] = field(default_factory=dict)
    """By submission."""
    feedback: dict[str, Feedback] = field(default_factory=dict)
    """By submission."""
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
            case Trial():
                self.trials[record.id] = record
            case Submission():
                self.handed_in[record.ordinal] = record
            case Opinion():
                self.opinions[record.id] = record
            case PersonMark():
                self.person_marks[record.submission, record.person] = record
            case Grade():
                self.grades[record.submission] = record
                if record.marking is not None:
                    self.jury_grades[record.submission] = record
            case Feedback():
                self.feedback[record.submission] = record
            case Note():
                self.notes.append(record)
            case AttemptEnd():
                self.end = record

    def marked_by(self, submission: str) -> tuple[PersonMark, ...]:
        """Return what people gave a submission, by their names."""
        found = (mark for mark in self.person_marks.values() if mark.submission == submission)
        return tuple(sorted(found, key=lambda mark: mark.person))

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


def history(run: RunFolder) -> dict[str, AttemptLog]:
    """Return the attempts of a run by id, in the order of the log."""
    found: dict[str, AttemptLog] = {}
    for record in run.replay():
        name = record.id if isinstance(record, AttemptStart) else record.attempt
        found.setdefault(name, AttemptLog()).add(record)
    return found


def has_ended(run: RunFolder) -> bool:
    """Return whether every attempt that was planned has an end; some may not even have begun."""
    ended = sum(past.end is not None for past in history(run).values())
    return ended >= run.record.planned
