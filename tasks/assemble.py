"""A contest from its file and the packages that are at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import AnswerBody, Contest, LeftOut, Problem
from tasks.contest_file import ContestFile, ProblemEntry, check_agreement, in_languages
from tasks.packages.answers import read_provenance
from tasks.packages.cms import missing_tests, read_manifest, read_package

READABLE = ("Batch", "BatchAndOutput", "Communication", "OutputOnly", "TwoSteps")
"""Task types of CMS that are judged."""

ANSWER = "Answer"
"""The type of a problem whose submission is a final answer."""


def assemble(file: ContestFile, folder_of: Callable[[str], Path], how_to_add: str) -> Contest:
    """Return the contest: problems whose packages are whole, and the others by name.

    A package that is damaged, or whose figures are not the contest's, is an error; one
    that is absent or lacks tests is left out.
    """
    problems: list[Problem] = []
    left_out: list[LeftOut] = []
    notes: list[str] = []
    for entry in file.problems:
        folder = folder_of(entry.id)
        reason = why_not(entry, folder, how_to_add)
        if reason:
            left_out.append(
                LeftOut(
                    id=entry.id,
                    title=entry.title,
                    max_points=entry.max_points,
                    reason=reason,
                    subtasks=len(entry.subtasks),
                )
            )
            continue
        if entry.type == ANSWER:
            problems.append(read_answer_problem(entry, folder))
            continue
        problem = read_package(folder)
        check_agreement(entry, problem)
        problems.append(in_languages(problem, file.languages))
        provenance = read_provenance(folder)
        if provenance is not None:
            notes.append(f"{entry.id}: {provenance.sentence}")
    return finished(file, problems, left_out, notes)


def read_answer_problem(entry: ProblemEntry, folder: Path) -> Problem:
    """Return a final-answer problem; its statement is in ``statement.md`` of its folder."""
    place = folder / "statement.md"
    try:
        statement = place.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TaskDataError(f"{place} cannot be read as UTF-8 text: {error}") from error
    body = AnswerBody(expected=entry.answer, equivalence=entry.equivalence)
    return Problem(
        id=entry.id,
        title=entry.title,
        statement=statement,
        max_points=entry.max_points,
        body=body,
        folder=str(folder),
        hash=hashlib.sha256(msgspec.json.encode(body)).hexdigest(),
    )


def why_not(entry: ProblemEntry, folder: Path, how_to_add: str) -> str:
    """Return why a problem cannot be judged here, or nothing."""
    if entry.type == ANSWER:
        return ""
    if entry.type not in READABLE:
        return f"task type {entry.type} is not judged yet"
    if not folder.is_dir():
        return f"no package in the data store ({how_to_add})"
    try:
        read_manifest(folder)
        no_input, no_answer = missing_tests(folder)
    except UnsupportedError as error:
        return error.message
    missing = no_input or (() if entry.type == "Communication" else no_answer)
    if missing:
        what = "inputs" if no_input else "answers"
        return f"its package lacks {len(missing)} test {what}, such as {missing[0]}"
    return ""


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
        show_statements=file.show_statements,
        sources=file.sources,
        notes=tuple(notes),
    ).sealed()
