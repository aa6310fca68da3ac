"""What a run's log holds of each attempt, put together: one fold for resuming and for reading."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from harness.errors import CorruptLog
from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    AttemptStart,
    AttemptStatus,
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


class History(Mapping[str, AttemptLog]):
    """The attempts of a run by id, in the order of the log; each is read when it is asked for.

    A log is read once to see that it is whole. Then only ids, and where the records of each are,
    are held: what that takes grows with the number of records, and not with what is in them.
    Records of a layer or of a packed run are held themselves. An attempt that is asked for twice is
    read twice, and two objects.
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._places: dict[str, array[int]] = {}
        """Where records begin in the log; one that is held stands there as minus its number."""
        self._held: list[Record] = []
        self._begun: dict[str, None] = {}
        self._ended: dict[str, AttemptStatus] = {}
        for place, record in run.placed():
            name = _attempt_of(record)
            if place < 0:
                self._held.append(record)
                place = -len(self._held)
            places = self._places.get(name)
            if places is None:
                places = self._places[name] = array("q")
            places.append(place)
            if isinstance(record, AttemptStart):
                self._begun[name] = None
            elif isinstance(record, AttemptEnd):
                self._ended[name] = record.status

    def __getitem__(self, name: str) -> AttemptLog:
        places = self._places[name]
        found = AttemptLog()
        logged = self._run.at([place for place in places if place >= 0])
        for place in places:
            record = next(logged) if place >= 0 else self._held[-place - 1]
            if _attempt_of(record) != name:
                raise CorruptLog(f"{self._run.path} has changed since it was read")
            found.add(record)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places

    @property
    def begun(self) -> Collection[str]:
        """Those that were started, in the order of their starts."""
        return self._begun.keys()

    @property
    def ended(self) -> Mapping[str, AttemptStatus]:
        """How those ended that have an end."""
        return self._ended


def _attempt_of(record: Record) -> str:
    return record.id if isinstance(record, AttemptStart) else record.attempt


def history(run: RunFolder) -> History:
    """Return the attempts of a run by id, in the order of the log."""
    return History(run)


def has_ended(run: RunFolder) -> bool:
    """Return whether every attempt that was planned has an end; some may not even have begun."""
    return len(history(run).ended) >= run.record.planned
