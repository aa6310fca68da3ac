"""What problem sets share: papers come in whole, and become a contest with the rest left out."""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from pathlib import Path

import msgspec

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.prompts import Prompting, read_template, render
from harness.task import DataProblem, Defaults, Tools
from harness.types import Body, Contest, LeftOut, Problem, Template
from harness.view import view_of
from tasks.packages.archive import is_archive, opened
from tasks.packages.files import inside
from tasks.packages.find import MAX_DEPTH
from tasks.sets.paper import Item, Paper, read_paper, write_paper
from tasks.sets.set_file import PaperEntry, SetFile, read_set_file


class SetTask(ABC):
    """A problem set whose figures are in a file, and whose papers are in the data store."""

    id: str
    version = "1"
    defaults = Defaults()

    def __init__(self, set_file: Path, prompt: Path) -> None:
        self._file = read_set_file(set_file)
        self._prompt = prompt

    @abstractmethod
    def read(self, place: Path, entry: PaperEntry) -> Paper:
        """Read a published file or folder as a paper, whole or not at all."""

    @abstractmethod
    def body(self, file: SetFile, item: Item) -> Body:
        """Return what a problem of a paper asks for, and what that is judged by."""

    def problem(self, file: SetFile, item: Item, title: str, subset: str) -> Problem:
        """Return a problem of a paper."""
        body = self.body(file, item)
        return Problem(
            id=item.id,
            title=title,
            statement=item.statement,
            max_points=file.points,
            body=body,
            hash=hashlib.sha256(msgspec.json.encode((body, item.statement))).hexdigest(),
            subset=subset,
        )

    def prompt(
        self,
        problem: Problem,
        language: str,  # noqa: ARG002
        template: Template | None = None,
    ) -> Prompting:
        """Ask with the set's own prompt; no programming language is asked for."""
        return render(template or read_template(self._prompt), view_of(problem).values)

    def contest(self, data: DataStore) -> Contest:
        """Return the set as far as its papers are in the data store."""
        problems: list[Problem] = []
        left_out: list[LeftOut] = []
        notes: list[str] = []
        for entry in self._file.papers:
            paper = self._stored(data, entry)
            if isinstance(paper, str):
                left_out += [self._left(n, t, paper) for n, t in entry.titles.items()]
                continue
            subsets = {name: part.subset for part in entry.parts for name in part.titles}
            problems += [
                self.problem(self._file, item, entry.titles[item.id], subsets[item.id])
                for item in paper.items
            ]
            left_out += [
                self._left(one.id, entry.titles[one.id], one.reason) for one in paper.unusable
            ]
            notes += [note for note in (provenance(entry, paper),) if note]
        return Contest(
            id=self._file.id,
            title=self._file.title,
            date=self._file.date,
            rules=self._file.rules,
            problems=tuple(problems),
            left_out=tuple(left_out),
            submission_limit=self._file.submission_limit,
            feedback=self._file.feedback,
            sources=self._file.sources,
            notes=tuple(notes),
        ).sealed()

    def add_data(
        self,
        data: DataStore,
        source: Path,
        tools: Tools,  # noqa: ARG002
    ) -> tuple[DataProblem, ...]:
        """Take in every paper of this set that is found: a file, a folder or an archive of them.

        Raises :class:`~harness.errors.TaskDataError` when there is none, or when one is damaged:
        then nothing came in.
        """
        if source.is_file() and not is_archive(source):
            found = self._named(source)
            came = self._read_all(found)
        else:
            with opened(source) as folder:
                found = self._under(folder, source)
                came = self._read_all(found)
        for name, paper in came.items():
            with data.filling(self.id, name) as folder:
                write_paper(folder, paper)
        return tuple(
            one for entry in self._file.papers for one in self._told(data, entry, entry.id in came)
        )

    def _named(self, source: Path) -> dict[str, Path]:
        """Return the paper that a file is, which may have any name where there is only one."""
        if len(self._file.papers) > 1 or source.suffix != Path(self._file.papers[0].file).suffix:
            raise TaskDataError(
                f"{source} is no paper of {self.id}", hint=f"its papers are {self._names()}"
            )
        return {self._file.papers[0].id: source}

    def _under(self, folder: Path, source: Path) -> dict[str, Path]:
        """Return the places of the set's papers under a folder."""
        ids = {entry.file: entry.id for entry in self._file.papers}
        found: dict[str, Path] = {}
        if folder.name in ids:
            found[ids[folder.name]] = folder
            return found
        for place in _walk(folder):
            name = ids.get(place.name)
            if name is None:
                continue
            if name in found:
                raise TaskDataError(
                    f"{found[name]} and {place} are both {place.name}",
                    hint="name the folder that holds the one you mean",
                )
            inside(folder, place)
            found[name] = place
        if not found:
            raise TaskDataError(
                f"{source} holds no paper of {self.id}", hint=f"its papers are {self._names()}"
            )
        return found

    def _names(self) -> str:
        return " and ".join(entry.file for entry in self._file.papers)

    def _read_all(self, places: dict[str, Path]) -> dict[str, Paper]:
        """Read all papers before any of them comes in."""
        found = {}
        for entry in self._file.papers:
            if entry.id in places:
                paper = self.read(places[entry.id], entry)
                for copy in entry.copies:
                    if copy.task and copy.sha256 == paper.sha256:
                        raise TaskDataError(
                            f"{places[entry.id]} is the paper of {copy.task}, not of {self.id}",
                            hint=f"bring it in with `harness data add {copy.task} …`",
                        )
                for item in paper.items:  # an answer that the set cannot have is an error
                    self.problem(self._file, item, entry.titles[item.id], "")
                found[entry.id] = paper
        return found

    def _stored(self, data: DataStore, entry: PaperEntry) -> Paper | str:
        """Return a paper from the data store, or why there is none."""
        if not data.has(self.id, entry.id):
            return (
                f"no {entry.file} in the data store (`harness data add {self.id} DIR` brings it in)"
            )
        return read_paper(data.folder(self.id, entry.id), tuple(entry.titles))

    def _left(self, name: str, title: str, reason: str) -> LeftOut:
        return LeftOut(id=name, title=title, max_points=self._file.points, reason=reason)

    def _told(self, data: DataStore, entry: PaperEntry, came: bool) -> list[DataProblem]:
        """Return how the problems of a paper stand."""
        try:
            paper = self._stored(data, entry)
        except TaskDataError as error:
            # Another paper's damage must not keep the one that came in from being reported.
            paper = error.message
        if isinstance(paper, str):
            return [DataProblem(problem=n, ready=False, missing=(paper,)) for n in entry.titles]
        kept = "" if came else "as it was in the data store"
        notes = tuple(note for note in (provenance(entry, paper), kept) if note)
        lost = {one.id: one.reason for one in paper.unusable}
        return [
            DataProblem(problem=name, ready=False, missing=(lost[name],))
            if name in lost
            else DataProblem(problem=name, ready=True, notes=notes)
            for name in entry.titles
        ]


def provenance(entry: PaperEntry, paper: Paper) -> str:
    """Return what must be said of a paper that is no copy that was looked at."""
    if not entry.copies or any(paper.sha256 == copy.sha256 for copy in entry.copies):
        return ""
    return (
        f"{entry.file} (content {paper.sha256[:12]}) is not the copy that was looked at "
        f"({entry.copies[0].source}): statements or answers may be others"
    )


def _walk(source: Path) -> list[Path]:
    """Return files and folders under a folder, sorted, without hidden ones; links stay links."""
    found: list[Path] = []
    for folder, folders, files in os.walk(source):
        depth = len(Path(folder).relative_to(source).parts)
        folders[:] = [f for f in folders if not f.startswith(".")] if depth < MAX_DEPTH else []
        found += [Path(folder, name) for name in (*folders, *files) if not name.startswith(".")]
    return sorted(found)
