"""What is asked about proofs: templates of the strategies, filled with texts behind a fence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness.errors import UnsupportedError
from harness.fence import fence_for
from harness.prompts import Prompting
from harness.session import Session
from harness.types import SubmissionKind

PROMPTS = Path(__file__).parents[1] / "prompts"

Review = str
"""What was said of a proof: a verification, or its author's self-evaluation."""


def refuse_code(session: Session, strategy: str) -> None:
    """Refuse a problem whose submissions are programs: a proof holds none to hand in."""
    if session.view.kind is SubmissionKind.CODE:
        raise UnsupportedError(
            f"the strategy {strategy} writes proofs, and of {session.view.id} programs are "
            "handed in",
            hint="take filter-longest, rounds or single for it",
        )


def to_prove(session: Session, template: str = "generate") -> Prompting:
    """Return the question for a proof, by one of the templates for it."""
    return session.render(PROMPTS / "refine" / f"{template}.md", {})


def to_verify(session: Session, proof: str, template: str = "verify") -> Prompting:
    """Return the question for a score, or with the template ``mark`` for a mark."""
    fence = fence_for(proof)
    values = {"proof": fence.around("proof", proof), "code": fence.code}
    return session.render(PROMPTS / "refine" / f"{template}.md", values)


def to_refine(session: Session, proof: str, reviews: Sequence[Review]) -> Prompting:
    """Return the question for a better proof."""
    fence = fence_for(proof, *reviews)
    values = {
        "instruction": _instruction(session),
        "proof": fence.around("proof", proof),
        "critiques": "\n\n".join(
            fence.around(f"evaluation {place}", review)
            for place, review in enumerate(reviews, start=1)
        ),
        "code": fence.code,
    }
    return session.render(PROMPTS / "refine" / "refine.md", values)


def to_improve(session: Session, proof: str) -> Prompting:
    """Return the question for the same proof, gone over once more."""
    fence = fence_for(proof)
    values = {
        "instruction": _instruction(session),
        "proof": fence.around("proof", proof),
        "code": fence.code,
    }
    return session.render(PROMPTS / "passes" / "improve.md", values)


def _instruction(session: Session) -> str:
    return "\n\n".join(message.content for message in to_prove(session).messages)
