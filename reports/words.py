"""Numbers and states in words: what every page says the same way."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from harness.board import number as number
from harness.types import (
    AttemptStatus,
    Contest,
    FeedbackLevel,
    NoteKind,
    SubtaskScore,
    Verdict,
)

VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.AC: ("accepted", "everything that was asked for"),
    Verdict.PAC: ("partly accepted", "more than nothing and less than everything"),
    Verdict.WA: ("wrong answer", "the output or the answer is not right"),
    Verdict.TLE: ("time limit", "the program ran longer than the problem allows"),
    Verdict.MLE: ("memory limit", "the program took more memory than the problem allows"),
    Verdict.OLE: ("output limit", "the program wrote more than the judge takes"),
    Verdict.RTE: ("run-time error", "the program crashed or ended with an error"),
    Verdict.CE: ("compile error", "the source does not compile; no test was run"),
    Verdict.UR: (
        "unresolved",
        "neither equal to the answer nor different from it could be said; no points, and counted "
        "apart from wrong answers",
    ),
    Verdict.JE: ("judge error", "the judge failed: never the contestant's fault, and never a zero"),
    Verdict.SK: ("not run", "the test could not change the score any more, so it was left out"),
}
"""Each verdict's name and meaning."""

STATUSES: dict[AttemptStatus, str] = {
    AttemptStatus.DONE: "done",
    AttemptStatus.EMPTY: "not generated",
    AttemptStatus.VOID: "void",
}

NOTES: dict[NoteKind, str] = {
    NoteKind.TRUNCATED: "output cut off",
    NoteKind.NOTHING_EXTRACTED: "nothing to hand in was found",
    NoteKind.DOUBTFUL: "doubtful extraction",
    NoteKind.RETRIED: "request repeated",
    NoteKind.NOT_GENERATED: "nothing generated",
    NoteKind.REJECTED: "request rejected by the server",
    NoteKind.JUDGE_ERROR: "judge error",
    NoteKind.VOID: "void",
    NoteKind.LIMIT: "submission limit reached",
    NoteKind.UNASKED: "recorded, but not asked for",
    NoteKind.UNCLUSTERED: "not clustered",
    NoteKind.UNREAD: "verdicts that could not be read",
    NoteKind.UNTOLD: "not told by the backend",
}

KINDS: dict[str, tuple[str, str]] = {
    "recorded": ("recorded", "outputs recorded earlier, by others or elsewhere, and judged here"),
    "reference": ("reference", "written for this demonstration; no model was asked"),
    "oracle": (
        "ceiling",
        "a known solution, handed in to test the judge; takes part in no ranking",
    ),
    "ceiling": (
        "unlimited ceiling",
        "everything that was generated, handed in without the contest's limit: what a perfect "
        "choice would bring; takes part in no ranking",
    ),
}
"""Tag and explanation of contestants that are not a model asked in this run."""

NONE = "—"
"""Printed where there is no number; it is never a zero."""


def points(value: float | None) -> str:
    """Return points, or a dash where there are none."""
    return NONE if value is None else number(value)


def between(low: float, high: float) -> str:
    """Return an interval of points, its ends with as many decimals as its width has use for.

    Ends that are rounded further could leave out the points that they are of.
    """
    decimals = 0 if high - low >= 20 else 1 if high - low >= 2 else 2
    return " to ".join(number(round(end, decimals)) for end in (low, high))


def state(value: float | None, most: float) -> str:
    """Return one of the four states: ``full``, ``partial``, ``zero`` or ``none``."""
    if value is None:
        return "none"
    if value >= most:
        return "full"
    return "zero" if value <= 0 else "partial"


def state_of_subtask(score: SubtaskScore) -> str:
    """Return the state of a subtask; one without points, such as the samples, has its verdict's."""
    if score.max_points <= 0:
        return "full" if score.verdict is Verdict.AC else "zero"
    return state(score.points, score.max_points)


MOST_NAMED = 15
"""Names that are listed one by one in the head of a table."""


def first_and_last(names: Sequence[str]) -> str:
    """Return names as a list, and many of them as the first, the last and their number."""
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return f"{names[0]} to {names[-1]}, {len(names)} problems"


def many(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun: ``1 attempt``, ``3 attempts``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(items: Sequence[str], last: str = "and") -> str:
    """Return ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def size(count: int) -> str:
    """Return a number of bytes for people."""
    if count < 1000:
        return many(count, "byte")
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def memory(count: int) -> str:
    """Return an amount of memory in the unit that limits are given in."""
    return f"{count / 2**20:.0f} MiB" if count >= 2**20 else f"{count / 2**10:.0f} KiB"


def seconds(value: float) -> str:
    """Return a time of a program, to the millisecond below one second."""
    return f"{value:.3f} s" if value < 1 else f"{value:.2f} s"


def day(iso: str) -> str:
    """Return ``27 July 2025``, or the text itself where it is no date."""
    try:
        found = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    # Not strftime: month names must not follow the locale of whoever builds the report.
    return f"{found.day} {MONTHS[found.month - 1]} {found.year}"


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def rules(contest: Contest) -> str:
    """Return what the contest's rules mean for the points, in a sentence."""
    if contest.rules == "ioi":
        limit = contest.submission_limit
        upto = f"up to {many(limit, 'submission')}" if limit else "submissions without limit"
        return f"IOI rules: {upto} a problem; each subtask counts with its best submission."
    if contest.rules == "icpc":
        return (
            "ICPC rules: a problem is solved by its first accepted submission; each rejected one "
            "before it costs 20 minutes of virtual time, one that does not compile nothing. A run "
            "has no contest clock, so these minutes are not comparable with a team's."
        )
    if contest.rules == "imo":
        return "IMO rules: one paper a problem, marked 0 to 7 in whole points."
    if contest.rules == "independent":
        return "One submission a problem counts, the first."
    return f"Rules: {contest.rules}."


FEEDBACK: dict[FeedbackLevel, str] = {
    FeedbackLevel.NONE: "A contestant sees nothing of its result.",
    FeedbackLevel.VERDICT: "A contestant sees the verdict of its submission.",
    FeedbackLevel.OI_RESTRICTED: (
        "A contestant sees the points of each subtask and its first failing verdict."
    ),
}
"""What each feedback level of a contest shows."""
