"""A package in the form that CMS imports, written from rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from harness.errors import TaskDataError
from tasks.packages.task_type import is_name

TEXTS = ("graders", "checker")
"""Folders of a package that rows may have files for."""


def write_manifest(
    folder: Path,
    *,
    code: str,
    name: str,
    time_limit_s: float,
    memory_limit_bytes: int,
    precision: int,
    kind: str,
    parameters: Mapping[str, object],
) -> None:
    """Write ``problem.json``; parameters are those of the task type, without its prefix."""
    prefix = f"task_type_parameters_{kind}_"
    _write(
        folder / "problem.json",
        json.dumps(
            {
                "code": code,
                "name": name,
                "time_limit": time_limit_s,
                "memory_limit": memory_limit_bytes,
                "score_precision": precision,
                "task_type": kind,
                "task_type_params": json.dumps(
                    {prefix + key: value for key, value in parameters.items()}
                ),
            },
            indent=1,
        ),
    )


def write_subtask(folder: Path, name: str, points: float, tests: Iterable[str]) -> None:
    """Write one of ``subtasks/*.json``."""
    if not is_name(name):
        raise wrong(folder, f"the subtask {name!r}")
    _write(
        folder / "subtasks" / f"{name}.json",
        json.dumps({"score": points, "testcases": list(tests)}),
    )


def write_test(folder: Path, name: str, given: str, answer: str) -> None:
    """Write a case; raises :class:`~harness.errors.TaskDataError` for one that is there already."""
    if not is_name(name):
        raise wrong(folder, f"the test {name!r}")
    place = folder / "tests" / f"{name}.in"
    if place.exists():
        raise TaskDataError(
            f"the set has the test {name} of {folder.name} twice",
            hint="give another commit with --revision",
        )
    _write(place, given)
    _write(folder / "tests" / f"{name}.out", answer)


def write_text(folder: Path, path: str, text: str) -> None:
    """Write a file of ``graders/`` or ``checker/``; no name leads anywhere else."""
    parts = PurePosixPath(path).parts
    if len(parts) != 2 or parts[0] not in TEXTS or not is_name(parts[1]):
        raise wrong(folder, f"the file {path!r}")
    _write(folder / path, text)


def write_statement(folder: Path, text: str) -> None:
    """Write the statement, where there is one."""
    if text.strip():
        _write(folder / "statement.md", text)


def wrong(folder: Path, what: str) -> TaskDataError:
    """Return the error of a row that is no part of a package."""
    return TaskDataError(
        f"the set has {what} of {folder.name}, which no package can have",
        hint="give another commit with --revision",
    )


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # As it is: a line end that is changed is another test.
    place.write_text(text, "utf-8", newline="")
