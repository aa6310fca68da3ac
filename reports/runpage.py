"""One run: what was asked for, on what machine, and how healthy it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.types import (
    AttemptStatus,
    Note,
    NoteKind,
    RunRecord,
    Verdict,
)
from reports.evidence import Evidence
from reports.settings import settings_of
from reports.tally import NAMED, Tally
from reports.visible import short
from reports.words import NOTES, many, number


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


def health(record: RunRecord, tally: Tally) -> tuple[Count, ...]:
    """Return the counts that tell whether the numbers of a run can be believed."""
    return (*_attempts(record, tally), *_generations(tally), *_submissions(tally))


def _attempts(record: RunRecord, tally: Tally) -> Iterator[Count]:
    yield _count(
        "attempts planned", record.planned, "contestants by problems by samples", bad=False
    )
    yield _count("done", tally.ends[AttemptStatus.DONE], "enter every number", bad=False)
    empty = tally.ends[AttemptStatus.EMPTY]
    yield _count("not generated", empty, "a recording has nothing for them: no score, not zero")
    void = tally.ends[AttemptStatus.VOID]
    yield _count("void", void, "lost to our own side: in no score; a resumed run tries them again")
    left = max(record.planned - tally.ends.total(), 0)
    yield _count("unfinished", left, "planned, but without an end")


def _generations(tally: Tally) -> Iterator[Count]:
    yield _count("generations", tally.generations, "texts a contestant brought", bad=False)
    yield _count("truncated", tally.cut, "cut off by a token or time limit; judged as they are")
    yield _count("rejected", tally.rejected, "requests the server refused for good")
    yield _count("retried", tally.tried, "generations that needed more than one request")


def _submissions(tally: Tally) -> Iterator[Count]:
    notes, verdicts = tally.notes, tally.verdicts
    yield _count("submissions", tally.submissions, "handed in for judging", bad=False)
    nothing = notes[NoteKind.NOTHING_EXTRACTED]
    yield _count("nothing extracted", nothing, "outputs in which nothing to hand in was found")
    yield _count("doubtful extraction", tally.doubtful, "it is not sure that this was meant")
    limit = notes[NoteKind.LIMIT]
    yield _count("over the limit", limit, "submissions refused by the contest's limit")
    left = verdicts[Verdict.UR]
    yield _count("unresolved", left, "answers neither equal nor different as far as could be told")
    failed = notes[NoteKind.JUDGE_ERROR] + verdicts[Verdict.JE]
    yield _count("judge errors", failed, "judgings that failed on our side, repeated ones included")


def _count(name: str, count: int, meaning: str, *, bad: bool = True) -> Count:
    return Count(name, f"{count:,}", meaning, bad and count > 0)


def remarks(tally: Tally, pages: dict[str, str]) -> tuple[list[Remark], int]:
    """Return the notes of a run with links to their attempts, and how many more there are."""
    found = tally.remarks(_ORDER, NAMED)
    return [_remark(name, note, pages) for name, note in found], tally.notes.total() - len(found)


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


def manifest(
    evidence: Evidence, tally: Tally
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the manifest as titled lists of facts."""
    record = evidence.run.record
    contest = record.contest
    # A run that was judged on two machines has two lines of a language.
    languages = tuple(sorted(tally.languages))
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
