"""Real programs in a real sandbox: those that do the same are one cluster."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from harness.backend import Reply, Request
from harness.fenced import last_block
from harness.judges.answer import AnswerJudge
from harness.meter import Meter
from harness.run import Windows, execute
from harness.store import RunFolder
from harness.strategies.cluster_tournament import ClusterTournament
from harness.task import Extraction, Tools
from harness.types import (
    FeedbackLevel,
    FinishReason,
    Grade,
    Note,
    Problem,
    Source,
    Submission,
    SubmissionKind,
    Trial,
    TrialKind,
)
from sandbox.judge import CodeJudge
from sandbox.trials import Trials
from tests.fakes.own_programs import code_contest
from tests.fakes.problem_package import LEGACY, package
from tests.fakes.scripted import ScriptedBackend, ScriptedTask, start_run

CANDIDATES = (
    "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }",
    '#include <cstdio>\nint main() { int a, b; scanf("%d%d", &a, &b); printf("%d\\n", a * b); }',
    "#include <iostream>\nint main() { int a, b, p = 0; std::cin >> a >> b;\n"
    'while (b--) p += a; std::cout << p << "\\n"; }',
)
"""A sum, and two ways to a product, of which the second is thought about longest."""

GENERATORS = {
    "Python": (
        "import random\nrandom.seed(int(input()))\n"
        "print(random.randint(3, 9), random.randint(3, 9))",
        "print('five', 'six')",
    ),
    "C++": (
        "#include <iostream>\nint main() { int s; std::cin >> s;\n"
        "std::cout << 3 + s % 7 << ' ' << 5; }",
        '#include <iostream>\nint main() { std::cout << "five six"; }',
    ),
}
VALIDATORS = {
    "Python": (
        "a, b = map(int, input().split())\n"
        "print('VALID' if 0 < a < 10 and 0 < b < 10 else 'INVALID')",
        "a = input().split()\nprint('VALID' if all(x.isdigit() for x in a) else 'INVALID')",
    ),
    "C++": (
        "#include <iostream>\n#include <string>\nint main() { std::string s; std::cin >> s;\n"
        'std::stoi(s); std::cout << "VALID"; }',
        "#include <iostream>\nint main() { int a;\n"
        'std::cout << (std::cin >> a ? "VALID" : "INVALID"); }',
    ),
}
"""The first validator of each language fails on what is malformed, the second says so."""

FILES = {
    "problem.yaml": LEGACY,
    "data/sample/1.in": "2 2\n",
    "data/sample/1.ans": "4\n",
    "data/secret/1.in": "3 4\n",
    "data/secret/1.ans": "7\n",
}


def model(request: Request) -> Reply:
    """Write programs, and prefer products."""
    text = request.messages[-1].content
    head = text[:120]
    words = "Python" if "Python" in head else "C++"
    nth = request.turn
    if "test inputs" in head:
        nth -= len(CANDIDATES)
        program = (*GENERATORS[words], *VALIDATORS[words])[nth]
    elif "Two programs" in head:
        first = text.partition("<<<<< begin program A")[2].partition(">>>>> end")[0]
        side = "B" if "a + b" in first else "A"
        return Reply(text=f"VERDICT: {side}", finish_reason=FinishReason.STOP)
    else:
        program, words = CANDIDATES[nth], "C++"
    return Reply(
        text=f"```{'python' if words == 'Python' else 'cpp'}\n{program}\n```",
        reasoning="." * (10 + nth),
        finish_reason=FinishReason.STOP,
    )


class SumTask(ScriptedTask):
    """Judged by the real judge."""

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        block = last_block(text, ("cpp",))
        assert block is not None
        return Extraction(kind=SubmissionKind.CODE, content=block.code, language="cpp")

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        return tools.code.judge(
            problem,
            Source.of(content),
            "cpp",
            submission=submission.id,
            attempt=submission.attempt,
        )


class RealTools:
    """The judge of these tests."""

    answers = AnswerJudge()

    def __init__(self, code: CodeJudge) -> None:
        self.code = code


@pytest.mark.long
def test_programs_that_do_the_same_are_one_cluster(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three programs, two ways to a product: one duel a side, one kept input, products first."""
    seen: list[tuple[bytes, ...]] = []
    run = Trials.outputs

    def noted(self, problem, source, key, inputs):  # type: ignore[no-untyped-def]
        seen.append(tuple(inputs))
        return run(self, problem, source, key, inputs)

    monkeypatch.setattr(Trials, "outputs", noted)
    of = code_contest(
        package(tmp_path / "sum", FILES), limit=None, rules="icpc", feedback=FeedbackLevel.VERDICT
    )
    backend = ScriptedBackend(model)
    strategy = ClusterTournament(candidates=3, generators=2, validators=2, games=2)
    with (
        start_run(tmp_path / "run", backend, of) as writer,
        CodeJudge(cache=cache, slots=1, sandbox="embedded") as code,
    ):
        asyncio.run(
            execute(
                writer,
                of,
                SumTask(of),
                backend,
                strategy,
                RealTools(code),
                Meter(),
                Windows(generations=4, judgings=1),
            )
        )
    records = tuple(RunFolder(tmp_path / "run").replay())
    assert not [record for record in records if isinstance(record, Note)]
    assert len(backend.asked) == 3 + 4 + 2, "two clusters play two duels"
    assert {len(inputs) for inputs in seen} == {0, 1}, "what is malformed is not run"
    kept = [r.outputs for r in records if isinstance(r, Trial) and r.kind is TrialKind.OUTPUTS]
    assert Counter(kept).most_common(1)[0][1] == 2
    order = [r.generations[0].rpartition("#")[2] for r in records if isinstance(r, Submission)]
    assert order == ["g2", "g0"], "the product thought about longest, then the sum, which is right"
