"""IMO contests: statements from the data store, one proof a problem, marked by a jury."""

from __future__ import annotations

import shutil
from pathlib import Path

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.fenced import without_thought
from harness.prompts import Prompting, read_template, render
from harness.task import DataProblem, Defaults, Extraction, JudgeTools, Tools
from harness.types import Contest, Grade, Problem, Submission, SubmissionKind, Template
from harness.view import view_of
from tasks.assemble import STATEMENT, assemble
from tasks.contest_file import read_contest_file

HERE = Path(__file__).parent


class IMO:
    """The IMO of one year; its figures are in the folder of that year."""

    id: str
    year: str
    version = "1"
    defaults = Defaults()

    def __init__(self) -> None:
        self._file = read_contest_file(HERE / self.year / "contest.toml")

    def contest(self, data: DataStore) -> Contest:
        """Return the problems whose statements are in the data store."""
        how = f"`harness data add {self.id} DIR` brings it in"
        return assemble(self._file, lambda problem: data.folder(self.id, problem), how)

    def prompt(
        self,
        problem: Problem,
        language: str,  # noqa: ARG002
        template: Template | None = None,
    ) -> Prompting:
        """Ask for a proof; no programming language is asked for."""
        return render(
            template or read_template(HERE / "prompts" / "proof.md"), view_of(problem).values
        )

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Return all that is said after the thoughts."""
        proof = without_thought(text).strip()
        return Extraction(kind=SubmissionKind.PROOF, content=proof) if proof else None

    async def judge(
        self, problem: Problem, submission: Submission, content: str, tools: JudgeTools
    ) -> Grade:
        """Have the jury mark the proof."""
        return await tools.proofs.judge(problem, submission, content)

    def add_data(
        self,
        data: DataStore,
        source: Path,
        tools: Tools,  # noqa: ARG002
    ) -> tuple[DataProblem, ...]:
        """Take in statements: ``p1.md`` or ``p1/statement.md``, and so on.

        Raises :class:`~harness.errors.TaskDataError` when there is none.
        """
        ids = [entry.id for entry in self._file.problems]
        found = {name: place for name in ids if (place := _statement_in(source, name))}
        if not found:
            raise TaskDataError(
                f"{source} holds no statement of {self.id}",
                hint=f"write {ids[0]}.md, {ids[1]}.md and so on, each with one problem's text",
            )
        for name, place in found.items():
            with data.filling(self.id, name) as folder:
                shutil.copyfile(place, folder / STATEMENT)
        return tuple(
            DataProblem(problem=name, ready=True, notes=("a statement",))
            if data.has(self.id, name)
            else DataProblem(problem=name, ready=False, missing=("no statement found",))
            for name in ids
        )


class IMO2025(IMO):
    """The IMO of 2025: six problems, gold at 35 of 42."""

    id = "imo2025"
    year = "2025"


def _statement_in(source: Path, name: str) -> Path | None:
    for place in (source / f"{name}.md", source / name / STATEMENT):
        if place.is_file():
            return place
    return None
