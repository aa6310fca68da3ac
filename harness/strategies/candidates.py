"""Candidates: answers in which a submission was found, looked at before anything is handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from harness.desk import Answer
from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.together import together
from harness.types import Feedback, SubmissionKind


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that could be handed in."""

    answer: Answer
    content: str
    """SHA-256 of what would be handed in, and its language: equal ones get equal verdicts."""


async def candidate(
    session: Session,
    prompting: Prompting | None = None,
    *,
    samples: bool = True,
    complete: bool = False,
) -> Candidate | None:
    """Ask once; None when nothing can be handed in of the answer, or it fails the samples.

    With ``complete``, an answer that was cut off is dropped too. The question is the first thing
    that is awaited, so candidates begun together are numbered in their order.
    """
    answer = await session.ask(prompting)
    if answer is None or (complete and not answer.complete):
        return None
    found = session.extract(answer)
    if found is None:
        return None
    if samples and session.view.kind is SubmissionKind.CODE:
        tried = await session.own.samples(answer)
        if not tried.passed:
            return None
    words = f"{found.language}\0{found.content}".encode("utf-8", "replace")
    return Candidate(answer=answer, content=hashlib.sha256(words).hexdigest())


def distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the first of all that would hand in the same."""
    found: dict[str, Candidate] = {}
    for one in candidates:
        found.setdefault(one.content, one)
    return list(found.values())


async def hand_in(session: Session, answers: Sequence[Answer]) -> list[Feedback | None]:
    """Hand in answers in order, as many as the rules allow, and return what is told of them.

    Where an accepted one ends it (ICPC), one by one until then; else at once.
    """
    if not session.one_by_one:
        return await together(session.submit(one) for one in answers[: session.submissions_left])
    told: list[Feedback | None] = []
    for one in answers:
        if not session.may_submit:
            break
        told.append(await session.submit(one))
    return told


def capped(session: Session, count: int) -> int:
    """Return how many of so many questions will be answered: a recording has an end."""
    left = session.turns_left
    return count if left is None else min(count, left)
