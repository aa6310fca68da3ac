"""Proofs that people and a judge marked, written by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from harness.calibration import Graded
from harness.types import Aggregate, HumanVerdict, Judged, JudgeIdentity, Scale


def graded(
    problem: str,
    judge: float | None,
    human: float,
    *,
    proof: str = "proof",
    family: str = "",
    scale: Scale = Scale.POINTS,
    judge_scale: Scale | None = None,
    votes: Sequence[float | None] = (),
) -> Graded:
    """Return one proof with both marks."""
    sha256 = hashlib.sha256(f"{problem} {proof}".encode()).hexdigest()
    return Graded(
        verdict=HumanVerdict(
            problem=problem, proof_sha256=sha256, mark=human, scale=scale, family=family
        ),
        judged=Judged(
            problem=problem,
            proof_sha256=sha256,
            judge="judge",
            scale=judge_scale or scale,
            votes=tuple(votes),
            mark=judge,
        ),
    )


def one_a_problem(
    pairs: Iterable[tuple[float, float]], *, scale: Scale = Scale.POINTS
) -> list[Graded]:
    """Return proofs of problems of their own: the judge's mark and the people's."""
    return [
        graded(f"p{number}", judge, human, scale=scale)
        for number, (judge, human) in enumerate(pairs)
    ]


JUDGE = JudgeIdentity(
    models=("judge-1", "judge-2"),
    prompt_sha256="1" * 64,
    rubric="reference+guidelines",
    scale=Scale.POINTS,
    votes=2,
    aggregate=Aggregate.MEAN,
    sampling=(("temperature", "1"),),
)
