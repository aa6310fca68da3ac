"""IMO contests: statements from the data store, one proof a problem, marked by a jury."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.prompts import Prompting, read_template, render
from harness.task import DataProblem, Defaults, Extraction, JudgeTools, Tools
from harness.types import Contest, Grade, Problem, ProofBody, Submission, Template
from harness.view import view_of
from tasks.assemble import assemble
from tasks.contest_file import ProblemEntry, read_contest_file
from tasks.hub import matharena_imo
from tasks.packages.archive import opened
from tasks.packages.files import inside, text
from tasks.proof import whole_proof
from tasks.proof_folder import FILES, STATEMENT, note_of, read_proof

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
        return whole_proof(text)

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
        """Take in statements, and what they are marked by where there is any.

        A problem is ``p1.md``, or a folder ``p1`` with what :mod:`tasks.proof_folder` names. A
        statement replaces all that was there of its problem; a solution or a rubric that comes
        without one joins the statement that is there.

        Raises :class:`~harness.errors.TaskDataError` when there is nothing of this contest, or
        when a file is damaged: then nothing came in.
        """
        with TemporaryDirectory(prefix="harness-imo-") as name, opened(source) as held:
            fresh = Path(name)
            came = [e for e in self._file.problems if self._gather(data, e, held, fresh / e.id)]
            if not came:
                ids = [entry.id for entry in self._file.problems]
                raise TaskDataError(
                    f"{source} holds no statement of {self.id}",
                    hint=f"write {ids[0]}.md, {ids[1]}.md and so on, each with one problem's text",
                )
            for entry in came:
                with data.filling(self.id, entry.id) as folder:
                    shutil.copytree(fresh / entry.id, folder, dirs_exist_ok=True)
        return tuple(self._told(data, entry) for entry in self._file.problems)

    def _gather(self, data: DataStore, entry: ProblemEntry, source: Path, fresh: Path) -> bool:
        """Put what there is of a problem into a fresh folder, read; whether there is anything."""
        home = source / entry.id
        found = {name: home / name for name in FILES if (home / name).exists()}
        if STATEMENT not in found and (source / f"{entry.id}.md").exists():
            found[STATEMENT] = source / f"{entry.id}.md"
        if not found:
            return False
        stored = data.folder(self.id, entry.id)
        if STATEMENT not in found:
            if not (stored / STATEMENT).is_file():
                raise TaskDataError(
                    f"{home} has no {STATEMENT}, and the data store has none of {entry.id}",
                    hint="put the problem's text beside its solution",
                )
            kept = {name: stored / name for name in FILES if (stored / name).is_file()}
            found = kept | found
        fresh.mkdir()
        for name, place in found.items():
            inside(source, place, also=stored)
            (fresh / name).write_text(text(place.parent, place), "utf-8")
        try:
            read_proof(entry, fresh)
        except TaskDataError as error:
            # Named as the user knows it, not as the copy is.
            for name, place in found.items():
                error.message = error.message.replace(str(fresh / name), str(place))
            raise
        return True

    def _told(self, data: DataStore, entry: ProblemEntry) -> DataProblem:
        """Return how a problem stands."""
        if not data.has(self.id, entry.id):
            return DataProblem(problem=entry.id, ready=False, missing=("no statement found",))
        folder = data.folder(self.id, entry.id)
        try:
            body = read_proof(entry, folder).body
            said = note_of(entry, folder)
        except TaskDataError as error:
            # Another problem's damage must not keep the one that came in from being reported.
            return DataProblem(problem=entry.id, ready=False, missing=(error.message,))
        assert isinstance(body, ProofBody)
        parts = ["a statement"]
        parts += ["a reference solution"] * bool(body.references)
        parts += [f"a rubric of {len(body.rubric)} items"] * bool(body.rubric)
        notes = (f"{', '.join(parts)}", *filter(None, (said,)))
        return DataProblem(problem=entry.id, ready=True, notes=notes)


class IMO2025(IMO):
    """The IMO of 2025: six problems, gold at 35 of 42."""

    id = "imo2025"
    public = (matharena_imo.IMO2025,)
    year = "2025"
