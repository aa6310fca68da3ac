"""``harness judge``: submissions against one problem package."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import expected
from harness.cli.grades import as_json, as_text
from harness.cli.inference import remind
from harness.cli.progress import tell
from harness.cli.terminal import plain, plain_lines
from harness.config import Settings, environment, settings
from harness.errors import InfraError, TaskDataError, UnsupportedError, UsageError
from harness.findings import Findings
from harness.tools import Workbench
from harness.types import CodeBody, Edition, Problem, Source

if TYPE_CHECKING:
    from tasks.packages.package import Package


def execute(args: argparse.Namespace) -> int:
    """Print one line per submission; exit 3 when a submission could not be judged."""
    place = settings(
        environment(), slots=args.max_sandboxes, sandbox=args.sandbox, unsafe=args.unsafe
    )
    if not args.submissions and not args.expected:
        raise UsageError(
            "no submission is named",
            hint="name source files or folders, or judge the jury's own with --expected",
        )
    package = _package(args, place)
    if package.dropped:
        print(f"harness: {plain(lacking(package))}", file=sys.stderr)
    remind(package, tell)
    if args.expected:
        return expected.execute(args, package, place)
    problem = package.problem
    names = [Path(name) for name in args.submissions]
    handed = [_source(name, problem, args.language) for name in names]
    failed = 0
    with Workbench(place, tell) as tools:
        for file, (source, language) in zip(names, handed, strict=True):
            try:
                grade = tools.code.judge(
                    problem, source, language, submission=str(file), attempt=""
                )
            except InfraError as error:
                failed += 1
                said = plain_lines(f"harness: {file}: [{error.code}] {error}")
                print(said, file=sys.stderr)
                if args.json:
                    line = {"submission": str(file), "verdict": "JE", "message": error.message}
                    print(json.dumps(line), flush=True)
                continue
            print(json.dumps(as_json(grade, problem)) if args.json else as_text(grade), flush=True)
    return 3 if failed else 0


def _package(args: argparse.Namespace, place: Settings) -> Package:
    from tasks.packages.any import read_any_package

    return read_any_package(
        package_folder(args.package, place),
        allow_missing=args.allow_missing,
        time_limit_s=args.time_limit,
        findings=Findings(place.data),
        may_be_open=args.expected,
    )


def package_folder(name: str, place: Settings) -> Path:
    """Return the folder of a package that is named by its path, or by TASK/PROBLEM.

    Raises :class:`~harness.errors.TaskDataError` where there is none.
    """
    given, stored = Path(name), place.data / name
    if given.is_dir():
        return given
    if not given.is_absolute() and ".." not in given.parts and stored.is_dir():
        return stored
    raise TaskDataError(
        f"{given} is neither a package folder nor a problem of the data store {place.data}",
        hint="name a folder with a problem.json or problem.yaml, or TASK/PROBLEM after "
        "`harness data add`",
    )


def lacking(package: Package) -> str:
    """Return which tests are not in this copy of a package."""
    names = ", ".join(package.dropped[:8])
    more = f" and {len(package.dropped) - 8} more" if len(package.dropped) > 8 else ""
    return f"judged without {names}{more}: not in this copy of {package.problem.id}"


def _source(place: Path, problem: Problem, language: str) -> tuple[Source, str]:
    from sandbox.languages import languages
    from tasks.packages.sources import as_wanted, read_source

    handed = read_source(place, language=language)
    if handed.source is None:
        raise UsageError(f"{place} {handed.problem}", hint="check the path of the submission")
    if handed.problem:
        known = ", ".join(languages())
        raise UnsupportedError(
            f"{place} {handed.problem}", hint=f"name one with --language: {known}"
        )
    ioi = isinstance(problem.body, CodeBody) and problem.body.edition is Edition.CMS
    return (as_wanted(handed.source) if ioi else handed.source), handed.language
