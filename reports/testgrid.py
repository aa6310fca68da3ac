"""A submission's tests, grouped by the subtasks they decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from harness.types import CodeBody, Grade, Problem, SubtaskScore, TestResult, Verdict
from reports.visible import short
from reports.words import listed, many, memory, number, seconds, state, state_of_subtask

SHOWN = 400
"""Tests shown of one submission; the others are counted."""

REASONS = 40
"""Judge's remarks shown of one submission."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One test."""

    test: str
    verdict: str
    state: str
    figures: str
    """Time and memory; empty when it was not run."""
    deciding: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The tests of one subtask."""

    name: str
    score: str
    state: str
    chips: tuple[Chip, ...]
    rest: str
    """Tests that stand elsewhere or are not shown, as counts."""
    open: bool


@dataclass(frozen=True, slots=True)
class Remark:
    """What the judge said about one test."""

    test: str
    verdict: str
    text: str


def groups(problem: Problem, grade: Grade) -> tuple[Group, ...]:
    """Return the tests of a grade by subtask; a test in several stands in the first of them.

    The test that decides a subtask always stands in it, too.
    """
    results = {result.test: result for result in grade.tests}
    scores = {score.name: score for score in grade.subtasks}
    body = problem.body
    subtasks = body.subtasks if isinstance(body, CodeBody) else ()
    placed: set[str] = set()
    room = SHOWN
    found: list[Group] = []
    for subtask in subtasks:
        score = scores.get(subtask.name)
        deciding = score.deciding_test if score else ""
        here = [results[name] for name in subtask.tests if name in results]
        fresh = [r for r in here if r.test not in placed or r.test == deciding]
        shown = fresh[:room]
        room -= len(shown)
        placed.update(result.test for result in shown)
        chips = tuple(_chip(result, deciding) for result in shown)
        rest = _rest([r for r in here if r not in shown], hidden=len(fresh) > len(shown))
        found.append(_group(subtask.name, score, chips, rest))
    others = [result for name, result in results.items() if name not in _in_subtasks(problem)]
    if others:
        chips = tuple(_chip(result, "") for result in others[:room])
        rest = _rest(others[room:], hidden=True)
        found.append(Group("", "", "none", chips, rest, open=True))
    return tuple(found)


def _in_subtasks(problem: Problem) -> set[str]:
    body = problem.body
    subtasks = body.subtasks if isinstance(body, CodeBody) else ()
    return {name for subtask in subtasks for name in subtask.tests}


def _group(name: str, score: SubtaskScore | None, chips: tuple[Chip, ...], rest: str) -> Group:
    if score is None:
        return Group(name, "not judged", "none", chips, rest, open=True)
    return Group(
        name=name,
        score=f"{number(score.points)} of {number(score.max_points)} points",
        state=state_of_subtask(score),
        chips=chips,
        rest=rest,
        open=state_of_subtask(score) != "full",
    )


def _chip(result: TestResult, deciding: str) -> Chip:
    skipped = result.verdict in (Verdict.SK, Verdict.JE)
    figures = f"{seconds(result.cpu_s)} {memory(result.peak_memory_bytes)}"
    return Chip(
        test=short(result.test, 40),
        verdict=result.verdict.value,
        state="none" if skipped else state(result.score, 1.0),
        figures="" if result.verdict is Verdict.SK else figures,
        deciding=result.test == deciding,
    )


def _rest(results: list[TestResult], *, hidden: bool) -> str:
    if not results:
        return ""
    counts = Counter(result.verdict for result in results)
    what = listed([f"{counts[v]} {v.value}" for v in Verdict if v in counts])
    where = "not listed here" if hidden else "of earlier subtasks"
    return f"and {many(len(results), 'test')} {where}: {what}"


def remarks(grade: Grade) -> tuple[tuple[Remark, ...], int]:
    """Return what the judge said about tests that were run, and how many more there are."""
    said = [r for r in grade.tests if r.reason and r.verdict is not Verdict.SK]
    return tuple(_remarks(said[:REASONS])), max(len(said) - REASONS, 0)


def _remarks(results: list[TestResult]) -> Iterator[Remark]:
    for result in results:
        yield Remark(short(result.test, 40), result.verdict.value, short(result.reason, 400))
