"""The comparison of two answers as a question for a model, and its reply. No model is called here.

What is compared stands between lines with a mark that is hashed from all of it, the reference
included: a candidate that wants to close its part early would have to know the answer first.
"""

from __future__ import annotations

import hashlib
import re

from harness.fenced import without_thought
from harness.judges.answers.outcome import Outcome
from harness.prompts import Prompting, render
from harness.types import Template

LONGEST_CANDIDATE = 20_000
"""Characters of a candidate's answer that are shown; the rest is left out, and that is said."""
_VERDICT = re.compile(r"verdict\s*:\s*(not equal|equal)", re.IGNORECASE)
_DRESS = "*_`#> \t.$"
"""What a line of a verdict may be dressed with."""


def question(problem: str, reference: str, candidate: str, template: Template) -> Prompting:
    """Return the prompt that asks whether a candidate's answer is the reference answer."""
    told = candidate
    if len(candidate) > LONGEST_CANDIDATE:
        told = f"{candidate[:LONGEST_CANDIDATE]}\n(cut off here)"
    parts = {"problem": problem.strip(), "reference": reference.strip(), "candidate": told.strip()}
    mark = hashlib.sha256("\0".join(parts.values()).encode()).hexdigest()[:16]
    return render(template, {**parts, "mark": mark})


def verdict(reply: str) -> Outcome | None:
    """Read a reply: equal, not equal, or None where its last line is no verdict.

    None too where it gave both verdicts in lines of their own: then it is not known which of
    them it means.
    """
    lines = [line.strip(_DRESS) for line in without_thought(reply).splitlines()]
    lines = [line for line in lines if line]
    said = [found.group(1).lower() for line in lines if (found := _VERDICT.fullmatch(line))]
    if not said or not _VERDICT.fullmatch(lines[-1]) or len(set(said)) > 1:
        return None
    return Outcome.EQUAL if said[-1] == "equal" else Outcome.NOT_EQUAL
