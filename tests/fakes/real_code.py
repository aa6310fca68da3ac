"""Programs that a real judge compiles and runs, in answers that are written down."""

from __future__ import annotations

from pathlib import Path

from harness.judges.answer import AnswerJudge
from harness.store import RunWriter
from harness.strategy import Strategy
from harness.task import Tools
from harness.types import Grade, Problem, Source, Submission
from sandbox.judge import CodeJudge
from tests.fakes.scripted import ScriptedBackend, run_all, says, start_run
from tests.fakes.scripted_code import CodeTask, Played, code_contest


class RealTask(CodeTask):
    """Judges programs with the tools it is given."""

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        return tools.code.judge(
            problem,
            Source.of(content),
            submission.language,
            submission=submission.id,
            attempt=submission.attempt,
        )


class RealTools:
    """Tools with a real judge of code, which counts what is tried."""

    answers = AnswerJudge()

    def __init__(self, code: CodeJudge) -> None:
        self.code = code
        self.tried: list[str] = []


def play_real(
    place: Path, given: Problem, strategy: Strategy, judge: CodeJudge, *bodies: str
) -> Played:
    """Run a strategy on a real package; each answer is a body of ``int sum(int a, int b)``.

    An empty one is an answer without a program. A run that is there already is taken up.
    """
    texts = [
        f'PROGRAM #include "sum.h"\nint sum(int a, int b) {{ {body} }}\n' if body else "nothing"
        for body in bodies
    ]
    backend = ScriptedBackend(lambda request: says(texts[request.turn]))
    of, folder = code_contest(given), place / "run"
    task, tools = RealTask(of), RealTools(judge)
    with RunWriter(folder) if folder.exists() else start_run(folder, backend, of) as writer:
        run_all(writer, backend, task, strategy, tools=tools)  # type: ignore[arg-type]
        return Played(writer, backend, tools, task)  # type: ignore[arg-type]
