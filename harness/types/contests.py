"""A contest: problems with rules and cutoffs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from harness.types.problems import CodeBody, Problem


class FeedbackLevel(StrEnum):
    """What a contestant learns from a submission."""

    NONE = "none"
    VERDICT = "verdict"
    """The verdict, and the compiler's words."""
    OI_RESTRICTED = "oi_restricted"
    """Points per subtask, and the verdict of the first of its lowest tests."""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of the contest that cannot be judged here, by name and with the reason."""

    id: str
    title: str
    max_points: float
    reason: str
    subtasks: int = 1
    """How many give points."""


class Cutoff(msgspec.Struct, frozen=True, kw_only=True):
    """A medal line of the human contest, in points of the whole contest."""

    medal: str
    points: float
    source: str = ""


class MedalPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A medal that goes by place, not by points: at the ICPC the first four win gold."""

    medal: str
    last: int
    """The last place that wins it."""
    source: str = ""


class HumanMark(msgspec.Struct, frozen=True, kw_only=True):
    """How many human contestants reached a number of points."""

    points: float
    contestants: int
    """With at least these points."""
    source: str = ""


class Humans(msgspec.Struct, frozen=True, kw_only=True):
    """What is public of the human ranking: all of it, or some marks in it."""

    contestants: int
    """Who took part; teams, where teams do."""
    source: str = ""
    marks: tuple[HumanMark, ...] = ()
    """In any order; a place is as exact as they allow."""
    complete: bool = False
    """Whether every total that somebody reached is a mark, so that places are exact."""


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """Problems with rules and cutoffs; made by a task."""

    id: str
    title: str
    date: str
    """ISO date of the contest; a model trained later may have seen it."""
    rules: str
    """Key of :mod:`harness.rules`."""
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    medal_places: tuple[MedalPlace, ...] = ()
    """Where medals go by place; then there are no cutoffs."""
    humans: Humans | None = None
    submission_limit: int | None = None
    """Submissions per problem."""
    feedback: FeedbackLevel = FeedbackLevel.NONE
    languages: tuple[str, ...] = ()
    """Keys of ``sandbox/languages.toml`` that it allows; none is what each package allows."""
    show_statements: bool = False
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the result must know: provenance of answers, deviations."""
    hash: str = ""
    """SHA-256 over everything that can change a score; made by :meth:`sealed`."""

    def sealed(self) -> Contest:
        """Return the contest with the hash of what it holds now."""
        digest = hashlib.sha256()
        rules = (self.id, self.rules, self.submission_limit, self.feedback)
        digest.update(msgspec.json.encode(rules))
        for problem in self.problems:
            languages = problem.body.languages if isinstance(problem.body, CodeBody) else ()
            words = (problem.id, problem.hash, problem.max_points, *languages)
            digest.update(("\0" + "\0".join(map(str, words))).encode())
        return msgspec.structs.replace(self, hash=digest.hexdigest())

    def without(self, problems: Iterable[Problem], reason: str) -> Contest:
        """Return the contest that is left when problems are left out for a reason.

        Fewer problems are another contest: its rows cannot stand beside those of the whole.
        """
        gone = tuple(problems)
        left_out = tuple(
            LeftOut(
                id=p.id,
                title=p.title,
                max_points=p.max_points,
                reason=reason,
                subtasks=p.parts,
            )
            for p in gone
        )
        if not gone:
            return self
        return msgspec.structs.replace(
            self,
            problems=tuple(problem for problem in self.problems if problem not in gone),
            left_out=self.left_out + left_out,
        ).sealed()

    @property
    def unlimited(self) -> Contest:
        """The contest without a limit of submissions, which no contestant has: for a ceiling."""
        return msgspec.structs.replace(self, submission_limit=None)

    @property
    def judged_points(self) -> float:
        """Points that can be reached here: left-out problems do not count."""
        return sum(p.max_points for p in self.problems)

    @property
    def total_points(self) -> float:
        """Points of the whole contest, judged here or not."""
        return self.judged_points + sum(p.max_points for p in self.left_out)
