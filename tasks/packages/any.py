"""The common door to all package formats."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.types import CodeBody, Problem
from tasks.packages import cms, tps
from tasks.packages.files import digest
from tasks.packages.kattis import open_package
from tasks.packages.kattis import problem_yaml as kattis
from tasks.packages.package import Package


def read_any_package(
    folder: Path, *, allow_missing: bool = False, time_limit_s: float | None = None
) -> Package:
    """Read a package of whichever format its manifest belongs to.

    ``time_limit_s`` is used in place of the package's own limit. ``allow_missing`` drops
    tests that this copy lacks, in formats whose packages can be judged without some.
    """
    if (folder / kattis.MANIFEST).is_file():
        return open_package(folder, allow_missing=allow_missing, time_limit_s=time_limit_s)
    if (folder / cms.MANIFEST).is_file() and (folder / tps.SUBTASKS).is_file():
        package = tps.open_package(folder, allow_missing=allow_missing)
        problem = _limited(package.problem, time_limit_s)
        return msgspec.structs.replace(package, problem=problem)
    if (folder / cms.MANIFEST).is_file():
        return Package(problem=_limited(cms.read_package(folder), time_limit_s))
    raise TaskDataError(
        f"{folder} is not a problem package: it has neither {cms.MANIFEST} nor {kattis.MANIFEST}",
        hint="name the folder that holds one of them",
    )


def package_in(folder: Path) -> Path:
    """Return the folder of the one package in what an archive held: itself, or the one in it."""
    for home in (folder, *(place for place in sorted(folder.iterdir()) if place.is_dir())):
        if any((home / name).is_file() for name in (kattis.MANIFEST, cms.MANIFEST)):
            return home
    return folder


def _limited(problem: Problem, time_limit_s: float | None) -> Problem:
    if time_limit_s is None or not isinstance(problem.body, CodeBody):
        return problem
    body = msgspec.structs.replace(problem.body, time_limit_s=time_limit_s)
    return msgspec.structs.replace(problem, body=body, hash=digest(body))
