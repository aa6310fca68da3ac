"""Problems, contests and contestants for reports to be about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from harness.types import (
    AnswerBody,
    Contest,
    Contestant,
    Cutoff,
    Equivalence,
    FileRef,
    LeftOut,
    Problem,
    Subtask,
)
from harness.types import Test as TestCase
from tests.fakes.bodies import code_body


def code_problem(
    name: str, subtasks: Sequence[float] = (10, 30, 60), tests: int = 4, title: str = ""
) -> Problem:
    groups = tuple(
        Subtask(name=str(n), points=p, tests=tuple(f"{n}-{t:02}" for t in range(tests)))
        for n, p in enumerate(subtasks, start=1)
    )
    # As at the IOI, a later subtask takes in the tests of the one before it.
    groups = tuple(
        msgspec.structs.replace(g, tests=(groups[n - 1].tests if n else ()) + g.tests)
        for n, g in enumerate(groups)
    )
    names = dict.fromkeys(test for group in groups for test in group.tests)
    return Problem(
        id=name,
        title=title or name.title(),
        statement=f"The secret statement of {name}.",
        max_points=float(sum(subtasks)),
        body=code_body(
            score_type="group_min",
            subtasks=groups,
            tests=tuple(
                TestCase(name=test, input=FileRef(path=f"{test}.in", sha256="0", size=1))
                for test in names
            ),
        ),
        folder="/nowhere/to/be/shown",
        hash=f"hash-of-{name}",
    )


def answer_problem(name: str, expected: str = "7") -> Problem:
    return Problem(
        id=name,
        title=name.title(),
        statement=f"The secret statement of {name}.",
        max_points=10.0,
        body=AnswerBody(expected=expected, equivalence=Equivalence.INTEGER),
        hash=f"hash-of-{name}",
    )


CUTOFFS = (
    Cutoff(medal="bronze", points=60, source="a newspaper"),
    Cutoff(medal="gold", points=180, source="a newspaper"),
    Cutoff(medal="silver", points=120, source="a newspaper"),
)


def ioi(*problems: Problem, left_out: Iterable[LeftOut] = (), **changes: object) -> Contest:
    made = Contest(
        id="ioi1999",
        title="IOI 1999",
        date="1999-10-09",
        rules="ioi",
        problems=problems or (code_problem("hills"), code_problem("rivers", (40, 60))),
        left_out=tuple(left_out),
        cutoffs=CUTOFFS,
        submission_limit=50,
        feedback="oi_restricted",
        notes=("The answers were made with the model solutions.",),
        sources=("https://example.org/ioi1999",),
        hash="a" * 64,
    )
    return msgspec.structs.replace(made, **changes)


def people(*names: str, kind: str = "model") -> tuple[Contestant, ...]:
    return tuple(Contestant(id=name, title=name, kind=kind) for name in names)
