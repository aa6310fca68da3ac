"""Rounds of rated humans, and what the attempts of a row come to among them.

The file is JSON, made from what Codeforces' API says of a round (``contest.standings`` and
``contest.ratingChanges``, whose ``oldRating`` is the rating here)::

    [{"id": "2062", "style": "points",
      "problems": [{"id": "2062A", "points": 500}, ...],
      "humans": [{"rating": 3755, "points": 9134}, ...]}]

``style`` is ``points``, or ``icpc`` where solved problems and then minutes of ``penalty`` decide;
there a human's ``points`` are solved problems. A problem's ``id`` is the one it has in the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.board import Row
from harness.errors import UsageError
from harness.stats.elo import Human, Samples, Style, mean_rating, place, rating_of, standing

MOST_RATING = 20_000
"""Five times the highest that anybody has had; what is further is a mistake."""


class RatedProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of a round."""

    id: str
    points: Annotated[float, Meta(ge=0)] = 1.0


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round with its humans."""

    id: str
    style: Style = "points"
    problems: Annotated[tuple[RatedProblem, ...], Meta(min_length=1)]
    humans: Annotated[tuple[Human, ...], Meta(min_length=1)]


class RoundRating(msgspec.Struct, frozen=True, kw_only=True):
    """What a row comes to in one round."""

    round: str
    rank: int
    humans: int
    points: float
    penalty: float
    """Minutes."""
    rating: float


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """A row's rating over rounds."""

    contestant: str
    rating: float | None
    """The mean over rounds; None where there is none."""
    rounds: tuple[RoundRating, ...]
    left_out: tuple[str, ...]
    """Rounds that are in no number, each with the problems that lack a judged attempt."""


def read_rounds(file: Path) -> tuple[Round, ...]:
    """Read rounds; raises :class:`~harness.errors.UsageError` naming what is wrong."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=tuple[Round, ...])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"{file}: {error}", hint="see `harness elo` in harness/README.md"
        ) from None
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}", hint="name a file of rounds"
        ) from None
    names = [round_.id for round_ in found]
    twice = [name for name in names if names.count(name) > 1]
    if twice or not found:
        raise UsageError(
            f"{file} has {f'the round {twice[0]} twice' if twice else 'no round'}",
            hint="leave each round once",
        )
    for one in found:
        _check(file, one)
    return found


def _check(file: Path, one: Round) -> None:
    """Refuse what would be counted twice, or has no place on the scale."""
    ids = [problem.id for problem in one.problems]
    twice = [name for name in ids if ids.count(name) > 1]
    if twice:
        raise UsageError(
            f"{file}: the round {one.id} has the problem {twice[0]} twice",
            hint="leave each problem once",
        )
    for human in one.humans:
        if abs(human.rating) > MOST_RATING:
            raise UsageError(
                f"{file}: a human of the round {one.id} has the rating {human.rating:g}",
                hint=f"ratings are between -{MOST_RATING:,} and {MOST_RATING:,}",
            )


def rating(row: Row, rounds: Sequence[Round]) -> Rating:
    """Return a row's rating: rounds of which a problem has no judged attempt are left out.

    An attempt is right when it has all points of its problem.
    """
    cells = {cell.problem.id: cell for cell in row.cells if cell.done}
    found: list[RoundRating] = []
    left_out: list[str] = []
    for one in rounds:
        lacking = [problem.id for problem in one.problems if problem.id not in cells]
        if lacking:
            left_out.append(f"{one.id} (no attempt at {', '.join(lacking)})")
            continue
        samples = [
            Samples(
                points=problem.points,
                samples=len(cells[problem.id].done),
                right=sum(map(cells[problem.id].full, cells[problem.id].done)),
            )
            for problem in one.problems
        ]
        result = standing(one.style, samples)
        rank = place(result, one.humans)
        found.append(
            RoundRating(
                round=one.id,
                rank=rank,
                humans=len(one.humans),
                points=result.points,
                penalty=-result.saved,
                rating=rating_of(rank, [human.rating for human in one.humans]),
            )
        )
    return Rating(
        contestant=row.contestant.title or row.contestant.id,
        rating=mean_rating([one.rating for one in found]) if found else None,
        rounds=tuple(found),
        left_out=tuple(left_out),
    )
