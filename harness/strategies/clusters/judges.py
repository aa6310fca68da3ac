"""A model asked about two programs, or about one: the tournament, and marks in place of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from harness.desk import Answer
from harness.session import Session
from harness.strategies.clusters.candidates import PROMPTS, values_of
from harness.strategies.clusters.duels import Duel, drawn, score, verdict, wins
from harness.strategies.clusters.fences import fenced, mark_for
from harness.strategies.together import WINDOW, together
from harness.types import NoteKind


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """Who plays for a part of the problem."""

    part: str
    players: Sequence[Answer]
    """The representative of each cluster."""


async def tournament(
    session: Session, fields: Sequence[Field], games: int
) -> Mapping[str, Sequence[float]]:
    """Let clusters duel and return how often each won, by part."""
    drawing = {
        field.part: drawn(len(field.players), games, session.random(f"duels of {field.part}"))
        for field in fields
    }
    order = [(field, duel) for field in fields for duel in drawing[field.part]]
    sides = await together((_duel(session, field, duel) for field, duel in order), WINDOW)
    _note_unread(session, sides, "duels gave no verdict")
    found: dict[str, Sequence[float]] = {}
    said = iter(sides)
    for field in fields:
        winners = [duel.winner(next(said)) for duel in drawing[field.part]]
        found[field.part] = wins(len(field.players), winners)
    return found


async def marks(
    session: Session, fields: Sequence[Field], games: int
) -> Mapping[str, Sequence[float]]:
    """Have each representative marked so many times and return the means, by part.

    One of which no mark could be read stands behind all others.
    """
    order = [(field, each) for field in fields for each in field.players for _ in range(games)]
    given = await together((_mark(session, field, each) for field, each in order), WINDOW)
    _note_unread(session, given, "marks could not be read")
    found: dict[str, Sequence[float]] = {}
    said = iter(given)
    for field in fields:
        rows = [[next(said) for _ in range(games)] for _ in field.players]
        found[field.part] = [_mean([mark for mark in row if mark is not None]) for row in rows]
    return found


async def _duel(session: Session, field: Field, duel: Duel) -> str | None:
    """Return ``A`` or ``B``, or None where no verdict could be read."""
    first, second = (_program(session, field.players[n]) for n in (duel.first, duel.second))
    mark = mark_for(first, second)
    values = {
        "mark": mark,
        "program_a": fenced("program A", first, mark),
        "program_b": fenced("program B", second, mark),
    }
    said = await _asked(session, "duel", field.part, values)
    return None if said is None else verdict(said)


async def _mark(session: Session, field: Field, player: Answer) -> int | None:
    """Return a mark, or None where none could be read."""
    program = _program(session, player)
    mark = mark_for(program)
    values = {"mark": mark, "program": fenced("program", program, mark)}
    said = await _asked(session, "score", field.part, values)
    return None if said is None else score(said)


async def _asked(session: Session, name: str, part: str, values: Mapping[str, str]) -> str | None:
    """Return what a judge said, if it came to an end: a verdict cut short is none."""
    prompting = session.render(PROMPTS / f"{name}.md", {**values_of(session, part), **values})
    answer = await session.ask(prompting)
    return answer.text if answer is not None and answer.complete else None


def _program(session: Session, answer: Answer) -> str:
    found = session.extract(answer)
    return found.content if found is not None else ""


def _mean(given: Sequence[int]) -> float:
    return sum(given) / len(given) if given else -1.0


def _note_unread(session: Session, said: Sequence[object], what: str) -> None:
    unread = sum(each is None for each in said)
    if unread:
        session.note(NoteKind.UNREAD, f"{unread} of {len(said)} {what}")
