"""What a model of a jury is asked: a template, with everything foreign behind a fence."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import TaskDataError
from harness.fence import Fence, fence_for
from harness.judges.proofs.tame import tamed
from harness.prompts import Prompting, render
from harness.types import Problem, ProofBody, Template
from harness.view import view_of

NONE = "(none is given)"
LONGEST = 400_000
"""Characters of a proof that a jury reads; a longer one is no proof of a contest's problem."""


def to_mark(
    template: Template, problem: Problem, proof: str, others: Sequence[str] = ()
) -> Prompting:
    """Return the question for a mark; ``others`` are the marks of the rest of the jury."""
    shown = tamed(proof)
    fence = fence_for(shown)
    values = {**_known(problem), **_fenced(fence, shown), "others": "\n".join(others) or NONE}
    return render(template, values)


def to_restyle(template: Template, problem: Problem, proof: str) -> Prompting:
    """Return the question for a copy in a uniform style; the marking scheme is no part of it."""
    shown = tamed(proof)
    fence = fence_for(shown)
    return render(template, {**view_of(problem).values, **_fenced(fence, shown)})


def shown_with(problem: Problem) -> tuple[str, ...]:
    """Return what a jury knows of a problem beside its statement."""
    body = problem.body
    if not isinstance(body, ProofBody):
        return ()
    known = (("reference", body.references), ("rubric", body.rubric), ("guidelines", body.notes))
    return tuple(name for name, held in known if held)


def _fenced(fence: Fence, proof: str) -> dict[str, str]:
    return {"proof": fence.around("proof", proof), "code": fence.code}


def _known(problem: Problem) -> dict[str, str]:
    body = problem.body
    if not isinstance(body, ProofBody):
        raise TaskDataError(
            f"problem {problem.id} asks for no proof", hint="its task must judge it otherwise"
        )
    return {
        **view_of(problem).values,
        "reference": "\n\n".join(body.references) or NONE,
        "rubric": "\n".join(f"- {item.points:g}: {item.text}" for item in body.rubric) or NONE,
        "guidelines": body.notes or NONE,
    }
