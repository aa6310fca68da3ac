"""From a package folder to a problem.

::

    problem.yaml            name, type, validation, limits; which edition it is
    .timelimit              or domjudge-problem.ini, or limits.time_limit
    data/sample, secret/    *.in, *.ans, testdata.yaml or test_group.yaml
    output_validators/      one program; output_validator/ in 2025-09
    graders/                legacy: the program that grades groups
    include/<language>/     put beside every submission
    problem_statement/      statement/ in 2025-09
    submissions/            read by tasks.packages.expectations
"""

from __future__ import annotations

import math
from pathlib import Path

from harness.errors import TaskDataError
from harness.types import CodeBody, CodeKind, Comparison, Edition, Group, PackageFile, Problem
from tasks.packages.files import digest, text
from tasks.packages.kattis.groups import Tree
from tasks.packages.kattis.legacy_groups import CONFIGURATION, LegacyTree
from tasks.packages.kattis.limits import CEILING_S, no_limit
from tasks.packages.kattis.problem_yaml import Metadata, read_metadata
from tasks.packages.kattis.programs import (
    find_grader,
    find_included,
    find_references,
    find_validator,
)
from tasks.packages.kattis.scores import most
from tasks.packages.kattis.testdata import Cases
from tasks.packages.package import Package
from tasks.packages.place import check_place

SCORE_PRECISION = 6
"""The format rounds nothing; averages and multipliers are not exact either."""


def read_package(
    folder: Path, *, allow_missing: bool = False, time_limit_s: float | None = None
) -> Problem:
    """Read a package folder and return its problem; see :func:`open_package`.

    Raises :class:`~harness.errors.TaskDataError` where the package leaves its time limit open.
    """
    package = open_package(folder, allow_missing=allow_missing, time_limit_s=time_limit_s)
    if package.rule is not None:
        raise no_limit(folder)
    return package.problem


def open_package(
    folder: Path, *, allow_missing: bool = False, time_limit_s: float | None = None
) -> Package:
    """Read a package folder.

    ``allow_missing`` drops test cases whose files are not in this copy and names them;
    ``time_limit_s`` is used in place of the package's own limit. Where there is neither, the
    package has a rule, and its problem the limit to measure under. Raises
    :class:`~harness.errors.TaskDataError` naming the file and what is wrong with it, and
    :class:`~harness.errors.UnsupportedError` for what this judge cannot honour.
    """
    folder = folder.absolute()
    check_place(folder)
    metadata = read_metadata(folder)
    validator, programs = _validator(folder, metadata)
    cases = Cases(folder)
    edition = _edition_of_tests(folder, metadata)
    group = _tree(folder, metadata, edition, cases, validator)
    dropped = _dropped(folder, cases, allow_missing)
    limit = metadata.limits.time_s if time_limit_s is None else time_limit_s
    files = [*programs, *find_included(folder), *find_references(folder)]
    if _custom(group):
        files += _grader(folder)
    body = CodeBody(
        kind=metadata.kind,
        time_limit_s=CEILING_S if limit is None else limit,
        memory_limit_bytes=metadata.limits.memory_bytes,
        languages=metadata.languages,
        score_type="sum",
        score_precision=SCORE_PRECISION,
        comparison=Comparison.VALIDATOR if programs else Comparison.DEFAULT_VALIDATOR,
        subtasks=(),
        tests=tuple(cases.found),
        files=tuple(files),
        group=group,
        edition=edition,
        scored=metadata.scored,
        passes=metadata.passes,
        output_limit_bytes=metadata.limits.output_bytes,
        source_limit_bytes=metadata.limits.source_bytes,
        compile_time_s=metadata.limits.compile_time_s,
        compile_memory_bytes=metadata.limits.compile_memory_bytes,
        validator_time_s=metadata.limits.validator_time_s,
        validator_memory_bytes=metadata.limits.validator_memory_bytes,
        constants=metadata.constants,
    )
    problem = Problem(
        id=folder.name,
        title=metadata.title,
        statement=_statement(folder),
        max_points=_max_points(metadata, group, whole=not dropped, validated=bool(programs)),
        body=body,
        folder=str(folder),
        hash=digest(body),
    )
    rule = metadata.limits.rule if limit is None else None
    return Package(problem=problem, dropped=dropped, rule=rule)


