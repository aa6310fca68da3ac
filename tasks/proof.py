"""What tasks that ask for proofs share: how one is asked for, and found in a text."""

from __future__ import annotations

from pathlib import Path

from harness.fenced import without_thought
from harness.prompts import Prompting, read_template, render
from harness.task import Extraction
from harness.types import Problem, SubmissionKind, Template
from harness.view import view_of


def ask_for_proof(prompt: Path, problem: Problem, template: Template | None) -> Prompting:
    """Ask for a proof with a prompt's file, or with another template."""
    return render(template or read_template(prompt), view_of(problem).values)


def whole_proof(text: str) -> Extraction | None:
    """Return all that is said after the thoughts; silence is no proof."""
    proof = without_thought(text).strip()
    return Extraction(kind=SubmissionKind.PROOF, content=proof) if proof else None
