"""The judge of final answers: by text, as an integer, or as a mathematical object.

The model's text is never evaluated: an integer is recognised by a closed grammar, and so is
everything else (:mod:`harness.judges.answers`). Where neither equal nor not equal can be said,
the verdict is ``UR``, which no one may take for a wrong answer.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from importlib import metadata
from typing import TYPE_CHECKING

from harness.errors import UnsupportedError
from harness.judges.answers.outcome import (
    ALIKE,
    Finding,
    Outcome,
    equal,
    not_equal,
    unresolved,
)
from harness.judges.answers.texts import at_once
from harness.types import AnswerBody, Equivalence, Grade, Grader, Problem, Verdict

if TYPE_CHECKING:
    from harness.judges.answers.pool import AnswerPool

# Bounded: Python reads and prints integers of a few thousand digits and refuses longer ones.
_INTEGER = re.compile(r"[+-]?\d{1,3}(?:(?:,|\{,\}|\\,|~| )\d{3}){1,332}|[+-]?\d{1,1000}", re.ASCII)
_WRAPPERS = (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]"), ("\\text{", "}"))
LARGEST_AIME = 999
READERS = ("math-verify", "mpmath", "sympy")
"""Packages whose versions can change a symbolic comparison."""
VERDICTS = {
    Outcome.EQUAL: Verdict.AC,
    Outcome.NOT_EQUAL: Verdict.WA,
    Outcome.UNRESOLVED: Verdict.UR,
}
NO_MODEL = "a model is to compare it, and none is asked here"


class AnswerJudge:
    """Compares a final answer with the expected one; thread-safe.

    ``workers`` processes at most compare what is symbolic; they start when they are first needed,
    and :meth:`close` ends them.
    """

    name = "answers/3"

    def __init__(self, workers: int = 2) -> None:
        self._workers = workers
        self._pool: AnswerPool | None = None
        self._lock = threading.Lock()

    @property
    def full_name(self) -> str:
        """The name with the versions of what compares symbolically."""
        versions = ", ".join(f"{name} {metadata.version(name)}" for name in READERS)
        return f"{self.name} with {versions}"

    def judge(self, problem: Problem, content: str, *, submission: str, attempt: str) -> Grade:
        """Return full points for an equal answer, none for another or for an unresolved one."""
        body = problem.body
        if not isinstance(body, AnswerBody):
            raise UnsupportedError(
                f"problem {problem.id} has no final answer to compare with",
                hint="its task must judge it as code or as a proof",
            )
        found = self.compare(body, content)
        verdict = VERDICTS[found.outcome]
        symbolic = body.equivalence is Equivalence.SYMBOLIC
        return Grade(
            submission=submission,
            attempt=attempt,
            judge=self.full_name if symbolic else self.name,
            verdict=verdict,
            points=problem.max_points if verdict is Verdict.AC else 0.0,
            max_points=problem.max_points,
            message=found.reason,
        )

    def compare(self, body: AnswerBody, content: str) -> Finding:
        """Compare an answer with every accepted one, without asking a model.

        Equal to one of them is equal; unresolved against one and equal to none is unresolved.
        """
        if body.grader is Grader.JUDGE:
            return unresolved(NO_MODEL)
        rule = self._rule(body.equivalence)
        found = best(rule(expected, content) for expected in (body.expected, *body.accepted))
        if found.outcome is Outcome.UNRESOLVED and body.grader is Grader.SYMBOLIC_THEN_JUDGE:
            return unresolved(f"{found.reason}; {NO_MODEL}")
        return found

    def _rule(self, equivalence: Equivalence) -> Callable[[str, str], Finding]:
        match equivalence:
            case Equivalence.INTEGER:
                return as_integers
            case Equivalence.AIME:
                return as_at_the_aime
            case Equivalence.SYMBOLIC:
                return self._symbolically
        return as_text

    def _symbolically(self, expected: str, content: str) -> Finding:
        with self._lock:
            if self._pool is None:
                from harness.judges.answers.pool import AnswerPool

                self._pool = AnswerPool(self._workers)
            pool = self._pool
        return pool.compare(expected, content)

    def close(self) -> None:
        """End the workers; safe to call twice, and it can be used again."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
                self._pool = None


def best(findings: Iterable[Finding]) -> Finding:
    """Return the finding that counts of several accepted answers."""
    order = (Outcome.EQUAL, Outcome.UNRESOLVED, Outcome.NOT_EQUAL)
    return min(findings, key=lambda found: order.index(found.outcome))


def as_text(expected: str, content: str) -> Finding:
    """Compare as text."""
    same = " ".join(content.split()) == " ".join(expected.split())
    return (equal if same else not_equal)("compared as text, white space collapsed")


def as_integers(expected: str, content: str) -> Finding:
    """Compare as integers."""
    said = as_integer(content)
    if said is None:
        return not_equal("not an integer")
    same = said == as_integer(expected)
    return (equal if same else not_equal)(f"compared as integers: {said}")


def as_at_the_aime(expected: str, content: str) -> Finding:
    """Compare as answers of the AIME: whole numbers from 0 to 999, in up to three digits.

    A degree sign, a unit or a name that the number has beside it is no part of it; what would
    have to be worked out is no answer there.
    Source: the AIME's rules, "Each answer is an integer between 0 and 999, inclusive".
    """
    said, wanted = as_integer(content), as_integer(expected)
    if said is None and wanted is not None:
        found = at_once(str(wanted), content)
        if found == equal(ALIKE):
            return found
    if said is None or not 0 <= said <= LARGEST_AIME:
        return not_equal(f"not an integer from 0 to {LARGEST_AIME}")
    return as_integers(expected, content)


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
