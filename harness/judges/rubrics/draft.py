"""The scheme that a model proposes: asked for with the problem and a solution, until it adds up."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.backend import Backend, NotGenerated, Request, named_seed
from harness.errors import JudgeModelError, TaskDataError
from harness.fenced import without_thought
from harness.judges.rubrics.scheme import Unusable, scheme_in
from harness.prompts import Prompting, read_template, render
from harness.types import FinishReason, Problem, ProofBody, RubricItem, Sampling
from harness.view import view_of

PROMPT = Path(__file__).parent / "prompts" / "draft.md"
REASKED = 3
"""Times that a model is asked again whose reply holds no scheme."""
WHOLE = (FinishReason.STOP, FinishReason.RECORDED)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme that nobody stands for yet."""

    items: tuple[RubricItem, ...]
    model: str
    template_hash: str
    """Of the prompt."""
    seed: int
    """With which the model was asked when it gave this one."""
    asked: int
    """Times that it was asked, this one included."""


async def drafted(backend: Backend, problem: Problem, sampling: Sampling, seed: int) -> Draft:
    """Ask a model for a scheme, and again with other seeds where a reply holds none.

    Raises :class:`~harness.errors.TaskDataError` where the problem has no reference solution, and
    :class:`~harness.errors.JudgeModelError` where no reply held a scheme.
    """
    asking = question(problem)
    model = backend.contestants[0].id
    why = ""
    for time in range(1, REASKED + 2):
        drawn = named_seed(seed, model, problem.id, 0, f"rubric.{time}")
        reply = await backend.generate(
            Request(
                contestant=model,
                problem=problem.id,
                sample=0,
                turn=0,
                messages=asking.messages,
                sampling=sampling,
                seed=drawn,
            )
        )
        if isinstance(reply, NotGenerated):
            why = reply.reason
            break
        if reply.finish_reason not in WHOLE:
            why = f"its reply did not come to an end ({reply.finish_reason.value})"
            continue
        try:
            items = scheme_in(without_thought(reply.text), problem.max_points)
        except Unusable as error:
            why = str(error)
            continue
        return Draft(
            items=items, model=model, template_hash=asking.template_hash, seed=drawn, asked=time
        )
    raise JudgeModelError(
        f"{model} gave no marking scheme of {problem.id} in {time} "
        f"repl{'y' if time == 1 else 'ies'}; the last: {why}",
        hint="give it another --seed or more --max-tokens, ask another model, or write the rubric "
        "by hand",
    )


def question(problem: Problem) -> Prompting:
    """Return what a model is asked; raises where there is nothing to draft from."""
    body = problem.body
    if not isinstance(body, ProofBody):
        raise TaskDataError(
            f"problem {problem.id} asks for no proof", hint="only proofs are marked by a rubric"
        )
    if not body.references:
        raise TaskDataError(
            f"problem {problem.id} has no reference solution to draft a rubric from",
            hint=f"put {problem.id}/solution.md into a folder and bring it in with "
            "`harness data add TASK DIR`",
        )
    values = {
        **view_of(problem).values,
        "points": f"{problem.max_points:g}",
        "reference": "\n\n".join(body.references),
    }
    return render(read_template(PROMPT), values)
