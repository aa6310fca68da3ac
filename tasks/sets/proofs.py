"""Sets of problems that ask for a proof: marked by a jury with a reference and guidelines."""

from __future__ import annotations

from harness.task import Defaults, Extraction, JudgeTools
from harness.types import Grade, Problem, ProofBody, Submission
from tasks.proof import whole_proof
from tasks.sets.paper import Item
from tasks.sets.set_file import SetFile
from tasks.sets.set_task import SetTask


class ProofSet(SetTask):
    """A set of problems whose submission is a proof."""

    defaults = Defaults(jury="proofbench-zero-veto")

    def body(self, file: SetFile, item: Item) -> ProofBody:  # noqa: ARG002
        """Return the reference solution and the guidelines."""
        return ProofBody(
            references=(item.reference,) if item.reference else (), notes=item.guidelines
        )

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Return all that is said after the thoughts."""
        return whole_proof(text)

    async def judge(
        self, problem: Problem, submission: Submission, content: str, tools: JudgeTools
    ) -> Grade:
        """Have the jury mark the proof."""
        return await tools.proofs.judge(problem, submission, content)
