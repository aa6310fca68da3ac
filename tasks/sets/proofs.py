"""Sets of problems that ask for a proof: marked by a jury with a reference and guidelines."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from harness.prompts import Prompting
from harness.task import Defaults, Extraction, JudgeTools
from harness.types import Grade, Problem, ProofBody, Submission, Template
from tasks.proof import ask_for_proof, whole_proof
from tasks.sets.paper import Item
from tasks.sets.set_file import SetFile
from tasks.sets.set_task import SetTask


class ProofSet(SetTask):
    """A set of problems whose submission is a proof."""

    defaults = Defaults(jury="proofbench-zero-veto")

    def __init__(self, set_file: Path, prompt: Path) -> None:
        super().__init__(set_file)
        self._prompt = prompt

    def problem(self, file: SetFile, item: Item, title: str, subset: str) -> Problem:
        """Return a problem with its reference solution and its guidelines."""
        body = ProofBody(
            references=(item.reference,) if item.reference else (), notes=item.guidelines
        )
        return Problem(
            id=item.id,
            title=title,
            statement=item.statement,
            max_points=file.points,
            body=body,
            hash=hashlib.sha256(msgspec.json.encode((body, item.statement))).hexdigest(),
            subset=subset,
        )

    def prompt(
        self,
        problem: Problem,
        language: str,  # noqa: ARG002
        template: Template | None = None,
    ) -> Prompting:
        """Ask for a proof; no programming language is asked for."""
        return ask_for_proof(self._prompt, problem, template)

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Return all that is said after the thoughts."""
        return whole_proof(text)

    async def judge(
        self, problem: Problem, submission: Submission, content: str, tools: JudgeTools
    ) -> Grade:
        """Have the jury mark the proof."""
        return await tools.proofs.judge(problem, submission, content)
