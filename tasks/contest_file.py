"""``contest.toml``: what is known of a contest without any of its packages."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.types import (
    CodeBody,
    Cutoff,
    Equivalence,
    FeedbackLevel,
    Grader,
    Humans,
    MedalPlace,
    Problem,
)
from sandbox.languages import language


class ProblemEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One problem; a limit that no public source gives is absent."""

    id: str
    title: str
    type: str
    """A task type of CMS; ``Program`` of the ICPC; ``Answer``, a final one; ``Proof``."""
    subtasks: tuple[float, ...]
    """Points, in order; a samples subtask of 0 points is not listed."""
    time_limit_s: float | None = None
    memory_limit_bytes: int | None = None
    answer: str = ""
    """Of a problem of type ``Answer``."""
    equivalence: Equivalence = Equivalence.EXACT
    accepted: tuple[str, ...] = ()
    """Other right answers."""
    grader: Grader = Grader.SYMBOLIC
    source: str

    @property
    def max_points(self) -> float:
        """Points of all subtasks."""
        return sum(self.subtasks)


class ContestFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One contest."""

    id: str
    title: str
    date: str
    rules: str
    submission_limit: int | None = None
    feedback: FeedbackLevel = FeedbackLevel.NONE
    show_statements: bool = False
    languages: tuple[str, ...] = ()
    """Keys of ``sandbox/languages.toml`` that submissions may be in; none: what each package
    allows."""
    sources: tuple[str, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    medal_places: tuple[MedalPlace, ...] = ()
    humans: Humans | None = None
    problems: tuple[ProblemEntry, ...]


def read_contest_file(place: Path) -> ContestFile:
    """Read a contest file; raises :class:`~harness.errors.TaskDataError` naming what is wrong."""
    try:
        file = msgspec.toml.decode(place.read_bytes(), type=ContestFile)
    except (msgspec.MsgspecError, OSError) as error:
        raise TaskDataError(f"{place}: {error}", hint="mend the contest file") from error
    for key in file.languages:
        language(key)
    return file


def in_languages(problem: Problem, allowed: tuple[str, ...]) -> Problem:
    """Return the problem with the languages that both its package and the contest allow.

    Raises :class:`~harness.errors.TaskDataError` when there are none.
    """
    body = problem.body
    if not isinstance(body, CodeBody) or not allowed:
        return problem
    left = tuple(key for key in allowed if not body.languages or key in body.languages)
    if not left:
        raise TaskDataError(
            f"the package of {problem.id} in {problem.folder} is for {', '.join(body.languages)}; "
            f"the contest is in {', '.join(allowed)}",
            hint="bring in the contest's own package",
        )
    return msgspec.structs.replace(problem, body=msgspec.structs.replace(body, languages=left))


def check_agreement(entry: ProblemEntry, problem: Problem) -> None:
    """Refuse a package whose figures are not the contest's.

    A wrong limit or a wrong number of points would change scores without a word.
    """
    body = problem.body
    assert isinstance(body, CodeBody)
    pairs = (
        ("id", entry.id, problem.id),
        ("time limit", entry.time_limit_s, body.time_limit_s),
        ("memory limit", entry.memory_limit_bytes, body.memory_limit_bytes),
        (
            "subtask points",
            entry.subtasks,
            tuple(subtask.points for subtask in body.subtasks if subtask.points)
            or (problem.max_points,),
        ),
    )
    for what, published, packaged in pairs:
        if published is not None and published != packaged:
            raise TaskDataError(
                f"the package of {entry.id} in {problem.folder} has the {what} {packaged}; "
                f"the contest had {published}",
                hint="bring in the contest's own package",
            )
