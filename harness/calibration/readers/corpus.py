"""The Open Proof Corpus (ICLR 2026): proofs by models that people called correct or incorrect.

A Parquet file; a row has ``problem_id``, ``model_id``, ``prompt`` (what a judge is asked, with
statement and proof), ``reward_model.ground_truth`` and, of some proofs, ``llm_judgment``: faults
that a model listed for the people who marked. It gave no verdict. To read *no fault listed* as
correct and anything else as incorrect is a convention of this reader, and it is printed.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

from harness.calibration.readers.data_set import (
    DataSet,
    Recording,
    content,
    distinct,
    family_of,
    proof_hash,
)
from harness.calibration.readers.marks import read_mark
from harness.calibration.readers.table import Row
from harness.errors import TaskDataError
from harness.types import HumanVerdict, Scale

FILE = "test.parquet"
JUDGE = "issues"
COLUMNS = ("problem_id", "model_id", "prompt", "reward_model", "llm_judgment")
STATEMENT = "### Problem Statement:\n"
PROOF = "### Model Solution:\n"

HINT = "test.parquet is in the dataset INSAIT-Institute/OPC; name its folder with --path"


def read_corpus(path: Path) -> DataSet:
    """Read the file, or the folder that it is in.

    Raises :class:`~harness.errors.TaskDataError` with row and column, and where Parquet files
    cannot be read for want of the extra ``data``.
    """
    place = path / FILE if path.is_dir() else path
    data = content(place, HINT)
    verdicts: list[HumanVerdict] = []
    votes: dict[tuple[str, str], list[float | None]] = {}
    for number, cells in enumerate(_table(place, data), start=1):
        row = Row(
            f"{place} row {number}",
            {name: cells[name] or "" for name in ("problem_id", "model_id")},
        )
        statement, proof = _texts(row, cells["prompt"])
        truth = (cells["reward_model"] or {}).get("ground_truth")
        try:
            mark = read_mark(str(truth or ""), Scale.BINARY)
        except ValueError as error:
            row.refuse("reward_model.ground_truth", str(error))
        contestant = row.wanted("model_id")
        verdict = HumanVerdict(
            problem=row.wanted("problem_id"),
            proof_sha256=proof_hash(proof),
            mark=mark,
            scale=Scale.BINARY,
            contestant=contestant,
            family=family_of(contestant),
            place=row.place,
            statement=statement,
            proof=proof,
        )
        verdicts.append(verdict)
        faults = _faults(row, cells["llm_judgment"])
        if faults is not None:
            votes[verdict.problem, verdict.proof_sha256] = [0.0 if faults else 1.0]
    kept, notes = distinct(verdicts)
    recording = Recording(judge=JUDGE, scale=Scale.BINARY, votes=votes).only(kept)
    return DataSet(
        name="openproofcorpus",
        sha256=hashlib.sha256(data).hexdigest(),
        scale=Scale.BINARY,
        verdicts=kept,
        recordings=(recording,),
        notes=(
            "The corpus's own model listed faults and gave no verdict: a proof in which it listed "
            "none is read as correct, any other as incorrect.",
            *notes,
        ),
    )


def _table(place: Path, data: bytes) -> list[dict[str, Any]]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise TaskDataError(
            f"{place} is a Parquet file, and pyarrow is not installed",
            hint="pip install 'olympiad-harness[data]'",
        ) from error
    try:
        file = parquet.ParquetFile(io.BytesIO(data))
        missing = [name for name in COLUMNS if name not in file.schema_arrow.names]
        if missing:
            raise TaskDataError(f"{place} lacks the columns {', '.join(missing)}", hint=HINT)
        found: list[dict[str, Any]] = file.read(columns=list(COLUMNS)).to_pylist()
    except (arrow.ArrowException, OSError) as error:
        said = str(error).partition("\n")[0]
        raise TaskDataError(f"{place} cannot be read: {said}", hint=HINT) from error
    return found


def _texts(row: Row, prompt: Any) -> tuple[str, str]:
    """Return statement and proof, which stand in the prompt of a judge in this order."""
    said = str(prompt[0].get("content") or "") if prompt else ""
    _, found, rest = said.partition(STATEMENT)
    statement, also, proof = rest.partition(PROOF)
    if not (found and also and proof.strip()):
        row.refuse("prompt", "has no statement with a proof behind it")
    return statement.strip(), proof


def _faults(row: Row, judgment: Any) -> int | None:
    """Return how many faults were listed; None where nobody looked."""
    if judgment is None:
        return None
    listed = (judgment.get("result") or {}).get("issues")
    if not isinstance(listed, list):
        row.refuse("llm_judgment.result.issues", "is no list")
    return len(listed)
