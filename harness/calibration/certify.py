"""The certificate of a judge: figures of a held-out part, bound to what can change a mark."""

from __future__ import annotations

from collections.abc import Sequence

from harness.calibration.conventions import with_fitted_threshold
from harness.calibration.figures import part_of
from harness.calibration.pairing import Graded
from harness.calibration.split import SHARE, held_out
from harness.stats.agreement import DRAWS
from harness.types import Convention, JudgeCertificate, JudgeIdentity


def certify(
    graded: Sequence[Graded],
    convention: Convention,
    judge: JudgeIdentity,
    *,
    data: str,
    data_sha256: str,
    issued: str,
    harness_version: str,
    fit: bool = False,
    share: float = SHARE,
    notes: tuple[str, ...] = (),
    draws: int = DRAWS,
    seed: int = 0,
) -> JudgeCertificate:
    """Return what the proofs say of a judge; ``fit`` chooses its threshold first.

    The threshold is chosen on the calibration part alone, and then both parts are measured with
    it. Raises :class:`~harness.errors.UsageError` where none can be chosen.
    """
    apart = [each for each in graded if held_out(each.verdict.problem, share)]
    rest = [each for each in graded if not held_out(each.verdict.problem, share)]
    if fit:
        convention = with_fitted_threshold(convention, rest)
    families = sorted({each.verdict.family for each in apart})
    return JudgeCertificate(
        judge=judge,
        judge_sha256=judge.sha256,
        data=data,
        data_sha256=data_sha256,
        convention=convention,
        share=share,
        held_out=part_of("held-out", apart, convention, draws=draws, seed=seed),
        families=tuple(
            part_of(
                "held-out",
                [each for each in apart if each.verdict.family == family],
                convention,
                family=family,
                draws=draws,
                seed=seed,
            )
            for family in families
        ),
        calibration=part_of("calibration", rest, convention, draws=draws, seed=seed),
        draws=draws,
        notes=notes,
        issued=issued,
        harness_version=harness_version,
    )
