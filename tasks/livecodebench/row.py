"""One line of LiveCodeBench's files: a problem with its tests.

Source: LiveCodeBench, ``lcb_runner/benchmarks/code_generation.py`` (``CodeGenerationProblem``);
the files are ``test.jsonl`` to ``test6.jsonl`` of ``livecodebench/code_generation_lite``.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from harness.errors import TaskDataError
from tasks.livecodebench.sealed import unsealed

MAX_LINE_BYTES = 1 << 30
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
FILE = re.compile(r"test([2-9]?)\.jsonl")
"""The file's number is that of the release that added it."""

Kind = TypeVar("Kind")
Difficulty = Literal["easy", "medium", "hard"]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One test, as the file has it."""

    input: str
    """Standard input, or one argument a line in JSON."""
    output: str
    testtype: Literal["stdin", "functional"]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line, as far as it is used."""

    question_title: str
    question_content: str
    platform: str
    question_id: str
    contest_id: str
    contest_date: str
    starter_code: str
    difficulty: Difficulty
    public_test_cases: str
    private_test_cases: str
    metadata: str


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a line's ``metadata`` says, as far as it is used."""

    func_name: str | None = None


class Tests(msgspec.Struct, frozen=True, kw_only=True):
    """What a problem is judged by."""

    __test__ = False  # not a pytest class

    public: tuple[Case, ...]
    private: tuple[Case, ...]
    function: str
    """Name of the function that is asked for; empty where a program is."""


def release_of(place: Path) -> int:
    """Return the release that added a file's problems, or 0 where its name does not say."""
    named = FILE.fullmatch(place.name)
    return int(named[1] or 1) if named else 0


def read_rows(place: Path) -> Iterator[tuple[int, Row]]:
    """Yield the lines of a file with their numbers, one at a time.

    Raises :class:`~harness.errors.TaskDataError` naming the line, and the column, that is wrong.
    """
    number = 0
    try:
        with place.open("rb") as file:
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(line) > MAX_LINE_BYTES:
                    raise _wrong(place, number, f"it has more than {MAX_LINE_BYTES >> 20} MiB")
                if line.strip():
                    yield number, _row(place, number, line)
    except OSError as error:
        raise TaskDataError(
            f"{place} cannot be read: {error.strerror}", hint="check whose file it is"
        ) from error


def _row(place: Path, number: int, line: bytes) -> Row:
    try:
        row = msgspec.json.decode(line, type=Row)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong(place, number, str(error)) from None
    if not NAME.fullmatch(row.question_id):
        raise _wrong(place, number, f"the question_id {row.question_id[:60]!r} is no name")
    try:
        date_of(row)
    except ValueError:
        raise _wrong(
            place, number, f"the contest_date {row.contest_date[:60]!r} is no date"
        ) from None
    return row


def _wrong(place: Path, number: int, what: str) -> TaskDataError:
    columns = ", ".join(Row.__struct_fields__)
    return TaskDataError(
        f"{place}, line {number}: {what}",
        hint=f"fetch the published file again; its columns are {columns}",
    )


def date_of(row: Row) -> datetime.date:
    """Return the day of its contest."""
    return datetime.datetime.fromisoformat(row.contest_date).date()


def tests_of(row: Row) -> Tests:
    """Return a row's tests; raises ValueError saying why it cannot be judged."""
    function = _decoded(row.metadata, Metadata, "metadata").func_name or ""
    if function and not function.isidentifier():
        raise ValueError(f"its metadata names the function {function[:60]!r}")
    public = _decoded(row.public_test_cases, tuple[Case, ...], "public_test_cases")
    held = row.private_test_cases
    if not held.lstrip().startswith("["):
        try:
            held = unsealed(held)
        except ValueError as error:
            raise ValueError(f"its private_test_cases are {error}") from None
    private = _decoded(held, tuple[Case, ...], "private_test_cases")
    if not public + private:
        raise ValueError("it has no tests")
    for case in public + private:
        if (case.testtype == "functional") != bool(function):
            word = "names a function" if function else "names no function"
            raise ValueError(f"its metadata {word}, and a test of it is {case.testtype}")
        if function:
            _check_values(case)
    return Tests(public=public, private=private, function=function)


def _decoded(text: str, kind: type[Kind], column: str) -> Kind:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(f"its {column} cannot be read: {error}") from None


def _check_values(case: Case) -> None:
    """Raise ValueError unless arguments and value are JSON, as a function is judged by them."""
    for text in (*case.input.split("\n"), case.output):
        try:
            json.loads(text, parse_int=float)  # of any number of digits
        except (ValueError, RecursionError) as error:
            raise ValueError(f"a test of it holds {text[:60]!r}, no JSON: {error}") from None
