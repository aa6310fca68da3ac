"""A contest of proofs, and a model that writes, examines and marks them by a script."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.backend import Reply, Request
from harness.store import RunWriter
from harness.strategy import Strategy
from harness.task import Extraction, Tools
from harness.types import (
    Contest,
    FinishReason,
    Grade,
    Problem,
    ProofBody,
    Submission,
    SubmissionKind,
    Verdict,
)
from tests.fakes.scripted import (
    ScriptedBackend,
    ScriptedTask,
    contest,
    run_all,
    start_run,
)


def proof_problem(name: str = "p1") -> Problem:
    return Problem(
        id=name,
        title=f"Problem {name}",
        statement=f"Prove what {name} says.",
        max_points=7,
        body=ProofBody(),
        hash=f"hash-of-{name}",
    )


def imo(*names: str) -> Contest:
    return contest(*(proof_problem(name) for name in names or ("p1",)), rules="imo")


class ProofTask(ScriptedTask):
    """Marks a paper from 0 to 7 with what its script says; the whole text is the paper."""

    def __init__(self, of: Contest, mark: Callable[[str], int] = lambda _: 7) -> None:
        super().__init__(of)
        self.papers: list[str] = []
        self._mark = mark

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        found = text.strip()
        return Extraction(kind=SubmissionKind.PROOF, content=found) if found else None

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        self.papers.append(content)
        mark = self._mark(content)
        return Grade(
            submission=submission.id,
            attempt=submission.attempt,
            judge="marker/1",
            verdict=Verdict.AC if mark == 7 else Verdict.PAC if mark else Verdict.WA,
            points=mark,
            max_points=7,
        )


FENCE = re.compile(r"carry the code\s+([0-9a-f]{16})")


def fenced(prompt: str) -> dict[str, str]:
    """Return what stands behind the fence of a prompt, by the names on the fence."""
    code = FENCE.search(prompt)
    if code is None:
        return {}
    block = rf"^<<<< (.+?) {code[1]}\n(.*?)\n>>>> \1 {code[1]}$"
    return dict(re.findall(block, prompt, re.DOTALL | re.MULTILINE))


def outside(prompt: str) -> str:
    """Return what of a prompt stands outside its fence."""
    code = FENCE.search(prompt)
    if code is None:
        return prompt
    block = rf"^<<<< (.+?) {code[1]}\n(.*?)\n>>>> \1 {code[1]}$"
    return re.sub(block, "", prompt, flags=re.DOTALL | re.MULTILINE)


@dataclass
class Asked:
    """One question, taken apart."""

    kind: str
    """``generate``, ``refine``, ``verify`` or ``mark``."""
    turn: int
    max_tokens: int
    proof: str = ""
    shown: tuple[str, ...] = ()
    """Critiques, in order."""


KINDS = {"# Your examination": "verify", "# Your marking": "mark", "# What to do": "refine"}


def taken_apart(request: Request) -> Asked:
    prompt = request.messages[-1].content
    said = outside(prompt)
    kind = next((kind for line, kind in KINDS.items() if f"\n{line}\n" in said), "generate")
    parts = fenced(prompt)
    return Asked(
        kind=kind,
        turn=request.turn,
        max_tokens=request.sampling.max_tokens,
        proof=parts.pop("proof", ""),
        shown=tuple(parts.values()),
    )


def paper(proof: str, own: str = "1") -> str:
    """Return a prover's text in its two sections."""
    return f"## Solution\n\n{proof}\n\n## Self Evaluation\n\nIt is so.\n\n\\boxed{{{own}}}"


def boxed(score: object, words: str = "So it is.") -> str:
    return f"{words}\n\\boxed{{{score}}}"


Said = str | Reply


@dataclass
class Mathematician:
    """A model with a script; it knows which proof it has seen how often."""

    write: Callable[[Asked], Said]
    """A proof, of a question to generate or to refine."""
    verify: Callable[[str, int], Said] = lambda proof, turn: boxed(0)
    """A verification of a proof, the n-th (from 0) of this proof."""
    mark: Callable[[str, int], Said] = lambda proof, turn: boxed(0)
    asked: list[Asked] = field(default_factory=list)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __call__(self, request: Request) -> Reply:
        asked = taken_apart(request)
        self.asked.append(asked)
        if asked.kind in ("generate", "refine"):
            said = self.write(asked)
        else:
            key = (asked.kind, asked.proof)
            nth, self.seen[key] = self.seen[key], self.seen[key] + 1
            said = (self.verify if asked.kind == "verify" else self.mark)(asked.proof, nth)
        if isinstance(said, Reply):
            return said
        return Reply(text=said, finish_reason=FinishReason.STOP, tokens_in=1, tokens_out=1)

    def of(self, kind: str) -> list[Asked]:
        return [one for one in sorted(self.asked, key=lambda a: a.turn) if one.kind == kind]

    @property
    def stages(self) -> list[tuple[str, int]]:
        """The kinds of question in the order of asking, with how many in a row."""
        found: list[tuple[str, int]] = []
        for one in sorted(self.asked, key=lambda asked: asked.turn):
            if found and found[-1][0] == one.kind:
                found[-1] = (one.kind, found[-1][1] + 1)
            else:
                found.append((one.kind, 1))
        return found


def cut(text: str) -> Reply:
    return Reply(text=text, finish_reason=FinishReason.LENGTH, tokens_out=9)


def play(
    place: Path,
    model: Mathematician,
    strategy: Strategy,
    mark: Callable[[str], int] = lambda _: 7,
    of: Contest | None = None,
) -> ProofTask:
    """Play a contest of proofs, or what is left of it, and return the task with its papers."""
    of = of or imo()
    task, backend = ProofTask(of, mark), ScriptedBackend(model)
    with RunWriter(place) if place.exists() else start_run(place, backend, of) as writer:
        run_all(writer, backend, task, strategy)
    return task
