"""``contest.toml`` beside packages: what they do not say of the contest they make together."""

from __future__ import annotations

import math
import re
import tomllib
from datetime import date as day
from pathlib import Path
from typing import Literal

import msgspec

from harness.errors import TaskDataError
from harness.fields import allowed
from harness.types import MOST_ATTEMPTS, Cutoff, FeedbackLevel, MedalPlace
from sandbox.languages import languages

NAME = "contest.toml"

_TASK = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")

RULES = {"icpc": "icpc", "ioi": "ioi", "points": "independent"}
"""What a contest may say, and which rules of :mod:`harness.rules` are meant."""
FEEDBACK = {
    "icpc": FeedbackLevel.VERDICT,
    "ioi": FeedbackLevel.OI_RESTRICTED,
    "points": FeedbackLevel.NONE,
}


MEDALS = ("gold", "silver", "bronze")
"""The best first; a contest may have others, whose order is that of their lines."""


class OwnContest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One contest; everything but the title may be absent."""

    title: str
    name: str = ""
    """Of the task; the folder's name unless it is given."""
    date: day | None = None
    """Of the contest: a model that was trained later may have seen it."""
    rules: Literal["icpc", "ioi", "points"] = "icpc"
    packages: str = "."
    """The folder with the packages, relative to this file."""
    problems: tuple[str, ...] = ()
    """Folders of packages, in the contest's order; none: all there are, by name."""
    labels: tuple[str, ...] = ()
    """What problems are called; none: A, B, C… of an ICPC, else the packages' names."""
    languages: tuple[str, ...] = ()
    """Keys of ``sandbox/languages.toml``; the first is asked for. None: what each package allows,
    and C++ is asked for."""
    duration: str = ""
    """How long people had, in words; a model has no clock."""
    submission_limit: int | None = None
    """For each problem."""
    feedback: FeedbackLevel | None = None
    """None is what the rules give."""
    time_limit: float | None = None
    """CPU seconds of every problem, in place of the packages' own."""
    time_factor: float | None = None
    """What the packages' own limits are multiplied by."""
    time_limits: dict[str, float] = {}
    """CPU seconds by label; these win."""
    allow_missing: bool = False
    """Judge a package on the tests that are here; otherwise it is left out by name."""
    attempts: int = 1
    """Of a model at each problem, unless the run says otherwise."""
    medals: dict[str, float] = {}
    """Points of the whole contest; with the rules ``icpc``, the last place that wins it."""
    show_statements: bool = False
    sources: tuple[str, ...] = ()

    @property
    def cutoffs(self) -> tuple[Cutoff, ...]:
        """Medal lines in points, the highest first."""
        if self.rules == "icpc":
            return ()
        lines = sorted(self.medals.items(), key=lambda line: -line[1])
        return tuple(Cutoff(medal=medal, points=points, source=NAME) for medal, points in lines)

    @property
    def medal_places(self) -> tuple[MedalPlace, ...]:
        """Medals by place, the best first."""
        if self.rules != "icpc":
            return ()
        lines = sorted(self.medals.items(), key=lambda line: line[1])
        return tuple(MedalPlace(medal=m, last=int(last), source=NAME) for m, last in lines)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of a result must know."""
        notes = []
        if self.duration:
            notes.append(f"people had {self.duration}; a model has no clock")
        if self.time_limit is not None:
            notes.append(f"time limits are {self.time_limit:g} s, whatever the packages say")
        if self.time_factor is not None:
            notes.append(f"time limits are {self.time_factor:g} times those of the packages")
        for label, seconds in self.time_limits.items():
            notes.append(f"{label}: the time limit is {seconds:g} s, whatever the package says")
        return tuple(notes)


def read_own(place: Path) -> OwnContest:
    """Read a contest file; raises :class:`~harness.errors.TaskDataError` naming what is wrong."""
    try:
        contest = msgspec.convert(_table(place), OwnContest, strict=False)
    except msgspec.ValidationError as error:
        raise TaskDataError(
            f"{place}: {error}", hint=allowed(OwnContest, error) or f"the keys are {_keys()}"
        ) from None
    wrong = _wrong(contest, name_of(place))
    if wrong:
        raise TaskDataError(f"{place}: {wrong[0]}", hint=wrong[1])
    return contest


def name_of(place: Path) -> str:
    """Return the name of a contest's task, also where the rest of its file cannot be read."""
    try:
        given = _table(place).get("name")
    except TaskDataError:
        given = None
    return given if isinstance(given, str) and given else place.absolute().parent.name


def _table(place: Path) -> dict[str, object]:
    try:
        return tomllib.loads(place.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise TaskDataError(f"{place}: {error}", hint="mend the contest file") from None


def _keys() -> str:
    return ", ".join(OwnContest.__struct_fields__)


def _wrong(contest: OwnContest, name: str) -> tuple[str, str] | None:
    """Return what contradicts itself, and the next step."""
    if not _TASK.fullmatch(name):
        return f"{name!r} cannot be the name of a task", 'write name = "…" in a-z, 0-9, _ . -'
    for label in contest.labels:
        if not _LABEL.fullmatch(label):
            return f"{label!r} cannot be a label", "letters, digits, _ . - are what it is made of"
    for what, given in (("labels", contest.labels), ("problems", contest.problems)):
        twice = sorted({one for one in given if given.count(one) > 1})
        if twice:
            return f"{what} has {twice[0]} twice", "name each once"
    if contest.labels and contest.problems and len(contest.labels) != len(contest.problems):
        counts = f"{len(contest.labels)} labels for {len(contest.problems)} problems"
        return f"there are {counts}", "give as many of the one as of the other"
    unknown = sorted(set(contest.languages) - set(languages()))
    if unknown:
        return f"{unknown[0]!r} is no language", f"the keys are {', '.join(languages())}"
    return _wrong_number(contest)


def _wrong_number(contest: OwnContest) -> tuple[str, str] | None:
    limits = [contest.time_limit, *contest.time_limits.values()]
    if any(seconds is not None and not 0 < seconds <= 600 for seconds in limits):
        return "a time limit is not between 0 and 600 s", "give CPU seconds"
    if contest.time_factor is not None and not 0 < contest.time_factor <= 100:
        return "time_factor is not between 0 and 100", "1 leaves the packages' limits"
    if contest.time_limit is not None and contest.time_factor is not None:
        return "time_limit and time_factor contradict each other", "give one of them"
    if contest.attempts < 1 or not (
        contest.submission_limit is None or contest.submission_limit >= 1
    ):
        return "attempts and submission_limit are 1 or more", "leave them out for the defaults"
    if contest.attempts > MOST_ATTEMPTS:
        return f"attempts is more than {MOST_ATTEMPTS:,}", "give a run its own with --num-samples"
    if not all(0 <= line < math.inf for line in contest.medals.values()):
        return "a medal line is not 0 or more", "give points, or places of an ICPC"
    lines = [contest.medals[medal] for medal in MEDALS if medal in contest.medals]
    if lines != sorted(lines, reverse=contest.rules != "icpc"):
        better = "earlier places" if contest.rules == "icpc" else "more points"
        return "the medal lines contradict each other", f"gold takes {better} than silver"
    if contest.rules == "icpc" and any(line < 1 or line % 1 for line in contest.medals.values()):
        return "medals of an ICPC are places", "gold = 4 means that places 1 to 4 win gold"
    return None
