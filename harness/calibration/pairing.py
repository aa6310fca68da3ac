"""A proof with what people say of it, and what a judge says of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from harness.errors import TaskDataError
from harness.types import HumanVerdict, Judged


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """One proof, marked by people and perhaps by the judge."""

    verdict: HumanVerdict
    judged: Judged | None = None
    """None where the judge was not asked, or its marks were not recorded."""

    @property
    def mark(self) -> float | None:
        """The judge's mark; None for no vote."""
        return None if self.judged is None else self.judged.mark


def paired(verdicts: Sequence[HumanVerdict], judged: Iterable[Judged]) -> tuple[Graded, ...]:
    """Return every proof that people marked with what the judge found of it.

    Raises :class:`~harness.errors.TaskDataError` where the judge marked a proof twice or one
    that people did not, and where a proof is there twice.
    """
    known: dict[tuple[str, str], Judged] = {}
    for each in judged:
        key = (each.problem, each.proof_sha256)
        if key in known:
            raise TaskDataError(
                f"{each.judge} has two marks for proof {each.proof_sha256[:12]} of {each.problem}",
                hint="several votes on one proof are votes of one mark",
            )
        known[key] = each
    found = []
    seen: set[tuple[str, str]] = set()
    for verdict in verdicts:
        key = (verdict.problem, verdict.proof_sha256)
        if key in seen:
            raise TaskDataError(
                f"{verdict.place or 'the data set'}: proof {verdict.proof_sha256[:12]} of "
                f"{verdict.problem} is there twice",
                hint="keep one row for each proof",
            )
        seen.add(key)
        found.append(Graded(verdict=verdict, judged=known.pop(key, None)))
    for each in known.values():
        raise TaskDataError(
            f"{each.judge} marked proof {each.proof_sha256[:12]} of {each.problem}, which people "
            "did not mark",
            hint="leave it out, or check that both are of the same data set and version",
        )
    return tuple(found)
