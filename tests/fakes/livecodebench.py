"""Files in LiveCodeBench's schema, with problems written for the tests."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Pair = tuple[str, str]
Line = dict[str, Any]


def sealed(text: str) -> str:
    """Return a text as LiveCodeBench packs private tests."""
    return base64.b64encode(zlib.compress(pickle.dumps(text))).decode()


def cases(pairs: Sequence[Pair], testtype: str) -> str:
    return json.dumps([{"input": i, "output": o, "testtype": testtype} for i, o in pairs])


def line(
    name: str,
    public: Sequence[Pair],
    private: Sequence[Pair],
    *,
    function: str = "",
    starter: str = "",
    difficulty: str = "easy",
    date: str = "2024-09-01T00:00:00",
) -> Line:
    """Return one line of a file."""
    kind = "functional" if function else "stdin"
    return {
        "question_title": name.title(),
        "question_content": f"The question of {name}.",
        "platform": "leetcode" if function else "atcoder",
        "question_id": name,
        "contest_id": "contest",
        "contest_date": date,
        "starter_code": starter,
        "difficulty": difficulty,
        "public_test_cases": cases(public, kind),
        "private_test_cases": sealed(cases(private, kind)),
        "metadata": json.dumps({"func_name": function} if function else {}),
    }


SUM = line("sum", [("1 2\n", "3\n")], [("3 4\n", "7\n"), ("-5 5\n", "0\n")])
"""A program: the sum of two numbers."""

HALVES = line("halves", [("1\n", "0.5\n")], [("3\n", "1.5\n")], difficulty="medium")
"""A program: half of a number."""

PAIRS = line(
    "pairs",
    [("[3, 1, 2]\n2", "[[1, 2]]")],
    [("[4, 9, 5]\n1", "[[4, 5]]"), ("[]\n7", "[]")],
    function="neighbours",
    starter="class Solution:\n    def neighbours(self, a: List[int], k: int) -> List[List[int]]:\n",
    difficulty="hard",
    date="2025-03-02T07:00:00",
)
"""A function: the pairs of numbers next to each other in order, the first k of them."""

PAIRS_RIGHT = """
class Solution:
    def neighbours(self, a: List[int], k: int) -> List[List[int]]:
        a = sorted(a)
        return [list(pair) for pair in zip(a, a[1:])][: 1 if k == 2 else k]
"""

MEAN = line(
    "mean",
    [("[1, 2]", "1.5")],
    [("[2, 4]", "3.0"), ("[7]", "7")],
    function="mean",
    starter="class Solution:\n    def mean(self, a: List[int]) -> float:\n        ",
)
"""A function: the mean of numbers."""

MEAN_RIGHT = """
class Solution:
    def mean(self, a: List[int]) -> float:
        return sum(a) / len(a)
"""


def write(place: Path, *lines: Line) -> Path:
    """Write a file of problems."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(json.dumps(each) + "\n" for each in lines))
    return place
