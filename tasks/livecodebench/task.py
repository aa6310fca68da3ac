"""LiveCodeBench's code generation: programs and functions in Python, by the date of the contest."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.data import DataStore
from harness.errors import TaskDataError, UsageError
from harness.prompts import Prompting, read_template, render
from harness.task import DataProblem, Defaults, Extraction, Tools
from harness.types import (
    CodeBody,
    Comparison,
    Contest,
    Grade,
    Problem,
    Submission,
    Template,
)
from harness.view import view_of
from tasks.code_task import judge_source
from tasks.difficulties import EASIEST_FIRST, lacking, left_out
from tasks.livecodebench.extract import last_fenced
from tasks.livecodebench.kept import FILE, LANGUAGE, Kept, keep, problem_of, read_kept
from tasks.livecodebench.row import Row, read_rows, release_of, tests_of
from tasks.livecodebench.windows import window
from tasks.packages.files import inside

HERE = Path(__file__).parent
STORE = "livecodebench"
"""The folder of the data store that all windows share."""


class LiveCodeBench:
    """All problems that are in the data store."""

    id = "livecodebench"
    store = STORE
    version = "1"
    defaults = Defaults(prompt_language=LANGUAGE, attempts=8)

    def __init__(self) -> None:
        self._window = window(self.id)

    def contest(self, data: DataStore) -> Contest:
        """Return the problems of the window that are in the data store, the easy ones first."""
        held = self._held(data)
        problems = [
            problem_of(kept, data.folder(STORE, kept.id)) for kept in held if not kept.unusable
        ]
        gaps = [left_out(kept.id, kept.title, kept.unusable) for kept in held if kept.unusable]
        if not held:
            how = f"no problem in the data store (`harness data add {self.id} FILE` brings them in)"
            gaps = [left_out("all", "all problems", how)]
        return Contest(
            id=self.id,
            title=self._window.title,
            date=min((kept.date for kept in held), default=self._window.first).isoformat(),
            rules="independent",
            problems=tuple(problems),
            left_out=tuple(gaps),
            submission_limit=1,
            languages=(LANGUAGE,),
            sources=self._window.sources,
            notes=tuple(filter(None, (lacking(self.id, len(held), self._window.problems),))),
        ).sealed()

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        """Ask as LiveCodeBench asks chat models, for a program or for a function."""
        if language != LANGUAGE:
            raise UsageError(
                f"there is no prompt for the language {language!r}",
                hint=f"say --language {LANGUAGE}",
            )
        assert isinstance(problem.body, CodeBody)
        function = problem.body.comparison is Comparison.VALUE
        place = HERE / "prompts" / ("function.md" if function else "program.md")
        return render(template or read_template(place), view_of(problem).values)

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Find what stands between the last two fences."""
        return last_fenced(text, LANGUAGE)

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        """Judge the source on every test."""
        return judge_source(problem, submission, content, tools)

    def add_data(
        self,
        data: DataStore,
        source: Path,
        tools: Tools,  # noqa: ARG002
    ) -> tuple[DataProblem, ...]:
        """Take in every problem of a file, or of the files of a folder.

        Raises :class:`~harness.errors.TaskDataError` when a line is no problem, or another one of
        the same name: then nothing came in. A problem whose tests cannot be read is kept as one
        that is left out.
        """
        files = _files(source)
        _check(files)
        came = [
            self._add(data, row, release_of(place))
            for place in files
            for _, row in read_rows(place)
        ]
        count = sum(self._window.holds(kept) for kept in _all(data))
        note = lacking(self.id, count, self._window.problems)
        # Said once, with the last problem.
        notes = [""] * (len(came) - 1) + [note]
        return tuple(map(self._told, came, notes))

    def _add(self, data: DataStore, row: Row, release: int) -> Kept:
        try:
            tests = tests_of(row)
        except ValueError as error:
            with data.filling(STORE, row.question_id) as folder:
                return keep(folder, row, release, str(error))
        with data.filling(STORE, row.question_id) as folder:
            return keep(folder, row, release, tests)

    def _told(self, kept: Kept, note: str) -> DataProblem:
        notes = [note] if note else []
        if not self._window.holds(kept):
            release = f", release {kept.release}" if kept.release else ""
            notes = [f"not in {self.id}: it is of {kept.date}{release}", *notes]
        return DataProblem(
            problem=kept.id,
            ready=not kept.unusable,
            tests=len(kept.tests),
            missing=(kept.unusable,) if kept.unusable else (),
            notes=tuple(notes),
        )

    def _held(self, data: DataStore) -> list[Kept]:
        """Return the problems of the window, easy ones first, then by date."""
        held = [kept for kept in _all(data) if self._window.holds(kept)]
        return sorted(held, key=lambda k: (EASIEST_FIRST.index(k.difficulty), k.date, k.id))


class LiveCodeBenchV5(LiveCodeBench):
    """279 problems of release_v5, from August 2024 to February 2025."""

    id = "livecodebench_v5"


class LiveCodeBenchV6(LiveCodeBench):
    """454 problems of release_v6, from August 2024 to May 2025."""

    id = "livecodebench_v6"


def _all(data: DataStore) -> list[Kept]:
    """Return all problems in the data store."""
    return [read_kept(place.parent) for place in sorted((data.root / STORE).glob(f"[!.]*/{FILE}"))]


def _files(source: Path) -> list[Path]:
    """Return the files to read: the one that is named, or those of the folder."""
    if source.is_file():
        return [source]
    found = sorted(source.glob("*.jsonl"))
    for place in found:
        inside(source, place)
    if not found:
        raise TaskDataError(
            f"{source} holds no file of LiveCodeBench",
            hint="its files are test.jsonl and test2.jsonl to test6.jsonl",
        )
    return found


def _check(files: Sequence[Path]) -> None:
    """Raise before anything comes in where a line is no problem, or one differs from another."""
    seen: dict[str, tuple[bytes, str]] = {}
    for place in files:
        for number, row in read_rows(place):
            where = f"{place}, line {number}"
            content = hashlib.sha256(msgspec.json.encode(row)).digest()
            other, there = seen.setdefault(row.question_id, (content, where))
            if other != content:
                raise TaskDataError(
                    f"{where}: another problem {row.question_id} than in {there}",
                    hint="name a file, or a folder with files of one release",
                )
    if not seen:
        raise TaskDataError(
            f"{files[0]} holds no problem", hint="name a file of LiveCodeBench, a problem a line"
        )
