"""The question of a round: the problem, what was tried on a part of it, what solved other parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.ledger import WHOLE, Ledger, Tried
from harness.view import SubtaskView

PROMPTS = Path(__file__).parent / "prompts" / "rounds"


def round_prompt(
    session: Session,
    ledger: Ledger,
    part: SubtaskView,
    shown: Sequence[Tried],
    *,
    best: bool,
    siblings: Sequence[SubtaskView],
) -> Prompting:
    """Return the question about a part.

    ``shown`` are the submissions it tells of, ``best`` whether these are the best so far or the
    last that failed. Templates that a protocol may replace: ``round`` for a subtask and ``task``
    for a whole problem, and what is put into them: ``failed``, ``best`` and ``solved`` around a
    list of ``submission`` and of ``sibling``.
    """
    numbers = {one.name: str(n) for n, one in enumerate(session.view.subtasks, start=1)}

    def fill(name: str, **values: str) -> str:
        return _text(session, name, values)

    entries = [
        fill(
            "submission",
            number=str(one.number),
            verdict=one.verdict(part) or "verdict not told",
            got=_points(one.points(part)),
            points=f"{part.points:g}",
            message=one.feedback.message.strip(),
            program=_program(session, one),
        )
        for one in shown
    ]
    others = []
    for sibling in siblings:
        solved = ledger.best(sibling)
        assert solved is not None
        others.append(
            fill(
                "sibling",
                subtask=sibling.name,
                number=numbers[sibling.name],
                points=f"{sibling.points:g}",
                got=_points(solved.points(sibling)),
                program=_program(session, solved),
            )
        )
    history = fill("best" if best else "failed", entries="\n".join(entries)) if entries else ""
    values = {
        "question": "\n\n".join(message.content for message in session.prompt().messages),
        "history": history,
        "solved": fill("solved", entries="\n".join(others)) if others else "",
        "held": f"{ledger.held(part):g}",
        "points": f"{part.points:g}",
    }
    if part.name != WHOLE:
        values |= {"subtask": part.name, "number": numbers[part.name]}
    return session.render(PROMPTS / ("task.md" if part.name == WHOLE else "round.md"), values)


def _text(session: Session, name: str, values: Mapping[str, str]) -> str:
    return session.render(PROMPTS / f"{name}.md", values).messages[0].content


def _program(session: Session, one: Tried) -> str:
    found = session.extract(one.answer)
    return found.content.rstrip("\n") if found is not None else ""


def _points(points: float | None) -> str:
    return "?" if points is None else f"{points:g}"
