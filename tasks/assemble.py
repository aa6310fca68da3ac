"""A contest from its file and the packages that are at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.findings import Findings
from harness.types import AnswerBody, Contest, LeftOut, Problem
from tasks.contest_file import ContestFile, ProblemEntry, check_agreement, in_languages
from tasks.packages.answers import read_provenance
from tasks.packages.any import read_any_package
from tasks.packages.cms import missing_tests, read_manifest, read_package
from tasks.proof_folder import STATEMENT, note_of, read_proof

READABLE = ("Batch", "BatchAndOutput", "Communication", "OutputOnly", "TwoSteps")
"""Task types of CMS that are judged."""

PROGRAM = "Program"
"""The type of a problem of the ICPC: a package in the problem package format."""

ANSWER = "Answer"
"""The type of a problem whose submission is a final answer."""

PROOF = "Proof"
"""The type of a problem whose submission is a proof."""


def assemble(
    file: ContestFile,
    folder_of: Callable[[str], Path],
    how_to_add: str,
    findings: Findings | None = None,
) -> Contest:
    """Return the contest: problems whose packages are whole, and the others by name.

    A package that is damaged, or whose figures are not the contest's, is an error; one
    that is absent or lacks tests is left out.
    """
    problems: list[Problem] = []
    left_out: list[LeftOut] = []
    notes: list[str] = []
    for entry in file.problems:
        folder = folder_of(entry.id)
        found = read_entry(entry, folder, how_to_add, findings)
        if isinstance(found, str):
            left_out.append(
                LeftOut(
                    id=entry.id,
                    title=entry.title,
                    max_points=entry.max_points,
                    reason=found,
                    subtasks=len(entry.subtasks),
                )
            )
            continue
        problems.append(in_languages(found, file.languages))
        provenance = read_provenance(folder) if entry.type in READABLE else None
        if provenance is not None:
            notes.append(f"{entry.id}: {provenance.sentence}")
        said = note_of(entry, folder) if entry.type == PROOF else ""
        if said:
            notes.append(f"{entry.id}: {said}")
    return finished(file, problems, left_out, notes)


def read_entry(
    entry: ProblemEntry, folder: Path, how_to_add: str = "", findings: Findings | None = None
) -> Problem | str:
    """Return a problem of a contest, or why it cannot be judged here.

    ``findings`` may hold a time limit that the package leaves open.
    """
    if entry.type not in (*READABLE, PROGRAM, ANSWER, PROOF):
        return f"task type {entry.type} is not judged yet"
    if entry.type == ANSWER:
        return _answer(entry, folder)
    if not folder.is_dir():
        what = "statement" if entry.type == PROOF else "package"
        return f"no {what} in the data store" + (f" ({how_to_add})" if how_to_add else "")
    if entry.type == PROOF:
        return read_proof(entry, folder)
    try:
        found = _cms(entry, folder) if entry.type in READABLE else _kattis(entry, folder, findings)
    except UnsupportedError as error:
        return error.message
    if isinstance(found, Problem):
        check_agreement(entry, found)
    return found


def _cms(entry: ProblemEntry, folder: Path) -> Problem | str:
    read_manifest(folder)
    no_input, no_answer = missing_tests(folder)
    missing = no_input or (() if entry.type == "Communication" else no_answer)
    if missing:
        what = "inputs" if no_input else "answers"
        return f"its package lacks {len(missing)} test {what}, such as {missing[0]}"
    return read_package(folder)


def _kattis(entry: ProblemEntry, folder: Path, findings: Findings | None) -> Problem | str:
    package = read_any_package(folder, allow_missing=True, findings=findings, may_be_open=True)
    if package.dropped:
        return f"its package lacks {len(package.dropped)} tests, such as {package.dropped[0]}"
    if package.rule is not None:
        name = f"{folder.parent.name}/{entry.id}"
        return f"its package says no time limit (`harness selftest {name}` measures one)"
    # The format names a problem after its folder, the contest by a letter.
    problem = msgspec.structs.replace(package.problem, id=entry.id)
    if not problem.statement.strip() and (folder / STATEMENT).is_file():
        problem = msgspec.structs.replace(problem, statement=_statement(folder))
    return problem


def _answer(entry: ProblemEntry, folder: Path) -> Problem:
    """Return a final-answer problem; its statement is in its folder."""
    body = AnswerBody(
        expected=entry.answer,
        equivalence=entry.equivalence,
        accepted=entry.accepted,
        grader=entry.grader,
    )
    return Problem(
        id=entry.id,
        title=entry.title,
        statement=_statement(folder),
        max_points=entry.max_points,
        body=body,
        folder=str(folder),
        hash=hashlib.sha256(msgspec.json.encode(body)).hexdigest(),
    )


def _statement(folder: Path) -> str:
    place = folder / STATEMENT
    try:
        return place.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TaskDataError(f"{place} cannot be read as UTF-8 text: {error}") from error


def finished(
    file: ContestFile,
    problems: list[Problem],
    left_out: list[LeftOut],
    notes: list[str],
) -> Contest:
    """Return the contest with a hash over everything that can change its scores."""
    if not problems and not left_out:
        raise TaskDataError(f"the contest {file.id} has no problems")
    return Contest(
        id=file.id,
        title=file.title,
        date=file.date,
        rules=file.rules,
        problems=tuple(problems),
        left_out=tuple(left_out),
        cutoffs=file.cutoffs,
        medal_places=file.medal_places,
        humans=file.humans,
        submission_limit=file.submission_limit,
        feedback=file.feedback,
        languages=file.languages,
        show_statements=file.show_statements,
        sources=file.sources,
        notes=tuple(notes),
    ).sealed()
