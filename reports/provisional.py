"""Whether marks of a jury of models rest on anything: until people's marks say so, they do not."""

from __future__ import annotations

from dataclasses import dataclass

from harness.board import Cell
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
BY_PEOPLE = "marked by people"


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


def word_for(record: RunRecord, cell: Cell) -> str:
    """Return what the marks of a cell are: provisional, by people, or nothing to be said.

    Some by people and others by a jury that nobody has measured are provisional.
    """
    counted = [one for one in cell.tries if one.counts]
    if not counted or not isinstance(cell.problem.body, ProofBody):
        return ""
    if all(one.by_hand for one in counted):
        return BY_PEOPLE
    return PROVISIONAL if is_provisional(record, cell.problem) else ""


def word_for_one(record: RunRecord, problem: Problem, *, by_hand: bool) -> str:
    """Return the same of one attempt."""
    if by_hand:
        return BY_PEOPLE if isinstance(problem.body, ProofBody) else ""
    return PROVISIONAL if is_provisional(record, problem) else ""
