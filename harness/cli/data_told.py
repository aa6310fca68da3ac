"""What is told of the problems of a task after something came in."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from itertools import groupby

from harness.cli.shortened import many, shortened
from harness.cli.terminal import plain
from harness.data import DataStore
from harness.plugins import contest_file
from harness.task import DataProblem, Task
from harness.types import Body, CodeBody, FileRole, ProofBody


def tell_of(task: Task, data: DataStore, found: Sequence[DataProblem], otherwise: str) -> int:
    """Print how the problems stand and what to do next; return the exit code.

    ``otherwise`` is the next step where nothing can be judged.
    """
    for _, group in groupby(found, key=_standing):
        alike = list(group)
        ids = [problem.problem for problem in alike]
        for name in [shortened(ids)] if many(ids) else ids:
            _tell_of(name, alike[0])
    ready = sum(problem.ready for problem in found)
    print(f"{ready} of {len(found)} problems ready in {data.root}")
    if not ready:
        print(f"next: {otherwise}", file=sys.stderr)
        return 1
    known = any(_is_known(problem.body) for problem in task.contest(data).problems)
    model = "oracle" if known else "openai --model-args model=NAME,base_url=http://HOST:8000/v1"
    print(f"next: harness run {words_of(task)} --model {model}")
    return 0


def words_of(task: Task) -> str:
    """Return the flags by which a next command finds a task, also where its folder is one's own."""
    own = contest_file(task)
    return f"--task {task.id}" + (f" --include-path {shlex.quote(own)}" if own else "")


def tell_together(lines: Sequence[tuple[str, str]]) -> None:
    """Print names with what is said of them, those with one text together where they are many."""
    for said, group in groupby(lines, key=lambda line: line[1]):
        ids = [name for name, _ in group]
        for name in [shortened(ids)] if many(ids) else ids:
            print(f"{name}: {said}")


def _is_known(body: Body) -> bool:
    """Return whether there is an answer or a jury program, to hand in without a model."""
    match body:
        case CodeBody():
            return any(item.role is FileRole.REFERENCE for item in body.files)
        case ProofBody():
            return False
        case _:
            return True


def _standing(problem: DataProblem) -> tuple[object, ...]:
    """Return all that is told of a problem but its name."""
    return (problem.ready, problem.tests, problem.missing, problem.notes)


def _tell_of(name: str, problem: DataProblem) -> None:
    tests = f", {problem.tests} tests" if problem.tests else ""
    print(f"{name}: {f'ready{tests}' if problem.ready else 'not ready'}")
    for line in problem.missing:
        print(f"  missing: {plain(line)}")
    for line in problem.notes:
        print(f"  note: {plain(line)}")
