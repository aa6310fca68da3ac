"""A submission out of a model's text: the last code block, or the last boxed answer.

Extraction says how sure it is. Doubtful finds are judged all the same and noted, so
that a reader can look at them. Everything here is linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Collection

from harness.fenced import blocks, last_block, without_thought
from harness.judges.answers.extraction import final_answer
from harness.task import Extraction
from harness.types import Certainty, SubmissionKind


def extract_code(text: str, language: str, fences: Collection[str]) -> Extraction | None:
    """Find the source to judge.

    The last block in the language asked for wins; then the last block without a
    language; then, with doubt, a text that is code from end to end.
    """
    last = last_block(text, fences)
    if last is None:
        visible = without_thought(text)
        if any(block.code.strip() for block in blocks(visible)) or not looks_like_code(visible):
            return None
        return Extraction(
            kind=SubmissionKind.CODE,
            content=visible,
            language=language,
            certainty=Certainty.DOUBTFUL,
            note="no code block; the whole text was taken",
        )
    note = ""
    if not last.closed:
        note = "the last code block is not closed: the text may be cut off"
    elif last.word not in fences:
        note = "the code block does not say its language"
    return Extraction(
        kind=SubmissionKind.CODE,
        content=last.code,
        language=language,
        certainty=Certainty.DOUBTFUL if note else Certainty.CLEAR,
        note=note,
    )


def looks_like_code(text: str) -> bool:
    """Return whether a text without fences begins the way a C++ source does."""
    for line in text.split("\n"):
        bare = line.strip()
        if bare and not bare.startswith(("//", "/*", "*")):
            return bare.startswith(("#include", "#pragma", "#define", "using ", "namespace "))
    return False


def extract_boxed(text: str) -> Extraction | None:
    r"""Find the last ``\boxed{...}``, or the line of the final answer."""
    return final_answer(text)
