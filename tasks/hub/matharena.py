"""Papers with final answers as MathArena publishes them on the hub.

Sources: the cards of ``MathArena/aime_2024_I``, ``aime_2025``, ``hmmt_feb_2025`` and the others
(CC BY-NC-SA 4.0): ``problem_idx``, ``problem``, ``answer``, the last an integer in some and a
text in others. ``aime_2025`` numbers both papers from 1 to 30. The commits are those that public
code of several others pins; of ``hmmt_feb_2024`` none was found.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.hub.public_set import Converted, Repository, Stored
from harness.hub.table import Table
from tasks.sets.matharena import ANSWERS, CONFIG, PROBLEMS

LICENCE = "CC-BY-NC-SA-4.0"
FILES = ("data/train-*.parquet",)


class AnswerRow(msgspec.Struct, frozen=True, kw_only=True):
    """A problem."""

    problem_idx: int
    problem: str
    answer: int | str


class PaperOnHub(msgspec.Struct, frozen=True, kw_only=True):
    """Where the problems of one paper are."""

    file: str
    """Of the paper, as in ``set.toml``."""
    repository: str
    count: int
    first: int = 1
    """``problem_idx`` of its first problem."""
    digits: int = 0
    """How many an answer has in MathArena's own tables, where it is a number on the hub."""


class MathArena:
    """The papers of one contest."""

    name = "matharena"

    def __init__(self, papers: tuple[PaperOnHub, ...], commits: Mapping[str, str]) -> None:
        self._papers = papers
        self._commits = commits

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """One for each repository that a paper is in."""
        return tuple(
            Repository(
                id=name,
                licence=LICENCE,
                files=FILES,
                row=AnswerRow,
                revision=self._commits.get(name, ""),
                note="" if name in self._commits else "no full commit hash was found",
            )
            for name in dict.fromkeys(paper.repository for paper in self._papers)
        )

    def convert(self, tables: Mapping[str, Table], folder: Path, stored: Stored) -> Converted:  # noqa: ARG002
        """Write the folders that MathArena has in its own repository."""
        rows = {name: _by_number(table) for name, table in tables.items()}
        known = {
            (paper.repository, number)
            for paper in self._papers
            for number in range(paper.first, paper.first + paper.count)
        }
        for name, found in rows.items():
            for number in found:
                if (name, number) not in known:
                    raise TaskDataError(
                        f"{tables[name].source} has a problem {number}, which is of no paper",
                        hint="give another commit with --revision",
                    )
        for paper in self._papers:
            last = paper.first + paper.count
            numbers = [n for n in range(paper.first, last) if n in rows[paper.repository]]
            _write(folder / paper.file, paper, [rows[paper.repository][n] for n in numbers])
        return Converted()


def _by_number(table: Table) -> dict[int, AnswerRow]:
    found: dict[int, AnswerRow] = {}
    for row in table.rows(AnswerRow):
        if row.problem_idx in found:
            raise TaskDataError(
                f"{table.source} has the problem {row.problem_idx} twice",
                hint="give another commit with --revision",
            )
        found[row.problem_idx] = row
    return found


def _write(folder: Path, paper: PaperOnHub, rows: list[AnswerRow]) -> None:
    """Write a paper as far as its rows go; whether it is whole is for its reader to say."""
    (folder / PROBLEMS).mkdir(parents=True)
    (folder / CONFIG).write_text(f"n_problems: {paper.count}\n")
    with (folder / ANSWERS).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("id", "answer"))
        for row in rows:
            number = row.problem_idx - paper.first + 1
            table.writerow((number, str(row.answer).zfill(paper.digits)))
            (folder / PROBLEMS / f"{number}.tex").write_text(row.problem, "utf-8")


AIME2024 = MathArena(
    (
        PaperOnHub(file="aime_2024_I", repository="MathArena/aime_2024_I", count=15, digits=3),
        PaperOnHub(file="aime_2024_II", repository="MathArena/aime_2024_II", count=15, digits=3),
    ),
    {
        "MathArena/aime_2024_I": "ea5b061c3e8039dc9858defaafc407d04b995e9f",
        "MathArena/aime_2024_II": "29d5d31e9b46e215fc24d9b2a3047506823dd101",
    },
)
AIME2025 = MathArena(
    (
        PaperOnHub(file="aime_2025_I", repository="MathArena/aime_2025", count=15),
        PaperOnHub(file="aime_2025_II", repository="MathArena/aime_2025", count=15, first=16),
    ),
    {"MathArena/aime_2025": "c94da77eb22bbd6439e62a323bec18493a421302"},
)
HMMT_FEBRUARY2024 = MathArena(
    (PaperOnHub(file="hmmt_feb_2024", repository="MathArena/hmmt_feb_2024", count=30),), {}
)
HMMT_FEBRUARY2025 = MathArena(
    (PaperOnHub(file="hmmt_feb_2025", repository="MathArena/hmmt_feb_2025", count=30),),
    {"MathArena/hmmt_feb_2025": "6fdc4277120810ff75aa22d2d5489b91f7a262a1"},
)
