"""Results that a jury program declares in a comment.

::

    @EXPECTED_RESULTS@: WRONG-ANSWER, TIMELIMIT     DOMjudge, BAPCtools
    @EXPECTED_SCORE@: 60                            DOMjudge
    @EXPECTED_GRADES@ AC WA TLE                     one for each group of secret tests

Source: DOMjudge's ``SubmissionService`` (its names, and the names that it maps to them) and
the testdata_tools of the Nordic olympiads.
"""

from __future__ import annotations

import math
import re

import msgspec

from harness.types import Verdict
from tasks.packages.expectations import CRASHES

RESULTS = {
    "CORRECT": (Verdict.AC,),
    "ACCEPTED": (Verdict.AC,),
    "WRONG-ANSWER": (Verdict.WA,),
    "NO-OUTPUT": (Verdict.WA,),  # an empty output is one that is wrong
    "PRESENTATION-ERROR": (Verdict.WA,),
    "TIMELIMIT": (Verdict.TLE,),
    "TIME-LIMIT-EXCEEDED": (Verdict.TLE,),
    "RUN-ERROR": CRASHES,
    "RUN-TIME-ERROR": CRASHES,
    "RUNTIME-ERROR": CRASHES,
    "MEMORY-LIMIT": (Verdict.MLE,),
    "OUTPUT-LIMIT": (Verdict.OLE,),
    "COMPILER-ERROR": (Verdict.CE,),
    "CHECK-MANUALLY": (),
}
"""Verdicts for a result; none for one that only people can check."""

GRADES = {
    "AC": (Verdict.AC,),
    "WA": (Verdict.WA,),
    "TLE": (Verdict.TLE,),
    "RTE": CRASHES,
    "MLE": (Verdict.MLE,),
    "OLE": (Verdict.OLE,),
}

_RESULTS = re.compile(r"@EXPECTED_(?:RESULTS|SCORE)@: (.*)", re.IGNORECASE)
_GRADES = re.compile(r"@EXPECTED_GRADES@:?[ \t]+((?:[A-Z]{2,3}[ \t]*)+)")
_WORD = re.compile(r"[A-Z][A-Z_-]*")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


class Tags(msgspec.Struct, frozen=True, kw_only=True):
    """What the comments of one program declare."""

    results: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    points: float | None = None
    grades: tuple[tuple[Verdict, ...], ...] = ()
    note: str = ""
    """What could not be understood."""


def read_tags(files: tuple[tuple[str, bytes], ...]) -> Tags:
    """Read the tags of a program's files; a tag that is given twice declares nothing."""
    text = "\n".join(content.decode("utf-8", "replace") for _, content in files)
    results: list[tuple[str, ...]] = []
    points = []
    for match in _RESULTS.finditer(text):
        said = match[1].strip()
        number = _NUMBER.match(said)
        if match[0][:16].upper() == "@EXPECTED_SCORE@" and number:
            points.append(float(number[0]))
        else:
            results.append(_names(said))
    if len(results) > 1 or len(points) > 1 or not all(map(math.isfinite, points)):
        return Tags(note="its expected results are declared more than once")
    names = results[0] if results else ()
    unknown = [name for name in names if name not in RESULTS]
    if unknown or (results and not names):
        return Tags(note=f"its expected results are unknown ({', '.join(unknown)[:80] or 'none'})")
    grades = _GRADES.search(text)
    words = grades[1].split() if grades else []
    if any(word not in GRADES for word in words):
        return Tags(note="its expected grades are unknown")
    return Tags(
        results=names,
        verdicts=tuple(dict.fromkeys(v for name in names for v in RESULTS[name])),
        points=points[0] if points else None,
        grades=tuple(GRADES[word] for word in words),
    )


def _names(said: str) -> tuple[str, ...]:
    found = []
    for part in said.upper().split(","):
        word = _WORD.match(part.strip())
        found.append(word[0].replace("_", "-").rstrip("-") if word else part.strip()[:40])
    return tuple(found)
