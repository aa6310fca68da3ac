"""``harness judge``: submissions against one problem package."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.cli import expected, inputs
from harness.cli.grades import as_json, as_text
from harness.cli.named_package import package_folder, read_package
from harness.cli.progress import tell
from harness.cli.side_by_side import side_by_side
from harness.cli.terminal import plain_lines
from harness.config import Settings, environment, settings
from harness.errors import InfraError, UnsupportedError, UsageError
from harness.findings import Findings
from harness.tools import Workbench
from harness.types import Grade, Problem, Source


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
    package = read_package(
        args, folder, Findings(place.data), may_be_open=args.expected or not args.submissions
    )
    bad = inputs.execute(args, package.problem, place) if args.validate_inputs else 0
    if args.expected:
        return expected.execute(args, package, place) or bad
    problem = package.problem
    names = [Path(name) for name in args.submissions]
    handed = [_source(name, problem, args.language) for name in names]
    failed = 0
    with Workbench(place, tell) as tools:

        def judged(submission: tuple[Path, tuple[Source, str]]) -> Grade | InfraError:
            file, (source, language) = submission
            try:
                return tools.code.judge(problem, source, language, submission=str(file), attempt="")
            except InfraError as error:
                return error

        found = side_by_side(tools.slots, judged, zip(names, handed, strict=True))
        for file, grade in zip(names, found, strict=True):
            if isinstance(grade, InfraError):
                failed += 1
                _tell_failure(args, file, grade)
            else:
                said = json.dumps(as_json(grade, problem)) if args.json else as_text(grade)
                print(said, flush=True)
    return 3 if failed else bad


def _tell_failure(args: argparse.Namespace, file: Path, error: InfraError) -> None:
    print(plain_lines(f"harness: {file}: [{error.code}] {error}"), file=sys.stderr)
    if args.json:
        line = {"submission": str(file), "verdict": "JE", "message": error.message}
        print(json.dumps(line), flush=True)


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


def _source(place: Path, problem: Problem, language: str) -> tuple[Source, str]:
    from sandbox.languages import languages
    from tasks.packages.sources import read_submission

    handed = read_submission(problem, place, language=language)
    if handed.source is None:
        raise UsageError(f"{place} {handed.problem}", hint="check the path of the submission")
    if handed.problem:
        known = ", ".join(languages())
        hint = f"name one with --language: {known}"
        if place.is_dir():
            hint += "; a folder is one submission: name the files of several one by one"
        raise UnsupportedError(f"{place} {handed.problem}", hint=hint)
    return handed.source, handed.language
