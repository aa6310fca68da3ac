"""What a run's attempts add up to, in one pass over them: signs of health, remarks, languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from harness.history import AttemptLog
from harness.types import (
    AttemptStatus,
    Certainty,
    FinishReason,
    Generation,
    Note,
    NoteKind,
    Submission,
    Verdict,
)
from reports.evidence import Evidence

NAMED = 100
"""Remarks of a kind that are kept; the others are counted."""


@dataclass(slots=True)
class Tally:
    """Counts over the attempts of one run."""

    ends: Counter[AttemptStatus] = field(default_factory=Counter)
    notes: Counter[NoteKind] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    """Of submissions that were judged."""
    generations: int = 0
    cut: int = 0
    """Generations that came to a limit."""
    rejected: int = 0
    tried: int = 0
    """Generations that needed more than one request."""
    submissions: int = 0
    doubtful: int = 0
    languages: dict[tuple[str, str], None] = field(default_factory=dict)
    """Languages of what was judged, with what compiler and runtime say of themselves."""
    _remarks: dict[NoteKind, list[tuple[str, Note]]] = field(default_factory=dict)

    @classmethod
    def of(cls, evidence: Evidence) -> Tally:
        """Count what a run's attempts hold."""
        tally = cls()
        for name, found in evidence.attempts():
            tally._take(name, found)
        return tally

    def remarks(self, order: tuple[NoteKind, ...], most: int) -> list[tuple[str, Note]]:
        """Return notes with their attempts: ``most`` of them at most, by kinds in an order."""
        return list(islice(self._by(order), most))

    def _by(self, order: tuple[NoteKind, ...]) -> Iterator[tuple[str, Note]]:
        for kind in order:
            yield from self._remarks.get(kind, ())

    def _take(self, name: str, found: AttemptLog) -> None:
        if found.end:
            self.ends[found.end.status] += 1
        for note in found.notes:
            self.notes[note.kind] += 1
            kept = self._remarks.setdefault(note.kind, [])
            if len(kept) < NAMED:
                kept.append((name, note))
        for generation in found.generations.values():
            self._generation(generation)
        for submission in found.submissions:
            self._submission(found, submission)
        for grade in found.grades.values():
            if grade.language:
                said = ", ".join(dict.fromkeys(version for _, version in grade.tools))
                self.languages[grade.language, said] = None

    def _generation(self, made: Generation) -> None:
        self.generations += 1
        self.cut += made.finish_reason in (FinishReason.LENGTH, FinishReason.TIMEOUT)
        self.rejected += made.finish_reason is FinishReason.REJECTED
        self.tried += made.tries > 1

    def _submission(self, found: AttemptLog, submission: Submission) -> None:
        self.submissions += 1
        self.doubtful += submission.certainty is Certainty.DOUBTFUL
        grade = found.grades.get(submission.id)
        if grade is not None:
            self.verdicts[grade.verdict] += 1
