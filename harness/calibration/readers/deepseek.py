"""DeepSeekMath-V2's outputs: its proofs, the mean of its own ratings, and the people's marks.

JSON lines with ``problem_idx``, ``question`` and ``model_prediction``: ``proof``,
``average_automatic_rating`` (a mean of marks 1, 0.5 and 0 by the model itself, arXiv 2511.22570)
and ``human_rating`` (0 to 7). The single ratings were not published.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.calibration.readers.data_set import DataSet, Recording, content, distinct, proof_hash
from harness.errors import TaskDataError
from harness.types import HumanVerdict, Scale

JUDGE = "deepseekmath-v2"
FAMILY = "deepseek"

HINT = (
    "the files IMO-ProofBench-Advanced.jsonl, IMO-ProofBench-Basic.jsonl and IMO2025.jsonl are in "
    "deepseek-ai/DeepSeek-Math-V2, folder outputs; name their folder with --path"
)


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """A proof with its marks."""

    proof: Annotated[str, Meta(min_length=1)]
    average_automatic_rating: Annotated[float, Meta(ge=0, le=1)] | None
    human_rating: Annotated[int, Meta(ge=0, le=7)]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file."""

    problem_idx: Annotated[str, Meta(min_length=1)]
    question: str
    model_prediction: Prediction
    solution: str = ""
    guidelines: str = msgspec.field(name="grading guidelines", default="")


def read_deepseek(path: Path) -> DataSet:
    """Read a file, or all ``.jsonl`` files of a folder.

    Raises :class:`~harness.errors.TaskDataError` with row and column.
    """
    places = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not places:
        raise TaskDataError(f"{path} holds no .jsonl file", hint=HINT)
    verdicts: list[HumanVerdict] = []
    marks: dict[tuple[str, str], float | None] = {}
    digest = hashlib.sha256()
    for place in places:
        data = content(place, HINT)
        digest.update(f"{place.name}\n{hashlib.sha256(data).hexdigest()}\n".encode())
        for number, line in enumerate(filter(bytes.strip, data.split(b"\n")), start=1):
            where = f"{place} row {number}"
            read = _line(where, line)
            found = read.model_prediction
            verdict = HumanVerdict(
                problem=read.problem_idx,
                proof_sha256=proof_hash(found.proof),
                mark=float(found.human_rating),
                scale=Scale.POINTS,
                contestant="deepseek/DeepSeekMath-V2",
                family=FAMILY,
                place=where,
                statement=read.question,
                proof=found.proof,
                reference=read.solution,
                guidelines=read.guidelines,
            )
            verdicts.append(verdict)
            marks[read.problem_idx, verdict.proof_sha256] = found.average_automatic_rating
    kept, notes = distinct(verdicts)
    recording = Recording(judge=JUDGE, scale=Scale.HALVES, marks=marks).only(kept)
    return DataSet(
        name="deepseekmath-v2",
        sha256=digest.hexdigest(),
        scale=Scale.POINTS,
        verdicts=kept,
        recordings=(recording,),
        notes=(
            "The judge is the model that wrote the proofs; of its ratings only the mean was "
            "published, so nothing is known of how single votes agree.",
            *notes,
        ),
    )


def _line(where: str, line: bytes) -> Line:
    try:
        return msgspec.json.decode(line, type=Line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        # The message ends with the place in the object, such as `$.model_prediction.proof`.
        raise TaskDataError(f"{where}: {error}", hint=HINT) from error
