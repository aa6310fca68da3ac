"""Whether marks of a jury of models rest on anything: until people's marks say so, they do not."""

from __future__ import annotations

from dataclasses import dataclass

from harness.types import Problem, ProofBody, RunRecord


@dataclass(frozen=True, slots=True)
class Calibration:
    """What is known of the error of a run's jury."""

    word: str
    """Beside a mark: ``provisional`` or ``calibrated``."""
    sentence: str

    @property
    def holds(self) -> bool:
        """Whether its marks rest on a measured agreement with people."""
        return self.word != PROVISIONAL


PROVISIONAL = "provisional"


def calibration(record: RunRecord) -> Calibration | None:
    """Return what is known of a run's jury; None where no model marks."""
    if record.spec.jury is None:
        return None
    standings = [standing for _, standing in record.jury_standings]
    lacking = next((each for each in standings if not each.holds), None)
    found = lacking or (standings[0] if standings else None)
    certificate = found.certificate if found is not None else None
    if certificate is not None:
        return Calibration("calibrated", f"agreement with people: {certificate.sentence}")
    return Calibration(
        PROVISIONAL,
        f"{(found.reason if found is not None else '') or 'no agreement with people was measured'}"
        ", so nobody knows how its marks err",
    )


def is_provisional(record: RunRecord, problem: Problem) -> bool:
    """Whether the marks of a problem are by a jury whose error nobody knows."""
    known = calibration(record)
    return known is not None and not known.holds and isinstance(problem.body, ProofBody)
