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
    found = record.jury_standing
    if found is None:
        return None
    if found.certificate is not None:
        return Calibration("calibrated", f"agreement with people: {found.certificate.sentence}")
    reason = found.reason or "no agreement with people was measured"
    return Calibration(PROVISIONAL, f"{reason}, so nobody knows how its marks err")


def is_provisional(record: RunRecord, problem: Problem) -> bool:
    """Whether the marks of a problem are by a jury whose error nobody knows."""
    known = calibration(record)
    return known is not None and not known.holds and isinstance(problem.body, ProofBody)
