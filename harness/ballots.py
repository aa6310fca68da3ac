r"""How a final answer votes: what two spellings of one answer have in common.

Answers that the judge found right are one answer, however they are written. The others are
compared by spelling here, so that a wrong answer is not split by white space, delimiters, sizes
of fractions and brackets, or thousands separators; two wrong answers that only algebra shows to
be equal stay two, which can only make a right one win more often.
"""

from __future__ import annotations

import re

from harness.errors import CorruptLog
from harness.store import RunFolder
from harness.types import Submission, SubmissionKind

LONGEST = 1000
"""Characters that are looked at; what is longer votes with its beginning and its length."""

_FRACTION = re.compile(r"\\[dt]frac(?![a-zA-Z])")
_SIZES = re.compile(r"\\(?:left|right)(?![a-zA-Z])")
_SPACE = re.compile(r"\s+|\\[,;:! ]|\\q?quad(?![a-zA-Z])|~")
_DELIMITERS = re.compile(r"\$|\\[()\[\]]")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:,|\{,\})\d{3})+", re.ASCII)
_NUMBER = re.compile(r"([+-]?)0*(\d+)", re.ASCII)


def spelling(answer: str) -> str:
    """Return an answer in the one spelling that stands for its simplest variants."""
    tail = f"…{len(answer)}" if len(answer) > LONGEST else ""
    bare = _FRACTION.sub(r"\\frac", _SIZES.sub("", answer[:LONGEST]))
    bare = _SPACE.sub("", _DELIMITERS.sub("", bare)).rstrip(".")
    if _GROUPED.fullmatch(bare):
        bare = bare.replace("{,}", "").replace(",", "")
    number = _NUMBER.fullmatch(bare)
    if number:
        bare = ("-" if number[1] == "-" and number[2] != "0" else "") + number[2]
    return bare + tail


class Votes:
    """The final answers of a run whose attempts are independent samples, by attempt."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._counts = run.record.contest.rules == "independent"
        self._first: dict[str, Submission] = {}
        self._spelled: dict[str, str] = {}
        """By the hash of the text: most samples say what another has said."""

    def cast(self, submission: Submission) -> None:
        """Note a submission; the first of an attempt is the one that counts."""
        if self._counts and submission.kind is SubmissionKind.ANSWER:
            self._first.setdefault(submission.attempt, submission)

    def of(self, attempt: str) -> str | None:
        """Return the answer of an attempt in one spelling, or None where there is none."""
        submission = self._first.get(attempt)
        if submission is None:
            return None
        sha = submission.content.sha256
        if sha not in self._spelled:
            try:
                self._spelled[sha] = spelling(self._run.text(submission.content))
            except CorruptLog:
                # A text that is lost still votes like the others that were the same.
                self._spelled[sha] = sha
        return self._spelled[sha]
