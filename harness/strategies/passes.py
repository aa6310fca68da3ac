"""One proof at a time, until it passes a strict examination several times in a row.

Source: Huang and Yang, arXiv 2507.15855, and their ``code/agent.py`` (lyang36/IMO25): write,
improve once, examine; what fails is corrected with the report, what passes is examined again; 5
passes in a row accept, 10 failures in a row give up, at most 30 iterations, at most 10 runs from
the start; temperature 0.1. There a second question asks, yes or no, if the report is favourable;
here the report ends with a score, so that there is one question less, and what cannot be read is
neither a pass nor a failure.
"""

from __future__ import annotations

import msgspec

from harness.desk import Answer
from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.proofs.panel import panels
from harness.strategies.proofs.pool import Vote
from harness.strategies.proofs.questions import (
    refuse_code,
    to_improve,
    to_prove,
    to_refine,
    to_verify,
)
from harness.strategies.proofs.scores import score_of
from harness.strategies.proofs.written import Written, proof_of, written
from harness.strategy import Ceiling


class Draft(msgspec.Struct, frozen=True):
    """A proof and where it stands."""

    answer: Answer
    text: Written


class Passes(msgspec.Struct, frozen=True, kw_only=True):
    """Correct one proof until it passes several times in a row."""

    passes: int = 5
    """In a row: the proof is handed in."""
    failures: int = 10
    """In a row: the run is given up."""
    iterations: int = 30
    """Examinations of a run after its first."""
    runs: int = 10
    """From the start, until one brings a proof; without one nothing is handed in."""
    improve: bool = True
    """Whether a first proof is improved once before it is examined."""
    pass_score: float = 1.0
    """Least score that passes: 1 complete, 0.5 with small errors. The source says "no critical
    error or major gap" and has no scale; which of the two that means is not known."""
    reask: int = 0
    """How often an examination that cannot be read is asked for again."""

    def __post_init__(self) -> None:
        """Refuse counts that make no sense; raises :class:`ValueError`."""
        for name in ("passes", "failures", "iterations", "runs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 1")
        if self.reask < 0:
            raise ValueError("reask is at least 0")
        if self.pass_score not in (0.5, 1.0):
            raise ValueError("pass_score is 0.5 or 1")

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset({"generate", "improve", "verify", "refine"})

    def ceiling(self, subtasks: int) -> Ceiling:  # noqa: ARG002
        """Return all runs, each with a correction and an examination in every iteration."""
        return Ceiling(
            generations=self.runs * (1 + self.improve + self.iterations),
            questions=self.runs * (1 + self.iterations) * (1 + self.reask),
        )

    async def __call__(self, session: Session) -> None:
        """Do one attempt: hand in the first proof that passes often enough."""
        refuse_code(session, "passes")
        for _ in range(self.runs):
            accepted = await self._run(session)
            if accepted is not None:
                await session.submit(accepted.answer.part(proof_of))
                return

    async def _run(self, session: Session) -> Draft | None:
        draft = await _draft(session, to_prove(session))
        if draft is not None and self.improve:
            draft = await _draft(session, to_improve(session, draft.text.proof)) or draft
        if draft is None:
            return None
        vote = await self._examined(session, draft)
        passed, failed = int(self._good(vote)), 0
        for _ in range(self.iterations):
            better: Draft | None = draft
            if vote is not None and not self._good(vote):
                passed, failed = 0, failed + 1
                report = vote.answer.text.strip()
                better = await _draft(session, to_refine(session, draft.text.proof, [report]))
            if better is not None:  # a correction that was cut off leaves the proof as it was
                draft, vote = better, await self._examined(session, better)
                if self._good(vote):
                    passed, failed = passed + 1, 0
            if passed >= self.passes:
                return draft
            if failed >= self.failures:
                return None
        return None

    async def _examined(self, session: Session, draft: Draft) -> Vote | None:
        ((*votes,),) = await panels(
            session,
            [to_verify(session, draft.text.proof)],
            votes=1,
            reask=self.reask,
            read=score_of,
            sampling=None,
        )
        return votes[0] if votes else None

    def _good(self, vote: Vote | None) -> bool:
        return vote is not None and vote.score >= self.pass_score


async def _draft(session: Session, question: Prompting) -> Draft | None:
    answer = await session.ask(question)
    if answer is None or not answer.complete:
        return None
    text = written(answer.text)
    return None if text is None else Draft(answer, text)
