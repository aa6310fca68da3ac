"""A prover's text taken apart: the proof, and what its author thinks of it.

The two headings are those of DeepSeekMath-V2's format, which the models of Nemotron-Cascade 2 and
Nemotron-IMO-TTS keep to as well. A text without the first one holds no proof.
"""

from __future__ import annotations

import hashlib
import re

import msgspec

from harness.strategies.proofs.scores import score_of


def _heading(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"^[ \t]*(?:#{{1,6}}|\*\*)[ \t]*{words}[ \t]*:?[ \t]*(?:\*\*)?[ \t]*$", _FLAGS
    )


_FLAGS = re.MULTILINE | re.IGNORECASE
_SOLUTION = _heading("solution")
_SELF = _heading(r"self[ \t-]?evaluation")


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """The two parts of a prover's text."""

    proof: str
    self_evaluation: str = ""
    """Empty where there is none."""
    self_score: float | None = None
    """None where the self-evaluation does not end with a score that can be read."""

    @property
    def digest(self) -> str:
        """SHA-256 of the proof: two texts with the same proof are one candidate."""
        return hashlib.sha256(self.proof.encode("utf-8", "surrogatepass")).hexdigest()


def written(text: str) -> Written | None:
    """Take a text apart; None where it holds no proof."""
    begin = _SOLUTION.search(text)
    if begin is None:
        return None
    end = _SELF.search(text, begin.end())
    proof = text[begin.end() : end.start() if end else len(text)].strip()
    if not proof:
        return None
    evaluation = text[end.end() :].strip() if end else ""
    return Written(proof=proof, self_evaluation=evaluation, self_score=score_of(evaluation))


def sections_of(text: str) -> Written:
    """Take a text apart that is known to hold a proof."""
    found = written(text)
    assert found is not None
    return found


def proof_of(text: str) -> str:
    """Return the proof in a text that is known to hold one."""
    return sections_of(text).proof