def _dropped(folder: Path, cases: Cases, allow_missing: bool) -> tuple[str, ...]:
    """Return the test cases that this copy lacks, where it may lack some."""
    if cases.absent and not allow_missing:
        raise TaskDataError(
            f"{folder} lacks the input or the answer of {len(cases.absent)} test cases: "
            + _some(cases.absent),
            hint="bring them in (`git lfs pull`, where pointers stand in their place), or judge on "
            "the rest with --allow-missing",
        )
    dropped = tuple(cases.absent)
    if not any(test.name.startswith("secret/") for test in cases.found):
        if not allow_missing or not cases.found:
            raise TaskDataError(
                f"{folder / 'data' / 'secret'} holds no test case",
                hint="bring the whole package in",
            )
        return dropped or ("secret/*",)
    return dropped


def _validator(folder: Path, metadata: Metadata) -> tuple[str, tuple[PackageFile, ...]]:
    name, files = find_validator(folder) if metadata.custom_validator is not False else ("", ())
    if metadata.custom_validator and not files:
        raise TaskDataError(
            f"{folder} has no output validator, though problem.yaml says validation: custom",
            hint="bring the whole package in",
        )
    if not files and (metadata.kind is CodeKind.INTERACTIVE or metadata.passes > 1):
        raise TaskDataError(
            f"{folder} has no output validator, which an interactive or multi-pass problem needs",
            hint="bring the whole package in",
        )
    return name, files


def _edition_of_tests(folder: Path, metadata: Metadata) -> Edition:
    """Return whose rules the test tree follows: drafts were also used with the older ones."""
    data = folder / "data"
    old = (place / CONFIGURATION for place in (data, data / "sample", data / "secret"))
    if not metadata.strict and any(place.is_file() for place in old):
        return Edition.LEGACY
    return metadata.edition


def _tree(
    folder: Path, metadata: Metadata, edition: Edition, cases: Cases, validator: str
) -> Group:
    if edition is Edition.LEGACY:
        return LegacyTree(
            folder, cases, validator_flags=metadata.validator_flags, validator=validator
        ).read(dict(metadata.grading))
    return Tree(
        folder,
        cases,
        scored=metadata.scored,
        strict=metadata.strict,
        constants=dict(metadata.constants),
    ).read()


def _custom(group: Group) -> bool:
    return group.custom is not None or any(_custom(inner) for inner in group.groups)


def _grader(folder: Path) -> tuple[PackageFile, ...]:
    found = find_grader(folder)
    if not found:
        raise TaskDataError(
            f"{folder} has no grader, though a test group says grading: custom",
            hint="bring the whole package in",
        )
    return found


def _max_points(metadata: Metadata, group: Group, *, whole: bool, validated: bool) -> float:
    """Return the highest score; 0 where nothing bounds it, so that no share is ever taken."""
    if not metadata.scored:
        return 1.0
    reached = most(group, scored_tests=metadata.custom_score, validated=validated)
    if whole and group.highest is not None:
        reached = group.highest
    return reached if math.isfinite(reached) else 0.0


def _statement(folder: Path) -> str:
    """Return the English statement as it is written, else any other; empty when there is none."""
    for name in ("problem_statement", "statement"):
        for pattern in ("problem.en.md", "problem.en.tex", "problem.md", "problem.tex"):
            if (folder / name / pattern).is_file():
                return text(folder, folder / name / pattern)
        for suffix in ("md", "tex"):
            for place in sorted((folder / name).glob(f"problem.*.{suffix}")):
                if place.is_file():
                    return text(folder, place)
    return ""


def _some(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
