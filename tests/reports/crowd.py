"""A run as large as real ones: many contestants, problems and submissions, from a formula."""

from __future__ import annotations

from pathlib import Path

from harness.store import RunFolder
from harness.types import Contest
from tests.reports.contests import code_problem, ioi, people
from tests.reports.runs import Did, write_run

SUBTASKS = (10, 20, 30, 40)


def crowd_contest(problems: int) -> Contest:
    """Return an IOI of so many problems."""
    return ioi(*(code_problem(f"p{n:02}", SUBTASKS, tests=3) for n in range(problems)))


def crowd_run(
    place: Path,
    *,
    contestants: int = 5,
    problems: int = 6,
    attempts: int = 8,
    better: int = 0,
    longest: int = 5,
) -> RunFolder:
    """Write a run whose later contestants are stronger; ``better`` makes all of them so.

    The first contestant's programs have ``longest`` lines, the others' five.
    """
    names = people(*(f"model-{n}" for n in range(contestants)))
    contest = crowd_contest(problems)
    did = {
        (one.id, problem.id): [
            Did(_shares(who + better, p, a), source=_source(who, p, a, 5 if who else longest))
            for a in range(attempts)
        ]
        for who, one in enumerate(names)
        for p, problem in enumerate(contest.problems)
    }
    return write_run(place, contest, did, names)


def _shares(who: int, problem: int, attempt: int) -> tuple[float, ...]:
    """Return the subtasks that are solved: more by the strong, fewer of the later problems."""
    luck = (who * 7 + problem * 13 + attempt * 29) % 11 / 11
    reached = (who + 1.5) / 5 - problem / 9 + (luck - 0.5)
    return tuple(1.0 if reached > n / len(SUBTASKS) else 0.0 for n in range(len(SUBTASKS)))


def _source(who: int, problem: int, attempt: int, lines: int) -> str:
    body = "\n".join(
        f'    if (x > {n * who + attempt}) std::cout << "part {n}" << y[{n}] + {problem} << "\\n";'
        for n in range(lines)
    )
    return f"#include <bits/stdc++.h>\n// attempt {attempt}\nint main() {{\n{body}\n}}\n"
