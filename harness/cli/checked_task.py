"""``harness tasks --check``: a task from its file to its checkers, and what is wrong with it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from harness.cli.colours import Colour, painted
from harness.cli.terminal import plain
from harness.config import Settings
from harness.data import DataStore
from harness.errors import HarnessError
from harness.plugins import contest_file, load_task
from harness.rules import rules_of
from harness.task import Task
from harness.tools import Workbench
from harness.types import CodeBody, Contest, FileRole, Problem, ProofBody


class Level(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The task, or one of its problems, cannot be run."""
    WARNING = "warning"
    """It can be run, and somebody should look."""
    NOTE = "note"


COLOURS = {Level.ERROR: Colour.BAD, Level.WARNING: Colour.DOUBTFUL, Level.NOTE: Colour.GOOD}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was found."""

    level: Level
    place: str
    """The file or folder, or the problem."""
    text: str
    next: str = ""
    """What to do about it."""


def check(name: str, place: Settings, *, as_json: bool) -> int:
    """Print what was found of a task; exit 1 where it has errors.

    Raises :class:`~harness.errors.PluginError` where there is no such task, or it cannot be loaded.
    """
    task = load_task(name, place.include)
    with Workbench(place) as tools:
        found = list(findings(task, DataStore(place.data), tools))
    errors = sum(finding.level is Level.ERROR for finding in found)
    if as_json:
        print(
            json.dumps({"task": task.id, "errors": errors, "findings": msgspec.to_builtins(found)})
        )
    else:
        for finding in found:
            word = painted(finding.level.value, COLOURS[finding.level], sys.stdout)
            print(f"{word}: {plain(f'{finding.place}: {finding.text}')}")
            if finding.next:
                print(plain(f"  next: {finding.next}"))
        print(_counted(task, found))
    return 1 if errors else 0


def _counted(task: Task, found: list[Finding]) -> str:
    counts = [(sum(each.level is level for each in found), level.value) for level in Level]
    return f"{task.id}: " + ", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counts)


def findings(task: Task, data: DataStore, tools: Workbench) -> Iterator[Finding]:
    """Yield what is wrong with a task, and what a reader of its numbers should know."""
    home = contest_file(task) or task.id
    try:
        contest = task.contest(data)
        rules_of(contest)
    except HarnessError as error:
        yield _failed(home, error)
        return
    yield from _of_contest(home, task, contest)
    for problem in contest.problems:
        yield from _of_problem(task, problem, tools)


def _failed(place: str, error: HarnessError) -> Finding:
    return Finding(level=Level.ERROR, place=place, text=error.message, next=error.hint)


def _of_contest(home: str, task: Task, contest: Contest) -> Iterator[Finding]:
    if not contest.problems:
        text = "no problem can be judged here"
        yield Finding(level=Level.ERROR, place=home, text=text, next="see the warnings below")
    if contest.id != task.id:
        text = f"the task is {task.id}, and its contest says that it is {contest.id}"
        yield Finding(level=Level.ERROR, place=home, text=text, next="give both one name")
    for left in contest.left_out:
        yield Finding(level=Level.WARNING, place=left.id, text=f"left out: {left.reason}")
    for line in contest.cutoffs:
        if line.points > contest.total_points:
            text = f"{line.medal} takes {line.points:g} points, and there are "
            text += f"{contest.total_points:g}"
            yield Finding(level=Level.ERROR, place=home, text=text, next="mend the medal line")
    if contest.rules == "icpc":
        for problem in contest.problems:
            if problem.max_points != 1:
                text = f"is worth {problem.max_points:g} points; under icpc it is solved or not"
                step = "say rules = ioi or points where parts of a problem count"
                yield Finding(level=Level.WARNING, place=problem.id, text=text, next=step)
    for note in contest.notes:
        yield Finding(level=Level.NOTE, place=home, text=note)


def _of_problem(task: Task, problem: Problem, tools: Workbench) -> Iterator[Finding]:
    place = problem.folder or problem.id
    if not problem.statement.strip():
        text = "has no statement that could be read, so that no model can be asked"
        step = "put statement.md into the package's folder"
        yield Finding(level=Level.WARNING, place=place, text=text, next=step)
    try:
        task.prompt(problem, task.defaults.prompt_language)
    except (HarnessError, OSError) as error:
        said = error if isinstance(error, HarnessError) else HarnessError(str(error))
        yield _failed(place, said)
    body = problem.body
    if isinstance(body, ProofBody):
        if not body.rubric:
            text = "has no rubric; a jury marks by statement and proof alone"
            yield Finding(level=Level.NOTE, place=place, text=text)
        return
    if isinstance(body, CodeBody):
        yield from _of_code(task, problem, body, tools)


def _of_code(task: Task, problem: Problem, body: CodeBody, tools: Workbench) -> Iterator[Finding]:
    place, asked = problem.folder or problem.id, task.defaults.prompt_language
    if body.languages and asked not in body.languages:
        text = f"is for {', '.join(body.languages)}, and the task asks for {asked}"
        step = f"say --language {body.languages[0]}"
        yield Finding(level=Level.WARNING, place=place, text=text, next=step)
    if all(item.role is not FileRole.REFERENCE for item in body.files):
        text = "has no solution of the jury, so that nothing shows that it is judged right"
        step = "put an accepted program into the package"
        yield Finding(level=Level.WARNING, place=place, text=text, next=step)
    if problem.inferred is not None:
        yield Finding(level=Level.NOTE, place=place, text=problem.inferred.sentence)
    try:
        made = tools.code.programs
        for compiled in (made.helper, made.checker, made.aggregator):
            compiled(problem, body)
    except HarnessError as error:
        yield _failed(place, error)
