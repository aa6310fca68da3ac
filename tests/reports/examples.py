"""An ordinary run with everything that can happen, and one in which every text is an attack."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.store import RunFolder
from harness.types import (
    AttemptStatus,
    CodeBody,
    Contestant,
    Cutoff,
    LeftOut,
    NoteKind,
    RunSpec,
    Verdict,
)
from tests.reports.contests import answer_problem, code_problem, ioi, people
from tests.reports.runs import EMPTY, VOID, Did, write_run


def ordinary_run(place: Path, **changes: object) -> RunFolder:
    """Four contestants and a ceiling at two problems: full, partial, void, not generated."""
    contest = ioi(**changes)
    full, part, none = Did((1, 1, 1)), Did((1, 0.5, 0)), Did((0, 0, 0))
    full2, part2 = Did((1, 1)), Did((1, 0))
    did = {
        ("strong", "hills"): [full, full, part],
        ("strong", "rivers"): [full2, full2, part2],
        ("weak", "hills"): [part, VOID, none],
        ("weak", "rivers"): [part2, Did(), EMPTY],
        ("broken", "hills"): [VOID],
        ("broken", "rivers"): [Did((0, 0), verdict=Verdict.CE, message="x.cpp:1: error")],
        ("absent", "hills"): [EMPTY],
        ("absent", "rivers"): [EMPTY],
        ("model-solution", "hills"): [full],
        ("model-solution", "rivers"): [full2],
    }
    contestants = (
        *people("strong", "weak", "broken", "absent"),
        *people("model-solution", kind="oracle"),
    )
    return write_run(place, contest, did, contestants)


def icpc_run(place: Path, attempts: int) -> RunFolder:
    """Two teams at three problems, solved in every other attempt, with one to four tries."""
    names = ("apple", "bridge", "city")
    contest = ioi(*(code_problem(n, (1,), 2) for n in names), rules="icpc", cutoffs=())
    did = {
        (who, problem.id): [Did(((n + at + a) % 2,), tries=n + at + 1) for a in range(attempts)]
        for n, who in enumerate(("alpha", "beta"))
        for at, problem in enumerate(contest.problems)
    }
    return write_run(place, contest, did, people("alpha", "beta"))


def answers_run(place: Path, problems: int) -> RunFolder:
    """Write a set of answers: one contestant solves two of three, another only the first one."""
    contest = ioi(
        *(answer_problem(f"q{n}") for n in range(problems)), id="set", rules="answers", cutoffs=()
    )
    did = {}
    for n, problem in enumerate(contest.problems):
        did["sharp", problem.id] = [Did((1,)), Did((0,)), Did((1,))]
        did["dull", problem.id] = [Did((int(n == 0),))]
    return write_run(place, contest, did, people("sharp", "dull"))


HOSTILE = (
    "<script>document.title='owned'</script>\"><img src=x onerror=alert(1)>'"
    " javascript:alert(1) {{7*7}} {% raw %} <style>*{display:none}</style> </pre></details>"
    " \x1b[31mred\x1b[0m \u202egnp.exe\u202c \u200b\x00 &lt;b&gt; ]]> <!-- "
)


def hostile_run(place: Path, payload: str = HOSTILE) -> RunFolder:
    """Put the payload into every field of a run that a stranger could have chosen."""
    problem = msgspec.structs.replace(code_problem("hills", title=payload), id=f"p{payload}")
    body = problem.body
    assert isinstance(body, CodeBody)
    odd = msgspec.structs.replace(body.subtasks[0], name=payload)
    body = msgspec.structs.replace(body, subtasks=(odd, *body.subtasks[1:]))
    problem = msgspec.structs.replace(problem, body=body)
    answer = msgspec.structs.replace(answer_problem("sum"), title=payload)
    contest = ioi(
        problem,
        answer,
        id=f"c{payload}",
        title=payload,
        date=payload,
        left_out=(LeftOut(id=payload, title=payload, max_points=1, reason=payload),),
        cutoffs=(Cutoff(medal=payload, points=1, source=payload),),
        notes=(payload,),
        sources=("javascript:alert(1)", payload),
        show_statements=True,
    )
    who = f"m{payload}"
    bad = Did(
        (1, 0.5, 0),
        source=payload * 3 + "x" * 20_000 + "lone \ud800 half",
        message=payload,
        remark=payload,
        reason=payload,
        notes=tuple(NoteKind),
    )
    did = {
        (who, problem.id): [bad, Did(status=AttemptStatus.VOID, reason=payload)],
        (who, answer.id): [Did((0,), source=payload, message=payload)],
    }
    return write_run(
        place,
        contest,
        did,
        (Contestant(id=who, title=payload, kind=payload),),
        judge=((payload, payload), ("tier", "unsafe")),
        spec=RunSpec(task=payload, task_version=payload, backend=payload, strategy=payload),
        run_id=f"run{payload}",
        sealed=False,
    )
