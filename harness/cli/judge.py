"""``harness judge``: submissions against one problem package."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli import expected, inputs
from harness.cli.grades import as_json, as_text
from harness.cli.inference import remind
from harness.cli.progress import tell
from harness.cli.terminal import plain, plain_lines
from harness.config import Settings, environment, settings
from harness.errors import InfraError, TaskDataError, UnsupportedError, UsageError
from harness.findings import Findings
from harness.tools import Workbench
from harness.types import Problem, Source

if TYPE_CHECKING:
    from tasks.packages.package import Package


def execute(args: argparse.Namespace) -> int:
    """Print one line per submission; exit 3 when a submission could not be judged.

    With ``--validate-inputs``, exit 1 when an input is not accepted.
    """
    place = settings(
        environment(), slots=args.max_sandboxes, sandbox=args.sandbox, unsafe=args.unsafe
    )
    if not args.submissions and not args.expected and not args.validate_inputs:
        raise UsageError(
            "no submission is named",
            hint="name source files or folders, or judge the jury's own with --expected",
        )
    with _opened(args, place) as folder:
        return _judge(args, folder, place)


def _judge(args: argparse.Namespace, folder: Path, place: Settings) -> int:
    from tasks.packages.any import read_any_package

    package = read_any_package(
        folder,
        allow_missing=args.allow_missing,
        time_limit_s=args.time_limit,
        findings=Findings(place.data),
        may_be_open=args.expected or not args.submissions,
    )
    if package.dropped:
        tell(plain(lacking(package)))
    remind(package, tell)
    bad = inputs.execute(args, package.problem, place) if args.validate_inputs else 0
    if args.expected:
        return expected.execute(args, package, place) or bad
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
    return 3 if failed else bad


@contextmanager
def _opened(args: argparse.Namespace, place: Settings) -> Iterator[Path]:
    """Yield the package's folder: as it is named, of the data store, or out of an archive."""
    from tasks.packages.any import package_in
    from tasks.packages.archive import is_archive, opened

    given = Path(args.package)
    if is_archive(given):
        with opened(given) as unpacked:
            yield package_in(unpacked)
    else:
        yield package_folder(args.package, place)


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
        hint="name a folder with a problem.json, problem.yaml or problem.xml, an archive of one, "
        "or TASK/PROBLEM after `harness data add`",
    )


def lacking(package: Package) -> str:
    """Return which tests are not in this copy of a package."""
    names = ", ".join(package.dropped[:8])
    more = f" and {len(package.dropped) - 8} more" if len(package.dropped) > 8 else ""
    return f"judged without {names}{more}: not in this copy of {package.problem.id}"


def _source(place: Path, problem: Problem, language: str) -> tuple[Source, str]:
    from sandbox.languages import languages
    from tasks.packages.sources import read_submission

    handed = read_submission(problem, place, language=language)
    if handed.source is None:
        raise UsageError(f"{place} {handed.problem}", hint="check the path of the submission")
    if handed.problem:
        known = ", ".join(languages())
        raise UnsupportedError(
            f"{place} {handed.problem}", hint=f"name one with --language: {known}"
        )
    return handed.source, handed.language
