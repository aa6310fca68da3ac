"""Anyone's marks: a CSV or JSON lines file with a row for each vote of a judge.

=====================  ========================================================================
column                 holds
=====================  ========================================================================
problem                name of the problem: proofs of one problem stay together
proof or proof_sha256  the proof's text, or the SHA-256 of it in UTF-8
human                  the people's mark; the same in every row of a proof
contestant, family     which model wrote it, and whose that is (default: what stands before the
                       first ``/`` of ``contestant``); may be left out
statement, reference,  for a jury that is asked now: the problem's text, a solution of it, and
guidelines             what marks are given for; may be left out
judge, vote            name of a judge and one mark of it, ``none`` for no vote; both may be
                       left out, or be empty in rows of proofs that it did not mark
=====================  ========================================================================
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from harness.calibration.readers.data_set import DataSet, content, family_of
from harness.calibration.readers.marks import read_mark
from harness.calibration.readers.recorded import Votes, proof_of
from harness.calibration.readers.table import Row, rows
from harness.types import HumanVerdict, Scale

NEEDED = ("problem", "human")
TEXTS = ("statement", "reference", "guidelines")
KNOWN = (*NEEDED, "contestant", "family", "proof", "proof_sha256", "judge", "vote", *TEXTS)

HINT = "name a CSV or JSON lines file with --data"


def read_own(place: Path, human: Scale, judge: Scale) -> DataSet:
    """Read a file of marks on these two scales.

    Raises :class:`~harness.errors.TaskDataError` with row and column.
    """
    data = content(place, HINT)
    found: dict[tuple[str, str], HumanVerdict] = {}
    votes = Votes(judge)
    for row in rows(place, data, NEEDED, KNOWN):
        verdict = _verdict(row, human)
        key = (verdict.problem, verdict.proof_sha256)
        known = found.setdefault(key, verdict)
        for column, now, then in (
            ("human", verdict.mark, known.mark),
            ("contestant", verdict.contestant, known.contestant),
            ("family", verdict.family, known.family),
        ):
            if now != then:
                row.refuse(column, f"holds {now!r}, and {then!r} in {known.place} for that proof")
        votes.add(row, key)
    return DataSet(
        name=place.stem,
        sha256=hashlib.sha256(data).hexdigest(),
        scale=human,
        verdicts=tuple(found.values()),
        recordings=votes.recordings,
    )


def _verdict(row: Row, human: Scale) -> HumanVerdict:
    problem = row.wanted("problem").strip()
    sha256 = proof_of(row)
    try:
        mark = read_mark(row["human"], human)
    except ValueError as error:
        row.refuse("human", str(error))
    contestant = row["contestant"].strip()
    return HumanVerdict(
        problem=problem,
        proof_sha256=sha256,
        mark=mark,
        scale=human,
        contestant=contestant,
        family=row["family"].strip() or family_of(contestant),
        place=row.place,
        proof=row["proof"],
        statement=row["statement"],
        reference=row["reference"],
        guidelines=row["guidelines"],
    )
