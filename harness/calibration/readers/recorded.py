"""What judges said of proofs of a data set: a CSV or JSON lines file, one row for each vote.

Columns: ``problem``, ``proof`` or ``proof_sha256``, ``judge``, and ``vote`` (``none``, or null in
JSON, for no vote); ``contestant`` may be there and is not looked at.
"""

from __future__ import annotations

import re
from pathlib import Path

from harness.calibration.readers.data_set import Recording, content, proof_hash
from harness.calibration.readers.marks import read_vote
from harness.calibration.readers.table import Row, rows
from harness.types import Scale

NEEDED = ("problem", "judge", "vote")
KNOWN = ("problem", "contestant", "proof", "proof_sha256", "judge", "vote")

HINT = "name a CSV or JSON lines file with --recorded"


class Votes:
    """Votes as they come in, row by row."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._votes: dict[str, dict[tuple[str, str], list[float | None]]] = {}

    def add(self, row: Row, key: tuple[str, str]) -> None:
        """Add a row's vote; a row with neither judge nor vote has none to add."""
        if not row.has("judge") and not row.has("vote"):
            return
        judge = row.wanted("judge").strip()
        try:
            vote = read_vote(row["vote"], self._scale)
        except ValueError as error:
            row.refuse("vote", str(error))
        self._votes.setdefault(judge, {}).setdefault(key, []).append(vote)

    @property
    def recordings(self) -> tuple[Recording, ...]:
        """What each judge said, by name."""
        return tuple(
            Recording(judge=judge, scale=self._scale, votes=votes)
            for judge, votes in sorted(self._votes.items())
        )


def read_recorded(place: Path, scale: Scale) -> tuple[bytes, tuple[Recording, ...]]:
    """Return a recording's bytes and what each judge in it said.

    Raises :class:`~harness.errors.TaskDataError` with row and column.
    """
    data = content(place, HINT)
    votes = Votes(scale)
    for row in rows(place, data, NEEDED, KNOWN):
        key = (row.wanted("problem").strip(), proof_of(row))
        row.wanted("judge")
        votes.add(row, key)
    return data, votes.recordings


def proof_of(row: Row) -> str:
    """Return the hash of a row's proof, from its text or as it stands there."""
    if row.has("proof_sha256"):
        said = row["proof_sha256"].strip().lower()
        if not re.fullmatch(r"[0-9a-f]{64}", said):
            row.refuse("proof_sha256", f"holds {said[:40]!r}, which is no SHA-256")
        if row.has("proof") and proof_hash(row["proof"]) != said:
            row.refuse("proof_sha256", "is not that of the text in the column proof")
        return said
    return proof_hash(row.wanted("proof"))
