"""``harness judge``: source files against one problem package."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import msgspec

from harness.cli.progress import tell
from harness.config import Settings, environment, settings
from harness.errors import InfraError, TaskDataError, UsageError
from harness.tools import Workbench
from harness.types import Grade, Problem

SUFFIXES = {".cpp": "cpp", ".cc": "cpp", ".cxx": "cpp", ".c": "c"}


def execute(args: argparse.Namespace) -> int:
    """Print one line per submission; exit 3 when a submission could not be judged."""
    place = settings(
        environment(), slots=args.max_sandboxes, sandbox=args.sandbox, unsafe=args.unsafe
    )
    problem = _problem(args.package, place)
    files = [Path(name) for name in args.submissions]
    languages = [args.language or _language(file) for file in files]
    sources = [_source(file) for file in files]
    failed = 0
    with Workbench(place, tell) as tools:
        for file, language, source in zip(files, languages, sources, strict=True):
            try:
                grade = tools.code.judge(
                    problem, source, language, submission=str(file), attempt=""
                )
            except InfraError as error:
                failed += 1
                print(f"harness: {file}: [{error.code}] {error}", file=sys.stderr)
                if args.json:
                    line = {"submission": str(file), "verdict": "JE", "message": error.message}
                    print(json.dumps(line), flush=True)
                continue
            print(json.dumps(as_json(grade)) if args.json else as_text(grade), flush=True)
    return 3 if failed else 0


def as_json(grade: Grade) -> dict[str, object]:
    """Return a grade as the object that ``--json`` prints."""
    return {
        "submission": grade.submission,
        "verdict": grade.verdict.value,
        "points": grade.points,
        "max_points": grade.max_points,
        "subtasks": [
            {
                "name": subtask.name,
                "points": subtask.points,
                "max_points": subtask.max_points,
                "verdict": subtask.verdict.value,
                "deciding_test": subtask.deciding_test,
            }
            for subtask in grade.subtasks
        ],
        "tests": [msgspec.to_builtins(test) for test in grade.tests],
        "cpu_s": grade.cpu_s,
        "peak_memory_bytes": grade.peak_memory_bytes,
        "message": grade.message,
        "judge": grade.judge,
    }


def as_text(grade: Grade) -> str:
    """Return a grade in one line for people, and the compiler's words under a CE."""
    subtasks = " ".join(f"{s.name}={s.points:g}/{s.max_points:g}" for s in grade.subtasks)
    line = (
        f"{grade.verdict.value:<4}{grade.points:>7g} of {grade.max_points:g}"
        f"  {grade.cpu_s:.2f} s  {grade.peak_memory_bytes / (1 << 20):.0f} MiB"
        f"  {grade.submission}  {subtasks}"
    )
    if grade.verdict.value == "CE":
        line += "\n" + "\n".join(f"      {text}" for text in grade.message.splitlines()[:12])
    return line


def _problem(name: str, place: Settings) -> Problem:
    from tasks.packages.cms import read_package

    given = Path(name)
    if given.is_dir():
        return read_package(given)
    stored = place.data / name
    if not given.is_absolute() and ".." not in given.parts and stored.is_dir():
        return read_package(stored)
    raise TaskDataError(
        f"{name} is neither a package folder nor a problem of the data store {place.data}",
        hint="name a folder with a problem.json, or TASK/PROBLEM after `harness data add`",
    )


def _language(file: Path) -> str:
    try:
        return SUFFIXES[file.suffix.lower()]
    except KeyError:
        raise UsageError(
            f"{file}: no language is known for the suffix {file.suffix or '(none)'!r}",
            hint="name one with --language cpp",
        ) from None


def _source(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise UsageError(
            f"{file} cannot be read: {error.strerror}", hint="check the path of the submission"
        ) from error
