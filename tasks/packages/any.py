"""The common door to all package formats."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.findings import Findings
from harness.types import Problem
from tasks.packages import cms, polygon, polygon_xml, tps
from tasks.packages.inferred import key_of, limit_of, limited, with_limit
from tasks.packages.kattis import open_package
from tasks.packages.kattis import problem_yaml as kattis
from tasks.packages.kattis.limits import no_limit
from tasks.packages.package import Package

FOREIGN = {
    "init.yml": "DMOJ",
    "task.yaml": "CMS's own YAML forms",
    "problem.conf": "UOJ",
}
"""Manifests of formats that are known and not read."""

MANIFESTS = (kattis.MANIFEST, cms.MANIFEST, polygon_xml.MANIFEST)
"""Manifests of those that are read; a folder with several belongs to the first."""


def read_any_package(
    folder: Path,
    *,
    allow_missing: bool = False,
    time_limit_s: float | None = None,
    findings: Findings | None = None,
    may_be_open: bool = False,
) -> Package:
    """Read a package of whichever format its manifest belongs to.

    ``time_limit_s`` is used in place of the package's own limit. ``allow_missing`` drops
    tests that this copy lacks. A limit
    that the package leaves open is taken from the ``findings``; where there is none, it is an
    error, unless ``may_be_open``: the package then has a rule to measure it by.
    """
    if (folder / kattis.MANIFEST).is_file():
        package = open_package(folder, allow_missing=allow_missing, time_limit_s=time_limit_s)
        return package if package.rule is None else _closed(package, findings, may_be_open)
    if (folder / cms.MANIFEST).is_file() and (folder / tps.SUBTASKS).is_file():
        package = tps.open_package(folder, allow_missing=allow_missing)
        problem = _limited(package.problem, time_limit_s)
        return msgspec.structs.replace(package, problem=problem)
    if (folder / cms.MANIFEST).is_file():
        package = cms.open_package(folder, allow_missing=allow_missing)
        problem = _limited(package.problem, time_limit_s)
        return msgspec.structs.replace(package, problem=problem)
    if (folder / polygon_xml.MANIFEST).is_file():
        package = polygon.open_package(folder, allow_missing=allow_missing)
        problem = _limited(package.problem, time_limit_s)
        return msgspec.structs.replace(package, problem=problem)
    for manifest, name in FOREIGN.items():
        if (folder / manifest).is_file():
            raise UnsupportedError(
                f"{folder} looks like a problem of {name} ({manifest}), a format that is not read",
                hint="export it in the ICPC / Kattis format, or leave it out",
            )
    raise TaskDataError(
        f"{folder} is not a problem package: it has none of {', '.join(MANIFESTS)}",
        hint="name the folder that holds one of them",
    )


def is_package(folder: Path) -> bool:
    """Return whether a folder holds the manifest of a format."""
    return any((folder / name).is_file() for name in MANIFESTS)


def package_in(folder: Path) -> Path:
    """Return the folder of the one package in what an archive held: itself, or the one in it.

    Raises :class:`~harness.errors.TaskDataError` where there are several to choose from.
    """
    if is_package(folder):
        return folder
    inner = [place for place in sorted(folder.iterdir()) if place.is_dir() and is_package(place)]
    if len(inner) > 1:
        names = ", ".join(place.name for place in inner[:8])
        raise TaskDataError(
            f"{folder} holds {len(inner)} packages: {names}",
            hint="unpack it, and name the folder of one",
        )
    return inner[0] if inner else folder


def _limited(problem: Problem, time_limit_s: float | None) -> Problem:
    return problem if time_limit_s is None else with_limit(problem, time_limit_s)


def _closed(package: Package, findings: Findings | None, may_be_open: bool) -> Package:
    """Return a package with the limit that was measured for it before."""
    known = findings.limit(key_of(package)) if findings is not None else None
    if known is not None:
        if (known.rule, known.seconds) != (package.rule, limit_of(known.rule, known.cpu_s)):
            raise TaskDataError(
                f"the time limit kept for {package.problem.folder}, {known.seconds:g} s, is not "
                f"what follows from its own evidence: {known.sentence}",
                hint=f"measure it anew: `harness selftest {package.problem.folder} --again`",
            )
        return limited(package, known)
    if may_be_open:
        return package
    raise no_limit(Path(package.problem.folder))
