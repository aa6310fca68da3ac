"""IOI contests: packages from the data store, one submission a source file with a grader."""

from __future__ import annotations

from pathlib import Path

from harness.data import DataStore
from harness.errors import TaskDataError, UnsupportedError
from harness.prompts import Prompting
from harness.task import DataProblem, Defaults, Extraction, Tools
from harness.types import CodeBody, Contest, Grade, Problem, Source, Submission, Template
from tasks.assemble import assemble, why_not
from tasks.code_prompt import code_prompt
from tasks.contest_file import ContestFile, ProblemEntry, check_agreement, read_contest_file
from tasks.extract import extract_code
from tasks.fences import fences_of
from tasks.packages.answers import make_answers
from tasks.packages.archive import opened
from tasks.packages.cms import missing_tests, read_manifest, read_package
from tasks.packages.find import copy_package, find_packages

HERE = Path(__file__).parent


class IOI:
    """The IOI of one year; its figures are in the folder of that year."""

    id: str
    year: str
    version = "1"
    defaults = Defaults()

    def __init__(self) -> None:
        self._file: ContestFile = read_contest_file(HERE / self.year / "contest.toml")

    def contest(self, data: DataStore) -> Contest:
        """Return the contest as far as its packages are in the data store."""
        how = f"`harness data add {self.id} DIR` brings it in"
        return assemble(self._file, lambda problem: data.folder(self.id, problem), how)

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        """Ask for one source file in the language."""
        return code_prompt(HERE / "prompts", problem, language, template)

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Find the last C++ block, whatever the problem."""
        return extract_code(text, "cpp", fences_of("cpp"))

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        """Judge the source on every test."""
        return tools.code.judge(
            problem,
            Source.of(content),
            submission.language,
            submission=submission.id,
            attempt=submission.attempt,
        )

    def add_data(self, data: DataStore, source: Path, tools: Tools) -> tuple[DataProblem, ...]:
        """Take in every package of this contest that is found under ``source``.

        Answers that a package lacks are made with its model solution. Raises
        :class:`~harness.errors.TaskDataError` when there is no package of this contest.
        """
        with opened(source) as folder:
            found: dict[str, Path] = {}
            for package in find_packages(folder):
                code = read_manifest(package).code
                if code in found:
                    raise TaskDataError(
                        f"{found[code]} and {package} are both packages of {code}",
                        hint="name the folder that holds the one you mean",
                    )
                found[code] = package
            known = {entry.id for entry in self._file.problems}
            if not known & found.keys():
                raise TaskDataError(
                    f"{source} holds no package of {self.id}"
                    + (f" (it holds {', '.join(sorted(found))})" if found else ""),
                    hint=f"the packages are {', '.join(sorted(known))}, each with a problem.json",
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
            no_input, no_answer = missing_tests(package)
            if no_answer and not no_input and entry.type not in ("Batch", "Communication"):
                what = f"{len(no_answer)} test answers, such as {no_answer[0]}.out"
                return self._not_whole(data, entry, package, what)
            if no_input:
                what = f"{len(no_input)} test inputs, such as {no_input[0]}.in"
                return self._not_whole(data, entry, package, what)
            with data.filling(self.id, entry.id) as folder:
                copy_package(package, folder)
                made = make_answers(folder, tools) if entry.type == "Batch" else None
                problem = read_package(folder)
                check_agreement(entry, problem)
        except UnsupportedError as error:
            return self._not_whole(data, entry, package, error.message)
        return DataProblem(
            problem=entry.id,
            ready=True,
            tests=_tests(problem),
            notes=(made.sentence,) if made is not None else (),
        )

    def _not_whole(
        self, data: DataStore, entry: ProblemEntry, package: Path, missing: str
    ) -> DataProblem:
        """Keep a package that cannot be judged, but never in the place of another."""
        if data.has(self.id, entry.id):
            return self._stored(data, entry, f"{package} is not whole ({missing})")
        with data.filling(self.id, entry.id) as folder:
            copy_package(package, folder)
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
            lacks = why_not(entry, folder, "")
            if not lacks:
                return DataProblem(
                    problem=entry.id, ready=True, tests=_tests(read_package(folder)), notes=(note,)
                )
        except TaskDataError as error:
            # Another problem's damage must not keep the one that came in from being reported.
            lacks = error.message
        return DataProblem(problem=entry.id, ready=False, missing=(lacks,), notes=(note,))


class IOI2024(IOI):
    """The IOI of 2024: six problems; no medal line with a source."""

    id = "ioi2024"
    year = "2024"


class IOI2025(IOI):
    """The IOI of 2025: six problems, gold at 438.30 of 600."""

    id = "ioi2025"
    year = "2025"


def _tests(problem: Problem) -> int:
    assert isinstance(problem.body, CodeBody)
    return len(problem.body.tests)
