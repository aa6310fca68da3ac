"""What must be said loudly, on every page it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.board import ContestBoard
from harness.identity import apart
from harness.store import RunFolder
from harness.types import Cutoff, ProofBody, RunRecord
from reports.evidence import Evidence
from reports.provisional import calibration, is_provisional
from reports.words import day, listed, many, number


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence set off from the page, with the word it begins with."""

    word: str
    text: str


def of_run(evidence: Evidence) -> tuple[Notice, ...]:
    """Return what a reader of any number from this run has to know."""
    record = evidence.run.record
    found: list[Notice] = []
    if not evidence.sealed:
        found.append(
            Notice(
                "Unfinished",
                f"Run {record.id} has not finished: {evidence.ended} of "
                f"{many(record.planned, 'attempt')} have ended. Its numbers will change.",
            )
        )
    if ("tier", "unsafe") in record.judge:
        found.append(
            Notice(
                "Not isolated",
                f"Run {record.id} ran programs without isolation (--unsafe): a program could "
                "have changed how it was judged.",
            )
        )
    found += _judged_by(evidence.run)
    found += _jury(evidence)
    found += _self_tests(record)
    found += _inferred(record)
    return tuple(found)


def _jury(evidence: Evidence) -> Iterator[Notice]:
    """Yield who gave the marks: people, or a jury whose error nobody has measured."""
    record = evidence.run.record
    proofs = [p.id for p in record.contest.problems if isinstance(p.body, ProofBody)]
    marked: dict[str, set[bool]] = {name: set() for name in proofs}
    for _, found in evidence.attempts() if proofs else ():
        if found.end and found.submissions and found.start and found.start.problem in marked:
            marked[found.start.problem].add(bool(found.person_marks))
    hand = [name for name in proofs if marked[name] == {True}]
    if hand:
        yield Notice(
            "Marked by people",
            f"Every proof of {_problems(hand)} in run {record.id} was marked by people.",
        )
    names = [
        problem.id
        for problem in record.contest.problems
        if is_provisional(record, problem) and problem.id not in hand
    ]
    known = calibration(record)
    if names and known:
        yield Notice(
            "Provisional",
            f"The marks of {_problems(names)} in run {record.id} are by a jury of models: "
            f"{known.sentence}.",
        )


def _judged_by(run: RunFolder) -> Iterator[Notice]:
    """Yield by which judging a run is read, where there was more than one."""
    layer, known = run.layer, run.layers
    if layer is not None:
        header = layer.header
        others = f" There are {many(len(known), 'such layer')}." if len(known) > 1 else ""
        yield Notice(
            "Judged again",
            f"Run {run.record.id} is read by its layer {layer.name}, judged on {header.time}, and "
            f"not by what was found while it ran; marks of people count before both.{others}",
        )
    elif known:
        yield Notice(
            "Judged again since",
            f"Run {run.record.id} is read by what was found while it ran; "
            f"{many(len(known), 'later judging')} of it {'is' if len(known) == 1 else 'are'} "
            "not counted here.",
        )


def _self_tests(record: RunRecord) -> Iterator[Notice]:
    """Yield what is said of problems that nothing has shown to be judged right here."""
    tests = record.self_tests or ()
    none = [f"{test.problem} ({test.reason})" for test in tests if test.certificate is None]
    if none:
        yield Notice(
            "Not self-tested",
            f"No self-test on this machine for {_problems(none)} in run {record.id}: nothing "
            "shows that known solutions get their verdicts here.",
        )
    failed = [
        f"{test.problem} ({test.certificate.sentence})"
        for test in tests
        if test.certificate is not None and not test.certificate.passed
    ]
    if failed:
        yield Notice(
            "Self-test failed",
            f"In run {record.id}, known solutions were not judged as they must be for "
            f"{_problems(failed)}.",
        )


