"""How a jury came to a grade: votes by model, what they would come to otherwise, what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.history import AttemptLog
from harness.types import Aggregate, Grade, Mark, Marking, Opinion, Purpose
from reports.words import NONE, listed, many, number, state

VOTES = 24
"""Votes of one model in one round that are shown; the others are in the counts."""

HEARD = 12
"""Opinions shown from each end of what a jury said about one proof."""

_FIRST = (Aggregate.MEAN, Aggregate.ZERO_VETO)
"""Figures that papers report, before the others."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One mark as a chip."""

    value: str
    state: str
    label: str
    opinion: str
    """Id of the opinion it was read in, or of the last one in which none could be read."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The votes of one model in one round."""

    juror: str
    round: str
    """Empty where there was only one."""
    votes: tuple[Vote, ...]
    more: str
    counts: str
    """``7 six times and 6 twice``; empty for a few votes."""
    kin: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything about a jury's grade that stands beside a proof."""

    seats: tuple[Seat, ...]
    facts: tuple[str, ...]
    figures: tuple[tuple[str, str, bool], ...]
    """Name of an aggregation, what it comes to, whether it is the one that counts."""
    shown: str
    kin: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One opinion, with what it is called."""

    opinion: Opinion
    title: str
    mark: str
    state: str
    earlier: tuple[Opinion, ...]
    """What was asked before for the same vote and could not be read."""


def panel(marking: Marking) -> Panel:
    """Return what a jury did, for people."""
    return Panel(
        seats=tuple(_seats(marking)),
        facts=tuple(_facts(marking)),
        figures=tuple(_figures(marking)),
        shown=_shown(marking),
        kin=_kin(marking),
    )


def _seats(marking: Marking) -> Iterator[Seat]:
    groups: dict[tuple[int, str], list[Mark]] = {}
    for mark in marking.marks:
        groups.setdefault((mark.round, mark.juror), []).append(mark)
    for (round_, juror), marks in groups.items():
        yield Seat(
            juror=juror,
            round=f"round {round_}" if marking.rejudged else "",
            votes=tuple(_vote(mark, marking) for mark in marks[:VOTES]),
            more=f"and {len(marks) - VOTES:,} more" if len(marks) > VOTES else "",
            counts=_counts(marks) if len(marks) > 4 else "",
            kin=juror in marking.kin,
        )


def _counts(marks: Sequence[Mark]) -> str:
    """Return how often each mark was given, the best first."""
    counts = Counter(mark.value for mark in marks)
    return listed([f"{_value(v)} {_times(n)}" for v, n in sorted(counts.items(), key=_by_value)])


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _by_value(item: tuple[float | None, int]) -> tuple[bool, float]:
    """Order marks from the best, votes that could not be read last."""
    return item[0] is None, -(item[0] or 0.0)


def _value(value: float | None) -> str:
    return "unread" if value is None else number(value)


def _vote(mark: Mark, marking: Marking) -> Vote:
    return Vote(
        value=NONE if mark.value is None else number(mark.value),
        state=state(mark.value, marking.scale.top),
        label=f"{mark.juror}, vote {mark.seat}: {_value(mark.value)}",
        opinion=mark.opinions[-1] if mark.opinions else "",
    )


def _facts(marking: Marking) -> Iterator[str]:
    counted = marking.counted
    yield f"jury {marking.jury}, scale {marking.scale.value}"
    yield f"{marking.aggregate.value} of {many(len(counted) - marking.unread, 'mark')}"
    yield f"spread {number(marking.spread)}"
    if marking.unread:
        yield f"{many(marking.unread, 'vote')} could not be read and counted for nobody"
    if marking.rejudged:
        yield "marked again with the other marks shown: only the second round counts"


def _figures(marking: Marking) -> Iterator[tuple[str, str, bool]]:
    held = dict(marking.figures)
    first = [how.value for how in _FIRST if how.value in held]
    for name in (*first, *(name for name in held if name not in first)):
        yield name, number(held[name]), name == marking.aggregate.value


def _shown(marking: Marking) -> str:
    said = "statement and " + ("a copy in a uniform style" if marking.restyled else "proof")
    return f"The jury was shown {listed([said, *marking.shown], 'and')}."


def _kin(marking: Marking) -> str:
    if not marking.kin:
        return ""
    verb = "is" if len(marking.kin) == 1 else "are"
    return f"{listed(marking.kin)} {verb} of the contestant's own family, and may favour it."


def heard(found: AttemptLog, grade: Grade) -> tuple[tuple[Heard, ...], str]:
    """Return the opinions on a proof that are shown, in order, and what is left out."""
    marking = grade.marking
    if marking is None:
        return (), ""
    made = [*_restyling(found, grade), *_votes(found.opinions, marking)]
    if len(made) <= 2 * HEARD:
        return tuple(made), ""
    left = len(made) - 2 * HEARD
    gap = f"{many(left, 'opinion')} more are in the run folder and not in this report."
    return (*made[:HEARD], *made[-HEARD:]), gap


def _restyling(found: AttemptLog, grade: Grade) -> Iterator[Heard]:
    """Yield what was asked for a copy, where none of it is the copy itself."""
    marking = grade.marking
    for opinion in found.opinions.values():
        copies = opinion.purpose is Purpose.RESTYLE and opinion.submission == grade.submission
        if copies and marking and marking.restyled != opinion.text:
            yield Heard(opinion, f"{opinion.juror}, asked for a copy", "", "none", ())


def _votes(opinions: Mapping[str, Opinion], marking: Marking) -> Iterator[Heard]:
    for mark in marking.marks:
        said = [opinions[name] for name in mark.opinions if name in opinions]
        if not said:
            continue
        round_ = f", round {mark.round}" if marking.rejudged else ""
        yield Heard(
            opinion=said[-1],
            title=f"{mark.juror}, vote {mark.seat}{round_}",
            mark=_value(mark.value),
            state=state(mark.value, marking.scale.top),
            earlier=tuple(said[:-1]),
        )
