"""Small packages of the problem package format, for tests to use or to spoil."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

LEGACY = {
    "problem.yaml": "name: Sum\nvalidation: default\n",
    ".timelimit": "1.5\n",
    "data/sample/1.in": "1 2\n",
    "data/sample/1.ans": "3\n",
    "data/secret/1.in": "3 4\n",
    "data/secret/1.ans": "7\n",
    "data/secret/2.in": "5 6\n",
    "data/secret/2.ans": "11\n",
    "problem_statement/problem.en.tex": "\\problemname{Sum}\nAdd.\n",
    "submissions/accepted/sum.py": "print(sum(map(int, input().split())))\n",
}
"""A pass-fail problem of the legacy edition."""

CURRENT = {
    **LEGACY,
    "problem.yaml": (
        "problem_format_version: 2025-09\nname: Sum\nuuid: 5\nlimits: {time_limit: 2}\n"
    ),
}
"""The same problem in the 2025-09 edition."""

SCORING = {
    **LEGACY,
    "problem.yaml": "name: Sum\ntype: scoring\n",
    "data/testdata.yaml": "on_reject: continue\nrange: 0 100\ngrader_flags: ignore_sample\n",
    "data/secret/testdata.yaml": "grader_flags: first_error accept_if_any_accepted\n",
    "data/secret/1.in": None,
    "data/secret/1.ans": None,
    "data/secret/2.in": None,
    "data/secret/2.ans": None,
    "data/secret/g1/testdata.yaml": (
        "on_reject: break\naccept_score: 40\nrange: 0 40\ngrader_flags: min\n"
    ),
    "data/secret/g1/a.in": "1 1\n",
    "data/secret/g1/a.ans": "2\n",
    "data/secret/g2/testdata.yaml": (
        "on_reject: break\naccept_score: 60\nrange: 0 60\ngrader_flags: min\n"
    ),
    "data/secret/g2/a.in": "1 9\n",
    "data/secret/g2/a.ans": "10\n",
    "data/secret/g2/b.in": "2 9\n",
    "data/secret/g2/b.ans": "11\n",
}
"""A scoring problem of the legacy edition, in the way that olympiads use it."""

SUM = (
    '#include <stdio.h>\nint main(void) {{ int a, b; scanf("%d%d", &a, &b); printf("%d", {}); }}\n'
)
RIGHT, WRONG = SUM.format("a + b"), SUM.format("a + b + (a > 4)")
CRASH = SUM.format("a + b") + "__attribute__((constructor)) void f(void) { __builtin_trap(); }\n"
"""Programs of the jury for the problem of two numbers."""


def write(folder: Path, *layers: Mapping[str, str | None]) -> Path:
    """Write the files of a package, those of later layers last, and return the folder."""
    files: dict[str, str | None] = {}
    for layer in layers:
        files |= layer
    return change(folder, files)


def change(folder: Path, files: Mapping[str, str | None]) -> Path:
    """Write files into a folder and return it.

    None takes a file away; a text that starts with ``->`` is a link to what follows.
    """
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        if content is not None and content.startswith("->"):
            place.symlink_to(content.removeprefix("->"))
        elif content is not None:
            place.write_text(content)
    return folder
