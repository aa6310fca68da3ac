"""A contest of one's own as a task: packages are read where they are, and nothing is copied."""

from __future__ import annotations

from pathlib import Path
from string import ascii_uppercase

import msgspec

from harness.config import place_of
from harness.data import DataStore
from harness.errors import TaskDataError, UnsupportedError, UsageError
from harness.fenced import last_block
from harness.findings import Findings
from harness.prompts import Prompting
from harness.task import DataProblem, Defaults, Extraction, Tools
from harness.types import (
    CodeBody,
    Contest,
    Grade,
    LeftOut,
    Problem,
    Submission,
    Template,
)
from sandbox.languages import languages
from tasks.assemble import finished
from tasks.code_task import judge_source
from tasks.contest_file import ContestFile, in_languages
from tasks.extract import extract_code
from tasks.fences import fences_of
from tasks.own.contest import FEEDBACK, RULES, name_of, read_own
from tasks.own.found import find_any_packages
from tasks.own.prompt import own_prompt
from tasks.packages.any import read_any_package
from tasks.packages.files import text
from tasks.packages.inferred import with_limit
from tasks.packages.package import Package
from tasks.proof_folder import STATEMENT


class OwnTask:
    """The contest that a ``contest.toml`` and the packages beside it make together."""

    version = "1"

    def __init__(self, place: Path) -> None:
        self.place = place.absolute()
        """The contest file."""
        self.id = name_of(self.place)
        self._own = read_own(self.place)
        asked = self._own.languages[0] if self._own.languages else "cpp"
        self.defaults = Defaults(prompt_language=asked, attempts=self._own.attempts)

    def contest(self, data: DataStore) -> Contest:
        """Return the contest: problems whose packages are whole, and the others by name.

        Raises :class:`~harness.errors.TaskDataError` for a package that is damaged, naming it.
        """
        problems: list[Problem] = []
        left_out: list[LeftOut] = []
        notes = list(self._own.notes)
        for label, folder in self.packages():
            found = self._problem(label, folder, Findings(data.root), notes)
            if isinstance(found, LeftOut):
                left_out.append(found)
            else:
                problems.append(in_languages(found, self._own.languages))
        return finished(self._file(), problems, left_out, notes)

    def packages(self) -> tuple[tuple[str, Path], ...]:
        """Return the label and the folder of each problem, in order."""
        home = (self.place.parent / self._folder()).resolve()
        if not home.is_dir():
            raise TaskDataError(
                f"{self.place}: there is no folder {home} with packages",
                hint='name it with packages = "FOLDER", relative to the contest file',
            )
        found = find_any_packages(home)
        missing = [name for name in self._own.problems if name not in found]
        if missing or not found:
            named = f"no package {missing[0]}" if missing else "no package"
            raise TaskDataError(
                f"{self.place}: {home} holds {named} (it holds {', '.join(found) or 'none'})",
                hint="a package is a folder with a problem.yaml, problem.json or problem.xml",
            )
        chosen = self._own.problems or tuple(found)
        labels = self._labels(chosen)
        unknown = sorted(set(self._own.time_limits) - set(labels))
        if unknown:
            raise TaskDataError(
                f"{self.place}: time_limits names {unknown[0]}, which is no label",
                hint=f"the labels are {', '.join(labels)}",
            )
        return tuple((label, found[name]) for label, name in zip(labels, chosen, strict=True))

    def _folder(self) -> Path:
        try:
            return place_of(self._own.packages, f"{self.place}: packages")
        except UsageError as error:
            raise TaskDataError(error.message, hint=error.hint) from None

    def _labels(self, chosen: tuple[str, ...]) -> tuple[str, ...]:
        if self._own.labels:
            if len(self._own.labels) != len(chosen):
                raise TaskDataError(
                    f"{self.place}: {len(self._own.labels)} labels for the {len(chosen)} packages "
                    f"{', '.join(chosen)}",
                    hint="give as many, or name the problems too",
                )
            return self._own.labels
        if self._own.rules == "icpc" and len(chosen) <= len(ascii_uppercase):
            return tuple(ascii_uppercase[: len(chosen)])
        return chosen

    def _problem(
        self, label: str, folder: Path, findings: Findings, notes: list[str]
    ) -> Problem | LeftOut:
        try:
            package = self._package(label, folder, findings)
        except UnsupportedError as error:
            return LeftOut(id=label, title=folder.name, max_points=0.0, reason=error.message)
        problem = package.problem
        dropped = (
            f"{len(package.dropped)} tests, such as {package.dropped[0]}" if package.dropped else ""
        )
        if package.dropped and not self._own.allow_missing:
            reason = f"{folder} lacks {dropped} (allow_missing = true judges on the rest)"
            return _left_out(label, problem, reason)
        if package.rule is not None:
            reason = f"{folder} says no time limit (`harness selftest {folder}` measures one)"
            return _left_out(label, problem, reason)
        if package.dropped:
            notes.append(f"{label}: judged without {dropped}, which are not in this copy")
        if not problem.statement.strip() and (folder / STATEMENT).is_file():
            # A model is sent this: a link must not make it a file of this machine's.
            statement = text(folder, folder / STATEMENT)
            problem = msgspec.structs.replace(problem, statement=statement)
        return msgspec.structs.replace(problem, id=label)

    def _package(self, label: str, folder: Path, findings: Findings) -> Package:
        seconds = self._own.time_limits.get(label, self._own.time_limit)
        package = read_any_package(
            folder,
            allow_missing=True,
            time_limit_s=seconds,
            findings=findings,
            may_be_open=True,
        )
        body = package.problem.body
        if self._own.time_factor is None or seconds is not None or package.rule is not None:
            return package
        assert isinstance(body, CodeBody)
        limit = round(body.time_limit_s * self._own.time_factor, 6)
        return msgspec.structs.replace(package, problem=with_limit(package.problem, limit))

    def _file(self) -> ContestFile:
        own = self._own
        return ContestFile(
            id=self.id,
            title=own.title,
            date=str(own.date or ""),
            rules=RULES[own.rules],
            submission_limit=own.submission_limit,
            feedback=own.feedback or FEEDBACK[own.rules],
            show_statements=own.show_statements,
            languages=own.languages,
            sources=own.sources or (str(self.place.name),),
            cutoffs=own.cutoffs,
            medal_places=own.medal_places,
            problems=(),
        )

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        """Ask for one source file in the language."""
        return own_prompt(self._own.title, problem, language, template)

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        """Find the last block in a language of the problem; without a word it is the first one."""
        body = problem.body
        assert isinstance(body, CodeBody)
        first = self.defaults.prompt_language
        keys = body.languages or tuple(languages())
        keys = (first, *(key for key in keys if key != first))
        words = {word: key for key in reversed(keys) for word in fences_of(key)}
        block = last_block(text, words)
        key = words.get(block.word, first) if block is not None else first
        return extract_code(text, key, words)

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        """Judge the source on every test."""
        return judge_source(problem, submission, content, tools)

    def add_data(
        self,
        data: DataStore,
        source: Path,  # noqa: ARG002
        tools: Tools,  # noqa: ARG002
    ) -> tuple[DataProblem, ...]:
        """Say how each problem stands: its package stays where it is."""
        contest = self.contest(data)
        note = (f"read where it is, beside {self.place}; nothing was added",)
        ready = tuple(
            DataProblem(problem=each.id, ready=True, notes=note) for each in contest.problems
        )
        return ready + tuple(
            DataProblem(problem=left.id, ready=False, missing=(left.reason,))
            for left in contest.left_out
        )


def _left_out(label: str, problem: Problem, reason: str) -> LeftOut:
    return LeftOut(
        id=label,
        title=problem.title,
        max_points=problem.max_points,
        reason=reason,
        subtasks=problem.parts,
    )
