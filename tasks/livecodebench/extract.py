"""A submission out of a model's text, as LiveCodeBench finds it.

Source: LiveCodeBench, ``lcb_runner/utils/extraction_utils.py`` (``extract_code``): what stands
between the last two lines that hold three backticks, whatever else these lines hold.
"""

from __future__ import annotations

from harness.fenced import without_thought
from harness.task import Extraction
from harness.types import Certainty, SubmissionKind

FENCE = "```"


def last_fenced(text: str, language: str) -> Extraction | None:
    """Return what stands between the last two fences; None where there are not two."""
    lines = without_thought(text).split("\n")
    fences = [number for number, line in enumerate(lines) if FENCE in line]
    if len(fences) < 2:
        return None
    code = "\n".join(lines[fences[-2] + 1 : fences[-1]])
    if not code.strip():
        return None
    odd = len(fences) % 2
    return Extraction(
        kind=SubmissionKind.CODE,
        content=code,
        language=language,
        certainty=Certainty.DOUBTFUL if odd else Certainty.CLEAR,
        note="an odd number of fences: what is between the last two was taken" if odd else "",
    )
