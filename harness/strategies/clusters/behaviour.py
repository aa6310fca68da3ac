"""The candidates of a problem, run on inputs of the contestant's own and so put into clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from harness.desk import Answer
from harness.errors import UnsupportedError
from harness.session import Session
from harness.strategies.clusters.clusters import Cluster, alone, clustered
from harness.strategies.clusters.inputs import Making, inputs_for
from harness.strategies.ledger import WHOLE
from harness.strategies.together import together
from harness.trials import Inputs
from harness.types import NoteKind, SubmissionKind


async def clusters_of(
    session: Session, found: Mapping[str, Sequence[Answer]], making: Making
) -> Mapping[str, Sequence[Cluster]]:
    """Return the clusters of each part's candidates.

    Where nothing can tell programs apart (a problem whose submissions print nothing, no input
    that is kept, no program that prints anything), each is a cluster of its own, with a note.
    """
    parts = [part for part, answers in found.items() if answers]
    inputs: Mapping[str, Inputs] = {}
    reason = await _unlike(session, [answer for part in parts for answer in found[part]])
    if reason:
        session.note(NoteKind.UNCLUSTERED, reason)
    else:
        inputs = await inputs_for(session, parts, making)

    async def clusters(part: str) -> Sequence[Cluster]:
        answers = found[part]
        given = inputs.get(part)
        if given is not None and answers:
            outputs = [
                likeness.outputs
                for likeness in await together(
                    session.own.likeness(answer, given) for answer in answers
                )
            ]
            made = clustered(outputs, [answer.trace_bytes for answer in answers])
            if made:
                return made
            why = "no program printed anything on" if given else "the validators accepted none of"
            session.note(NoteKind.UNCLUSTERED, f"{_named(part)}{why} the inputs that were made")
        return alone(answers)

    return dict(zip(found, await together(clusters(part) for part in found), strict=True))


async def _unlike(session: Session, answers: Sequence[Answer]) -> str:
    """Return why outputs of this problem cannot be compared; empty where they can."""
    if session.view.kind is not SubmissionKind.CODE:
        return "no programs are handed in, so nothing is run on inputs"
    try:
        for answer in answers[:1]:
            await session.own.likeness(answer, Inputs())
    except UnsupportedError as error:
        return error.message
    return ""


def _named(part: str) -> str:
    return "" if part == WHOLE else f"{part}: "
