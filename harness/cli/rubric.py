"""``harness rubric``: a model drafts a marking scheme, and a person decides whether it counts."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from harness.cli.bench import opened_model
from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.config import environment, settings
from harness.data import DataStore
from harness.errors import StoreError, UsageError
from harness.judges.rubrics import Draft, drafted
from harness.judges.rubrics.draft import question
from harness.plugins import load_task
from harness.types import Contest, Problem, Sampling


def execute(args: argparse.Namespace) -> int:
    """Have a rubric drafted, and write it as one that nobody has approved."""
    from tasks.proof_folder import RUBRIC, drafted_rubric, rubric_text

    task, contest, problem = _named(args.problem)
    out = Path(args.output_path)
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} is there already", hint="name a file that does not exist with -o")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}", hint="make it, or name another file")
    question(problem)  # what cannot be drafted is said before a model is opened
    draft = asyncio.run(_drafted(args, contest, problem))
    rubric = drafted_rubric(draft.items, draft.model, draft.template_hash, draft.seed)
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(rubric_text(rubric))
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written: {error.strerror or error}", hint="name another file with -o"
        ) from error
    times = "" if draft.asked == 1 else f", asked {draft.asked} times"
    print(
        plain(
            f"{out}: {len(draft.items)} items for {problem.max_points:g} points, drafted by "
            f"{draft.model}{times}; not approved, and so not used"
        )
    )
    print(
        f"next: read and correct it, set approved = true in it, put it into DIR/{problem.id}/"
        f"{RUBRIC}, then harness data add {task} DIR"
    )
    return 0


def _named(name: str) -> tuple[str, Contest, Problem]:
    """Return the task, its contest and the problem that are named."""
    task_name, slash, problem_name = name.partition("/")
    if not slash or not problem_name:
        raise UsageError(f"{name} is not TASK/PROBLEM", hint="write it such as imo2025/p1")
    task = load_task(task_name)
    contest = task.contest(DataStore(settings(environment()).data))
    for problem in contest.problems:
        if problem.id == problem_name:
            return task.id, contest, problem
    left = next((each for each in contest.left_out if each.id == problem_name), None)
    known = ", ".join(problem.id for problem in contest.problems[:12]) or "none"
    raise UsageError(
        f"{task.id} has no problem {problem_name!r} here" + (f": {left.reason}" if left else ""),
        hint=f"bring it in with `harness data add {task.id} DIR`"
        if left
        else f"the problems that are here: {known}",
    )


async def _drafted(args: argparse.Namespace, contest: Contest, problem: Problem) -> Draft:
    backend = opened_model(
        args.judge_model, args.judge_args, contest, lambda line: tell(plain(line))
    )
    sampling = Sampling(temperature=args.temperature, max_tokens=args.max_tokens)
    try:
        return await drafted(backend, problem, sampling, args.seed)
    finally:
        await backend.close()
