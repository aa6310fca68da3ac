"""What tasks that ask for proofs share: how one is found in a text."""

from __future__ import annotations

from harness.fenced import without_thought
from harness.task import Extraction
from harness.types import SubmissionKind


def whole_proof(text: str) -> Extraction | None:
    """Return all that is said after the thoughts; silence is no proof."""
    proof = without_thought(text).strip()
    return Extraction(kind=SubmissionKind.PROOF, content=proof) if proof else None
