"""What a row's marks of proofs rest on: people, or a jury whose agreement with people is known.

A jury without a certificate gives *provisional* marks. With one, what its marks would be worth if
people had given them is worked out from its error, and carried into the total and its medals.
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.aggregate import points_of
from harness.board import ContestBoard, Row
from harness.calibration import error_of
from harness.medals import ByPeople, by_people, lines_of
from harness.outlook import pools_of, share
from harness.types import JudgeStanding, Jury, ProofBody, RunRecord


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """Who marked a row's proofs, and what is known of them."""

    jury: str
    """The jury in a few words; empty where people marked."""
    standing: str
    """In a sentence: calibrated and how, provisional and why, or by people."""
    provisional: bool
    by_people: ByPeople | None = None
    """What people would give; None where that is not known, or where they did mark."""


def basis(board: ContestBoard, row: Row) -> Basis | None:
    """Return what a row's marks rest on; None where nothing of it is a proof."""
    if not any(isinstance(problem.body, ProofBody) for problem in board.contest.problems):
        return None
    record = next(run.record for run in board.runs if run.record.id == row.run)
    jury, known = record.spec.jury, record.jury_standing
    if jury is None or known is None:
        said = f"{row.by_hand} attempts are marked" if row.by_hand else "nobody has marked any yet"
        return Basis(jury="", standing=said, provisional=False)
    by_hand = f"; {row.by_hand} attempts are marked by people" if row.by_hand else ""
    return Basis(
        jury=jury.words,
        standing=(known if known.holds else _lacking(known)).sentence + by_hand,
        provisional=not known.holds,
        by_people=_by_people(board, row, jury, known, len(record.jury_standings)),
    )


UNKNOWN = "when the run began, nothing was looked up of its jury"


def _by_people(
    board: ContestBoard, row: Row, jury: Jury, known: JudgeStanding, forms: int
) -> ByPeople | None:
    """Return what people would give, where one certificate speaks for every mark of the row."""
    certificate = known.certificate
    if forms != 1 or certificate is None or row.by_hand or not lines_of(board.contest):
        return None
    try:
        error = error_of(certificate, lambda mark: points_of(jury.file, mark))
        return by_people(board.contest, pools_of(row), error)
    except ValueError:
        return None  # marked on a scale that is no points, or with points between its marks


def sentence(found: Basis) -> str:
    """Return what to say under a table."""
    said = f"by people: {found.standing}" if not found.jury else f"{found.jury}: {found.standing}"
    people = found.by_people
    if people is None or people.expected is None:
        return said
    said += f". People would give {people.expected:.1f} on average"
    if people.low is not None and people.high is not None:
        said += f", 95 % of the totals between {people.low:g} and {people.high:g}"
    chance = people.chances[0] if people.chances else None
    if chance is not None and chance.probability is not None:
        said += (
            f"; {chance.medal} with probability {share(chance.probability)} "
            f"[{share(chance.low)}, {share(chance.high)}], the jury's error included"
        )
    return said


def basis_facts(board: ContestBoard, row: Row) -> dict[str, Any] | None:
    """Return a row's basis for machines; None where nothing of it is a proof."""
    found = basis(board, row)
    if found is None:
        return None
    facts: dict[str, Any] = msgspec.to_builtins(found)
    return facts


def provisional(record: RunRecord, row: Row) -> str:
    """Return why marks of a row's proofs rest on nothing that was measured.

    Empty where the jury's agreement with people is known, and where people gave every mark.
    """
    if not any(
        isinstance(cell.problem.body, ProofBody) and not one.by_hand
        for cell in row.cells
        for one in cell.tries
        if one.counts
    ):
        return ""
    known = record.jury_standing
    return "" if known is None or known.holds else _lacking(known).reason


def _lacking(known: JudgeStanding) -> JudgeStanding:
    """Return a standing that holds nothing with a reason for it."""
    return known if known.reason else JudgeStanding(reason=UNKNOWN)
