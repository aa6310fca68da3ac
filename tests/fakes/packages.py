"""A small, right package, for tests to use or to spoil."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from harness.types import Problem
from tasks.packages.cms import read_package

SOLUTION = '#include "sum.h"\nint sum(int a, int b) { return a + b; }\n'

FILES = {
    "problem.json": json.dumps(
        {
            "protocol_version": 1,
            "code": "sum",
            "name": "Sum",
            "time_limit": 1.0,
            "memory_limit": 268435456,
            "score_precision": 2,
            "task_type": "Batch",
            "task_type_params": "{}",
            "feedback_level": "oi_restricted",
        }
    ),
    "subtasks/01-small.json": json.dumps({"score": 40, "testcases": ["1-01"]}),
    "subtasks/02-large.json": json.dumps({"score": 60, "testcases": ["1-01", "2-01"]}),
    "tests/1-01.in": "1 2\n",
    "tests/1-01.out": "3\n",
    "tests/2-01.in": "3 4\n",
    "tests/2-01.out": "7\n",
    "graders/sum.h": "int sum(int a, int b);\n",
    "graders/grader.cpp": (
        '#include "sum.h"\n#include <cstdio>\n'
        'int main() { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", sum(a, b)); }\n'
    ),
    "solutions/model_solution/sum.cpp": SOLUTION,
    "statement.md": "Add two numbers.\n",
}


SAMPLES = {
    "subtasks/00-samples.json": json.dumps({"score": 0, "testcases": ["0-01", "0-02"]}),
    "tests/0-01.in": "1 1\n",
    "tests/0-01.out": "2\n",
    "tests/0-02.in": "5 6\n",
    "tests/0-02.out": "11\n",
}
"""Tests that every contestant is given."""


def write_package(folder: Path, *, samples: bool = False) -> Path:
    """Write the package into a folder and return the folder."""
    for name, content in {**FILES, **(SAMPLES if samples else {})}.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
    return folder


def cms_package(
    folder: Path, task_type: str, files: Mapping[str, str], **manifest: object
) -> Problem:
    """Write a package of a task type, with limits and a name for it, and read it.

    Parameters of the task type are given without their long prefix.
    """
    parameters = manifest.pop("parameters", {})
    assert isinstance(parameters, Mapping)
    whole = {
        "code": "small",
        "name": "Small",
        "time_limit": 1.0,
        "memory_limit": 1 << 28,
        "task_type": task_type,
        "task_type_params": json.dumps(
            {f"task_type_parameters_{task_type}_{key}": v for key, v in parameters.items()}
        ),
        **manifest,
    }
    for name, content in {"problem.json": json.dumps(whole), **files}.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
    return read_package(folder)