def _inferred(record: RunRecord) -> Iterator[Notice]:
    """Yield what is said of time limits that nobody published."""
    for problem in record.contest.problems:
        if problem.inferred is not None:
            yield Notice(
                "Inferred limit",
                f"The time limit of {problem.id} in run {record.id} is not a published one: "
                f"{problem.inferred.sentence} (on {problem.inferred.cpu}).",
            )


def _problems(names: Sequence[str]) -> str:
    """Return ``problem a``, or ``problems a and b``."""
    return f"problem{'s' if len(names) > 1 else ''} {listed(names)}"


def left_out(board: ContestBoard) -> str:
    """Return how much of the contest was judged; empty when all of it was."""
    contest = board.contest
    if not contest.left_out:
        return ""
    judged = len(contest.problems)
    return (
        f"{judged} of {many(judged + len(contest.left_out), 'problem')} and "
        f"{number(contest.judged_points)} of {number(contest.total_points)} points were judged. "
        "What was left out is in no number:"
    )


def medal_lines(board: ContestBoard) -> str:
    """Return why the human medal lines are not in the table; empty when they are."""
    contest = board.contest
    if not contest.cutoffs or board.complete:
        return ""
    lines = listed([f"{line.medal} {number(line.points)}" for line in by_points(contest.cutoffs)])
    return (
        f"The medal lines of the human contest ({lines} of {number(contest.total_points)} points) "
        "cannot be compared with these numbers, because not all points were judged."
    )


def by_points(cutoffs: Sequence[Cutoff]) -> list[Cutoff]:
    """Return the medal lines, the highest first."""
    return sorted(cutoffs, key=lambda line: line.points, reverse=True)


def another_board(board: ContestBoard, first: ContestBoard) -> str:
    """Return why a contest has a second board; empty for the first one."""
    if board is first:
        return ""
    if board.contest.hash == first.contest.hash:
        return (
            f"This is a board of its own: the numbers of these runs are not those of the first "
            f"board of {board.contest.title}, because of another "
            f"{listed(apart(board.identity, first.identity))}. Points on the two are not "
            "comparable."
        )
    here = {problem.id for problem in board.contest.problems}
    there = {problem.id for problem in first.contest.problems}
    reasons = []
    if here - there:
        reasons.append(f"{listed(sorted(here - there))} judged here and not there")
    if there - here:
        reasons.append(f"{listed(sorted(there - here))} judged there and not here")
    what = "; ".join(reasons) or "the same problems with other tests, limits or rules"
    return (
        f"This is a board of its own: the contest of these runs is not that of the first board of "
        f"{board.contest.title} ({what}). Points on the two are not comparable. Contest "
        f"hash here {board.contest.hash[:12]}, there {first.contest.hash[:12]}."
    )


def facts(board: ContestBoard) -> str:
    """Return the contest's day and size in one line."""
    contest = board.contest
    parts = [day(contest.date)] if contest.date else []
    parts.append(f"{many(len(contest.problems), 'problem')} judged")
    parts.append(f"{number(contest.judged_points)} points")
    tries = sum(len(cell.tries) for row in board.rows for cell in row.cells)
    parts.append(many(tries, "attempt"))
    parts.append(many(len(board.runs), "run"))
    return " · ".join(parts)


def identity(board: ContestBoard) -> str:
    """Return what the board's numbers are numbers of, in one line."""
    what = board.identity
    return (
        f"Protocol {what.protocol} · data {what.data[:12]} · judged by {what.judge or 'nobody'} · "
        f"sampling {what.sampling} · {what.code}"
    )


def protocol(board: ContestBoard) -> Notice | None:
    """Return what must be said of the protocol: that it is no contestant's, or a likeness only."""
    found = board.protocol
    if found is None or (board.legal and not found.lite_of):
        return None
    if not board.legal:
        why = "; ".join(found.legality.deviations)
        return Notice(
            "Not contest-legal",
            f"The protocol {found.id} does what a contestant may not, so no medal is given: {why}.",
        )
    return Notice(
        "Not comparable",
        f"The protocol {found.id} is a cheap likeness of {found.lite_of}: its numbers do not "
        "compare with those of that one.",
    )
