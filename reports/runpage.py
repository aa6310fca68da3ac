"""One run: what was asked for, on what machine, and how healthy it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.history import AttemptLog
from harness.types import (
    AttemptStatus,
    Certainty,
    FinishReason,
    Note,
    NoteKind,
    RunRecord,
    Verdict,
)
from reports.evidence import Evidence
from reports.settings import settings_of
from reports.visible import short
from reports.words import NOTES, many, number

NAMED = 100
"""Remarks listed on the page; the others are counted."""


@dataclass(frozen=True, slots=True)
class Count:
    """One sign of health: how often something happened, and what it means."""

    name: str
    count: str
    meaning: str
    worrying: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """One note with the attempt it belongs to."""

    attempt: str
    page: str
    kind: str
    text: str


def health(evidence: Evidence) -> tuple[Count, ...]:
    """Return the counts that tell whether the numbers of a run can be believed."""
    attempts = list(evidence.attempts.values())
    return (
        *_attempts(evidence.run.record, attempts),
        *_generations(attempts),
        *_submissions(attempts),
    )


def _attempts(record: RunRecord, attempts: list[AttemptLog]) -> Iterator[Count]:
    ends = [found.end.status for found in attempts if found.end]
    yield _count(
        "attempts planned", record.planned, "contestants by problems by samples", bad=False
    )
    yield _count("done", ends.count(AttemptStatus.DONE), "enter every number", bad=False)
    empty = ends.count(AttemptStatus.EMPTY)
    yield _count("not generated", empty, "a recording has nothing for them: no score, not zero")
    void = ends.count(AttemptStatus.VOID)
    yield _count("void", void, "lost to our own side: in no score; a resumed run tries them again")
    left = max(record.planned - len(ends), 0)
    yield _count("unfinished", left, "planned, but without an end")


def _generations(attempts: list[AttemptLog]) -> Iterator[Count]:
    made = [generation for found in attempts for generation in found.generations.values()]
    yield _count("generations", len(made), "texts a contestant brought", bad=False)
    cut = sum(1 for g in made if g.finish_reason in (FinishReason.LENGTH, FinishReason.TIMEOUT))
    yield _count("truncated", cut, "cut off by a token or time limit; judged as they are")
    rejected = sum(1 for g in made if g.finish_reason is FinishReason.REJECTED)
    yield _count("rejected", rejected, "requests the server refused for good")
    tried = sum(1 for g in made if g.tries > 1)
    yield _count("retried", tried, "generations that needed more than one request")


def _submissions(attempts: list[AttemptLog]) -> Iterator[Count]:
    handed = [submission for found in attempts for submission in found.submissions]
    notes = [note.kind for found in attempts for note in found.notes]
    grades = [
        found.grades[s.id] for found in attempts for s in found.submissions if s.id in found.grades
    ]
    yield _count("submissions", len(handed), "handed in for judging", bad=False)
    nothing = notes.count(NoteKind.NOTHING_EXTRACTED)
    yield _count("nothing extracted", nothing, "outputs in which nothing to hand in was found")
    doubtful = sum(1 for s in handed if s.certainty is Certainty.DOUBTFUL)
    yield _count("doubtful extraction", doubtful, "it is not sure that this was meant")
    limit = notes.count(NoteKind.LIMIT)
    yield _count("over the limit", limit, "submissions refused by the contest's limit")
    left = sum(g.verdict is Verdict.UR for g in grades)
    yield _count("unresolved", left, "answers neither equal nor different as far as could be told")
    failed = notes.count(NoteKind.JUDGE_ERROR) + sum(g.verdict is Verdict.JE for g in grades)
    yield _count("judge errors", failed, "judgings that failed on our side, repeated ones included")


def _count(name: str, count: int, meaning: str, *, bad: bool = True) -> Count:
    return Count(name, f"{count:,}", meaning, bad and count > 0)


def remarks(evidence: Evidence, pages: dict[str, str]) -> tuple[list[Remark], int]:
    """Return the notes of a run with links to their attempts, and how many more there are."""
    found = [(name, note) for name, attempt in evidence.attempts.items() for note in attempt.notes]
    found.sort(key=lambda pair: _ORDER.index(pair[1].kind))
    return [_remark(name, note, pages) for name, note in found[:NAMED]], max(len(found) - NAMED, 0)


def _remark(name: str, note: Note, pages: dict[str, str]) -> Remark:
    return Remark(name, pages.get(name, ""), NOTES[note.kind], short(note.text, 300))


_ORDER = (
    NoteKind.VOID,
    NoteKind.JUDGE_ERROR,
    NoteKind.REJECTED,
    NoteKind.TRUNCATED,
    NoteKind.NOTHING_EXTRACTED,
    NoteKind.DOUBTFUL,
    NoteKind.LIMIT,
    NoteKind.UNASKED,
    NoteKind.UNCLUSTERED,
    NoteKind.UNREAD,
    NoteKind.RETRIED,
    NoteKind.UNTOLD,
    NoteKind.NOT_GENERATED,
)
"""Kinds of notes, the most worrying first."""


def languages_of(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """Return the languages of what was judged, with what compiler and runtime say of themselves.

    A run that was judged on two machines has two lines of a language.
    """
    found = dict.fromkeys(
        (grade.language, ", ".join(dict.fromkeys(version for _, version in grade.tools)))
        for attempt in evidence.attempts.values()
        for grade in attempt.grades.values()
        if grade.language
    )
    return tuple(sorted(found))


def manifest(evidence: Evidence) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the manifest as titled lists of facts."""
    record = evidence.run.record
    contest = record.contest
    languages = languages_of(evidence)
    return (
        (
            "Run",
            (
                ("id", record.id),
                ("started", record.started),
                ("ended", record.ended or "not finished"),
                ("attempts planned", f"{record.planned:,}"),
                ("read by", _read_by(evidence)),
                ("harness", record.harness_version),
                ("commit", record.harness_commit or "installed as a package"),
            ),
        ),
        ("Asked for", tuple(settings_of(record).items())),
        (
            "Contest",
            (
                ("id", contest.id),
                ("title", contest.title),
                ("held", contest.date),
                ("problems judged", many(len(contest.problems), "problem")),
                (
                    "points judged",
                    f"{number(contest.judged_points)} of {number(contest.total_points)}",
                ),
                ("hash", contest.hash),
                *((f"hash of {problem.id}", problem.hash) for problem in contest.problems),
                *(
                    (f"limit of {problem.id}", problem.inferred.sentence)
                    for problem in contest.problems
                    if problem.inferred is not None
                ),
            ),
        ),
        ("Judge certificates", tuple(_certificates(record))),
        *((("Languages", languages),) if languages else ()),
        ("Machine", record.machine),
    )


def _read_by(evidence: Evidence) -> str:
    """Return which judging the numbers are of."""
    layer = evidence.run.layer
    if layer is None:
        return "its own judging"
    header = layer.header
    return f"layer {layer.name} of {header.time}, judged by harness {header.harness_version}"


def _certificates(record: RunRecord) -> Iterator[tuple[str, str]]:
    """Yield what the self-tests of a run's problems have shown, or that there were none."""
    if record.self_tests is None:
        yield "self-tests", "not recorded: the run is older than they are"
    for test in record.self_tests or ():
        issued = test.certificate
        if issued is None:
            said = f"no self-test on this machine for problem {test.problem}: {test.reason}"
        else:
            said = f"judge certificate: {issued.sentence}; issued {issued.issued}"
        yield test.problem, said
