"""IMO-GradingBench: 1,000 proofs that people marked (Luong et al., EMNLP 2025).

A row has ``Points`` (0 to 7) and the gold class ``Reward``. The class is what counts. How points
become classes is not agreed (6 alone or 4 to 6 are called *almost*), so it is read and never made
of the points; these are only looked at to see that no column has slipped. The set has no marks of
a judge: those are recorded apart.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from harness.calibration.readers.data_set import DataSet, content, distinct, proof_hash
from harness.calibration.readers.marks import read_mark
from harness.calibration.readers.table import rows
from harness.types import HumanVerdict, Scale

FILE = "gradingbench.csv"

COLUMNS = (
    "Grading ID",
    "Problem ID",
    "Problem",
    "Solution",
    "Grading guidelines",
    "Response",
    "Points",
    "Reward",
)

HINT = (
    "gradingbench.csv is in google-deepmind/superhuman, folder imobench; "
    "name its folder with --path"
)


def read_gradingbench(path: Path) -> DataSet:
    """Read the file, or the folder that it is in.

    Raises :class:`~harness.errors.TaskDataError` with row and column.
    """
    place = path / FILE if path.is_dir() else path
    data = content(place, HINT)
    verdicts: list[HumanVerdict] = []
    seen: set[str] = set()
    for row in rows(place, data, COLUMNS):
        grading = row.wanted("Grading ID")
        if grading in seen:
            row.refuse("Grading ID", f"holds {grading[:40]!r} for the second time")
        seen.add(grading)
        try:
            read_mark(row["Points"], Scale.POINTS)
        except ValueError as error:
            row.refuse("Points", str(error))
        try:
            mark = read_mark(row["Reward"], Scale.CLASSES)
        except ValueError as error:
            row.refuse("Reward", str(error))
        proof = row["Response"]
        verdicts.append(
            HumanVerdict(
                problem=row.wanted("Problem ID"),
                proof_sha256=proof_hash(proof),
                mark=mark,
                scale=Scale.CLASSES,
                place=row.place,
                statement=row.wanted("Problem"),
                proof=proof,
                reference=row["Solution"],
                guidelines=row["Grading guidelines"],
            )
        )
    kept, notes = distinct(verdicts)
    return DataSet(
        name="gradingbench",
        sha256=hashlib.sha256(data).hexdigest(),
        scale=Scale.CLASSES,
        verdicts=kept,
        notes=("The people's mark is the class in the column Reward, not made of Points.", *notes),
    )
