"""What contests of programming problems share: packages come in, one source file is handed in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

from harness.data import DataStore
from harness.errors import TaskDataError, UnsupportedError
from harness.findings import Findings
from harness.prompts import Prompting
from harness.task import DataProblem, Defaults, Extraction, Tools
from harness.types import CodeBody, Contest, Grade, Problem, Source, Submission, Template
from tasks.assemble import assemble, read_entry
from tasks.code_prompt import code_prompt
from tasks.contest_file import ProblemEntry, read_contest_file
from tasks.extract import extract_code
from tasks.fences import fences_of
from tasks.packages.archive import opened
from tasks.packages.find import copy_package, find_packages


class CodeTask(ABC):
    """A contest whose figures are in a folder, and whose packages are in the data store."""

    id: str
    version = "1"
    defaults = Defaults()
    manifest: str
    """The file that makes a folder a package."""
    kept: tuple[str, ...]
    """What of a package goes into the data store."""

    def __init__(self, contest_file: Path, prompts: Path) -> None:
        self._file = read_contest_file(contest_file)
        self._prompts = prompts

    @abstractmethod
    def problem_of(self, package: Path) -> str:
        """Return the id of the problem that a package is of, or another name of it."""

    def lacking(self, entry: ProblemEntry, package: Path) -> str:  # noqa: ARG002
        """Return what keeps a package from coming in whole, or nothing."""
        return ""

    def complete(self, entry: ProblemEntry, folder: Path, tools: Tools) -> tuple[str, ...]:  # noqa: ARG002
        """Make what a package in the data store may lack, and say so."""
        return ()

    def contest(self, data: DataStore) -> Contest:
        """Return the contest as far as its packages are in the data store."""
        how = f"`harness data add {self.id} DIR` brings it in"
        return assemble(
            self._file, lambda problem: data.folder(self.id, problem), how, Findings(data.root)
        )

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        """Ask for one source file in the language."""
        return code_prompt(self._prompts, problem, language, template)

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Find the last C++ block, whatever the problem."""
        return extract_code(text, "cpp", fences_of("cpp"))

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        """Judge the source on every test."""
        return judge_source(problem, submission, content, tools)

    def add_data(self, data: DataStore, source: Path, tools: Tools) -> tuple[DataProblem, ...]:
        """Take in every package of this contest that is found under ``source``.

        Raises :class:`~harness.errors.TaskDataError` when there is no package of this contest.
        """
        with opened(source) as folder:
            found: dict[str, Path] = {}
            for package in find_packages(folder, self.manifest):
                name = self.problem_of(package)
                if name in found:
                    raise TaskDataError(
                        f"{found[name]} and {package} are both packages of {name}",
                        hint="name the folder that holds the one you mean",
                    )
                found[name] = package
            known = {entry.id for entry in self._file.problems}
            if not known & found.keys():
                raise TaskDataError(
                    f"{source} holds no package of {self.id}"
                    + (f" (it holds {', '.join(sorted(found))})" if found else ""),
                    hint=f"the packages are {', '.join(sorted(known))}, "
                    f"each with a {self.manifest}",
                )
            return tuple(
                self._add(data, entry, found.get(entry.id), tools) for entry in self._file.problems
            )

    def _add(
        self, data: DataStore, entry: ProblemEntry, package: Path | None, tools: Tools
    ) -> DataProblem:
        if package is None:
            return self._stored(data, entry, "")
        try:
            # Read where it is, so that an error names a place the user knows.
            lacks = self.lacking(entry, package)
            if lacks:
                return self._not_whole(data, entry, package, lacks)
            with data.filling(self.id, entry.id) as folder:
                copy_package(package, folder, self.kept)
                notes = self.complete(entry, folder, tools)
                problem = read_entry(entry, folder, findings=Findings(data.root))
                if isinstance(problem, str):
                    raise UnsupportedError(problem)
        except UnsupportedError as error:
            return self._not_whole(data, entry, package, error.message)
        return DataProblem(problem=entry.id, ready=True, tests=_tests(problem), notes=notes)

    def _not_whole(
        self, data: DataStore, entry: ProblemEntry, package: Path, missing: str
    ) -> DataProblem:
        """Keep a package that cannot be judged, but never in the place of another."""
        if data.has(self.id, entry.id):
            return self._stored(data, entry, f"{package} is not whole ({missing})")
        with data.filling(self.id, entry.id) as folder:
            copy_package(package, folder, self.kept)
        return DataProblem(
            problem=entry.id,
            ready=False,
            missing=(missing,),
            notes=("what was found is in the data store; the problem is left out",),
        )

    def _stored(self, data: DataStore, entry: ProblemEntry, why: str) -> DataProblem:
        """Say how a problem stands that stays as it was, and why it does."""
        folder = data.folder(self.id, entry.id)
        if not data.has(self.id, entry.id):
            return DataProblem(problem=entry.id, ready=False, missing=("no package found",))
        note = f"{why}: " if why else ""
        note += f"the package in the data store stays as it was ({folder})"
        try:
            found = read_entry(entry, folder, findings=Findings(data.root))
        except TaskDataError as error:
            # Another problem's damage must not keep the one that came in from being reported.
            found = error.message
        if isinstance(found, str):
            return DataProblem(problem=entry.id, ready=False, missing=(found,), notes=(note,))
        return DataProblem(problem=entry.id, ready=True, tests=_tests(found), notes=(note,))


def _tests(problem: Problem) -> int:
    assert isinstance(problem.body, CodeBody)
    return len(problem.body.tests)


def judge_source(problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
    """Judge the source that was handed in on every test, as every task with programs does."""
    return tools.code.judge(
        problem,
        Source.of(content),
        submission.language,
        submission=submission.id,
        attempt=submission.attempt,
    )
