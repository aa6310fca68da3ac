"""Rows in the forms that public sets are published in, with problems of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from harness.hub.public_set import PublicSet
from harness.hub.table import Table

Rows = list[dict[str, Any]]

GRADER = 'int main() {{ int a, b; scanf("%d %d", &a, &b); printf("%d\\n", {name}(a, b)); }}\n'
HEADER = "int {name}(int a, int b);\n"
CHECKER = """\
#include <fstream>
#include <iostream>
int main(int, char **argv) {
    std::ifstream answer(argv[2]), given(argv[3]);
    long a, b;
    bool same = bool(answer >> a) && bool(given >> b) && a == b;
    std::cout << (same ? "1.0\\n" : "0.0\\n");
    std::cerr << (same ? "right\\n" : "wrong\\n");
}
"""


def sources(name: str) -> dict[str, str]:
    """Return a grader, its header and a checker for a problem that adds two numbers."""
    head = f'#include "{name}.h"\n#include <cstdio>\n'
    return {
        f"graders/{name}.h": HEADER.format(name=name),
        "graders/grader.cpp": head + GRADER.format(name=name),
        "checker/checker.cpp": CHECKER,
    }


def solution(name: str) -> str:
    """Return a program that solves such a problem."""
    return f'#include "{name}.h"\nint {name}(int a, int b) {{ return a + b; }}\n'


def open_r1_problems(year: int, name: str, points: Sequence[int], **change: Any) -> Rows:
    """Return rows of ``open-r1/ioi``: a subtask each, after one with the sample."""
    row = {
        "year": year,
        "name": name.title(),
        "id": name,
        "day": "day1",
        "statement": f"# {name.title()}\n\nAdd two numbers.\n",
        "time_limit": 1.0,
        "memory_limit": 1 << 31,
        "score_precision": 2,
        "task_type": "Batch",
        "starting_code": "",
        "grader_files": [[*pair] for pair in sources(name).items()],
        "problem": "Add.",
    }
    subtasks = [{"subtask": "00-samples", "score": 0, "test_names": ["0-01"]}]
    for number, score in enumerate(points, start=1):
        tests = [f"{n}-01" for n in range(1, number + 1)]
        subtasks.append({"subtask": f"{number:02}-part", "score": score, "test_names": tests})
    return [row | each | change for each in subtasks]


def open_r1_tests(year: int, name: str, count: int) -> Rows:
    """Return rows of ``open-r1/ioi-test-cases`` of a year: tests 0-01 to count-01."""
    return [
        {
            "year": year,
            "day": "day1",
            "problem_name": name.title(),
            "problem_id": name,
            "test_name": f"{n}-01",
            "test_input": f"{n} 1\n",
            "test_output": f"{n + 1}\n",
        }
        for n in range(count + 1)
    ]


def live_problem(name: str, files: Mapping[str, str], **change: Any) -> dict[str, Any]:
    """Return a row of LiveOIBench's problems."""
    return {
        "problem_id": f"IOI-2025-contest-{name}",
        "competition": "IOI",
        "contest": "contest",
        "task_name": name,
        "problem_statement": "Add two numbers.",
        "time_limit": 1.0,
        "memory_limit": 2048.0,
        "task_type": "batch",
        "difficulty": 2000,
        "algorithms": "[]",
        "grader_code": json.dumps({Path(path).name: text for path, text in files.items()}),
        "starter_code": "{}",
    } | change


def live_tests(name: str, points: Sequence[int], **change: Any) -> dict[str, Any]:
    """Return a row of LiveOIBench's tests: all of a problem, with its subtasks."""
    cases = {
        f"{n}-01": {"input": f"{n} 1\n", "output": f"{n + 1}\n"} for n in range(1, len(points) + 1)
    }
    subtasks = {
        str(n): {"score": score, "testcases": [f"{m}-01" for m in range(1, n + 1)]}
        for n, score in enumerate(points, start=1)
    }
    return {
        "id": 1,
        "problem_id": f"IOI-2025-contest-{name}",
        "tests": json.dumps(cases),
        "subtasks": json.dumps(subtasks),
    } | change


def imo_problem(number: int, **change: Any) -> dict[str, Any]:
    """Return a row of ``MathArena/imo_2025``."""
    return {
        "problem_idx": str(number),
        "problem": f"Prove that ${number} = {number}$.",
        "points": 7,
        "grading_scheme": [
            {"title": "Start", "desc": "Says what equality is.", "points": 3},
            {"title": "End", "desc": "Concludes.", "points": 4},
        ],
    } | change


def tables(folder: Path, public: PublicSet, rows: Mapping[str, Rows]) -> dict[str, Table]:
    """Write the rows of each repository into a Parquet file, and open them."""
    found = {}
    for repository in public.repositories:
        place = folder / f"{repository.id.replace('/', '-')}.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows[repository.id]), place)
        table = Table(f"{repository.id} at abc", [("rows.parquet", place)])
        table.check(repository.row)
        found[repository.id] = table
    return found
