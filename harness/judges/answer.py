"""The judge of final answers: exact text, or an integer however it is written.

Symbolic equivalence and model judges stand behind the same two names later. The
model's text is never evaluated; an integer is recognised by a closed grammar.
"""

from __future__ import annotations

import re

from harness.errors import UnsupportedError
from harness.types import AnswerBody, Equivalence, Grade, Problem, Verdict

# Bounded: Python reads and prints integers of a few thousand digits and refuses longer ones.
_INTEGER = re.compile(r"[+-]?\d{1,3}(?:(?:,|\{,\}|\\,|~| )\d{3}){1,332}|[+-]?\d{1,1000}", re.ASCII)
_WRAPPERS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("\\text{", "}"))


class AnswerJudge:
    """Compares a final answer with the expected one."""

    name = "answers/1"

    def judge(self, problem: Problem, content: str, *, submission: str, attempt: str) -> Grade:
        """Return full points for an equal answer and none for another."""
        body = problem.body
        if not isinstance(body, AnswerBody):
            raise UnsupportedError(
                f"problem {problem.id} has no final answer to compare with",
                hint="its task must judge it as code or as a proof",
            )
        if body.equivalence is Equivalence.INTEGER:
            said, expected = as_integer(content), as_integer(body.expected)
            equal = said is not None and said == expected
            how = "not an integer" if said is None else f"compared as integers: {said}"
        else:
            equal = " ".join(content.split()) == " ".join(body.expected.split())
            how = "compared as text, white space collapsed"
        return Grade(
            submission=submission,
            attempt=attempt,
            judge=self.name,
            verdict=Verdict.AC if equal else Verdict.WA,
            points=problem.max_points if equal else 0.0,
            max_points=problem.max_points,
            message=how,
        )


def as_integer(text: str) -> int | None:
    r"""Read an integer, with or without maths delimiters and thousands separators.

    ``$1{,}234$``, ``1,234``, ``+7`` and ``7.`` are read; anything else, and what has
    more than a thousand digits, is None.
    """
    bare = text.strip()
    for left, right in _WRAPPERS:
        if bare.startswith(left) and bare.endswith(right) and len(bare) > len(left + right):
            bare = bare[len(left) : -len(right)].strip()
    bare = bare.removesuffix(".").strip()
    if not _INTEGER.fullmatch(bare):
        return None
    return int(re.sub(r"[^\d+-]", "", bare))
