"""IMO statements and marking schemes as MathArena publishes them on the hub.

Source: the card of ``MathArena/imo_2025`` (CC BY-NC-SA 4.0): ``problem_idx``, ``problem``,
``points``, and ``grading_scheme``, a list of ``title``, ``desc`` and ``points``. No full commit
hash of its present data was found, so none is pinned. A scheme comes in unapproved: a person has
to stand for it before a proof is marked by it. What the data store has beside the statement
stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.hub.public_set import Converted, Repository, Stored
from harness.hub.table import Table
from tasks.hub.matharena import FILES, LICENCE
from tasks.proof_folder import RUBRIC, SOLUTION, STATEMENT, Item, Rubric, rubric_text


class SchemePart(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a marking scheme."""

    title: str | None = None
    desc: str | None = None
    points: float


class ProofRow(msgspec.Struct, frozen=True, kw_only=True):
    """A problem."""

    problem_idx: str | int
    problem: str
    points: float
    grading_scheme: list[SchemePart] | None = None


class MathArenaIMO:
    """The IMO of one year, whose problems are p1, p2 and so on."""

    name = "matharena"

    def __init__(self, repository: str, problems: int, revision: str = "") -> None:
        self._repository = repository
        self._problems = problems
        self._revision = revision

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """The one."""
        return (
            Repository(
                id=self._repository,
                licence=LICENCE,
                files=FILES,
                row=ProofRow,
                revision=self._revision,
                note="" if self._revision else "no full commit hash of its present data was found",
            ),
        )

    def convert(self, tables: Mapping[str, Table], folder: Path, stored: Stored) -> Converted:
        """Write a folder of each problem."""
        table = tables[self._repository]
        joined = []
        for row in table.rows(ProofRow):
            number = str(row.problem_idx)
            home = folder / f"p{number}"
            if number not in map(str, range(1, self._problems + 1)) or home.exists():
                raise TaskDataError(
                    f"{table.source} has the problem {number!r}, which is there twice or is none",
                    hint="give another commit with --revision",
                )
            home.mkdir()
            (home / STATEMENT).write_text(row.problem, "utf-8")
            scheme = _scheme(row, table.source)
            if scheme is not None:
                (home / RUBRIC).write_text(rubric_text(scheme), "utf-8")
            if _keep(stored(home.name), home):
                joined.append(home.name)
        return Converted(joined=tuple(joined))


def _scheme(row: ProofRow, source: str) -> Rubric | None:
    """Return the marking scheme, where its points are those of the problem."""
    items = tuple(
        Item(text=": ".join(filter(None, (part.title, part.desc))), points=part.points)
        for part in row.grading_scheme or ()
        if part.points > 0 and (part.title or part.desc)
    )
    if not items or sum(item.points for item in items) != row.points:
        return None
    return Rubric(source=source, items=items)


def _keep(stored: Path | None, home: Path) -> bool:
    """Take over what the data store has beside the statement; whether there was anything."""
    kept = [name for name in (SOLUTION, RUBRIC) if stored and (stored / name).is_file()]
    for name in kept:
        assert stored is not None
        shutil.copyfile(stored / name, home / name)
    return bool(kept)


IMO2025 = MathArenaIMO("MathArena/imo_2025", problems=6)
