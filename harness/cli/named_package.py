"""A problem package that is named on the command line: where it is, and what it holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from harness.cli.inference import remind
from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.config import Settings
from harness.errors import TaskDataError
from harness.findings import Findings

if TYPE_CHECKING:
    from tasks.packages.package import Package


def read_package(
    args: argparse.Namespace, folder: Path, findings: Findings | None, *, may_be_open: bool
) -> Package:
    """Read a package under the flags of the command, and tell what a person should know of it.

    ``may_be_open`` accepts one without a time limit; ``findings`` may hold one that was measured.
    Raises :class:`~harness.errors.TaskDataError` or :class:`~harness.errors.UnsupportedError`
    for what cannot be judged.
    """
    from tasks.packages.any import read_any_package

    package = read_any_package(
        folder,
        allow_missing=args.allow_missing,
        time_limit_s=args.time_limit,
        findings=findings,
        may_be_open=may_be_open,
    )
    if package.dropped:
        tell(plain(_lacking(package)))
    remind(package, tell)
    return package


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


def _lacking(package: Package) -> str:
    """Return which tests are not in this copy of a package."""
    names = ", ".join(package.dropped[:8])
    more = f" and {len(package.dropped) - 8} more" if len(package.dropped) > 8 else ""
    return f"judged without {names}{more}: not in this copy of {package.problem.id}"
