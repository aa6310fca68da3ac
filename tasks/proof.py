"""What tasks that ask for proofs share: how one is asked for, and found in a text."""

from __future__ import annotations

from pathlib import Path

from harness.errors import InfraError
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


def no_jury(task: str, problem: Problem) -> InfraError:
    """Return the error that says that nobody marks proofs here yet.

    The attempt is void and its proof stays on record, so that the other problems go on and the
    run can be resumed where there is a jury.
    """
    return InfraError(
        f"{task} has no jury: proofs are not marked yet, and {problem.id} waits for one",
        hint="the proof is in the run folder; resume the run with a version that marks proofs",
    )
