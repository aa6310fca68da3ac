"""A small task in the form of TPS sources, its tests generated."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fakes.kattis import change

MANIFEST = {
    "name": "sum",
    "code": "sum",
    "title": "Two Numbers",
    "memory_limit": 512,
    "time_limit": 1.5,
    "type": "Batch",
}
SUBTASKS = {
    "subtasks": {
        "full": {"index": 2, "score": 60, "validators": []},
        "samples": {"index": 0, "score": 0, "validators": []},
        "small": {"index": 1, "score": 40, "validators": []},
    }
}
FILES: dict[str, str | None] = {
    "problem.json": json.dumps(MANIFEST),
    "subtasks.json": json.dumps(SUBTASKS),
    "tests/mapping": "samples 0-01\nsmall 0-01\nsmall 1-01\nfull 1-01\nfull 2-01\n",
    "grader/cpp/grader.cpp": "//\n",
    "grader/cpp/sum.h": "//\n",
    "checker/checker.cpp": "//\n",
    "checker/testlib.h": "->../../tps/problem-assets/testlib.h",
    "checker/Makefile": "->../../tps/problem-assets/Makefile",
    "statement/index.md": "Add.\n",
    "solution/solution.cpp": "//\n",
    **{f"tests/{name}.in": f"{name}\n" for name in ("0-01", "1-01", "2-01")},
    **{f"tests/{name}.out": "3\n" for name in ("0-01", "1-01", "2-01")},
}


def tps(folder: Path, files: dict[str, str | None] | None = None) -> Path:
    """Write the task ``sum`` and the folder that it shares with others; return its place."""
    assets = folder / "tps" / "problem-assets"
    change(assets, {"testlib.h": "// shared\n", "Makefile": "all:\n"})
    return change(folder / "sum", {**FILES, **(files or {})})
