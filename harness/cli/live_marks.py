"""The seam to a jury that is asked, where marks are not recorded."""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import UsageError
from harness.types import HumanVerdict, Judged, JudgeIdentity


def judgements(
    verdicts: Sequence[HumanVerdict], model: str
) -> tuple[JudgeIdentity, tuple[Judged, ...]]:
    """Return who a jury is, and its marks of these proofs.

    A verdict has statement, proof, reference and guidelines where the data set has them; the
    people's mark is in it too, and must not reach the jury.

    Raises :class:`~harness.errors.UsageError`: no jury can be asked from here yet.
    """
    raise UsageError(
        f"{model} cannot be asked for marks of {len(verdicts)} proofs: this version calibrates "
        "recorded marks only",
        hint="record its votes, and name the file with --recorded",
    )
