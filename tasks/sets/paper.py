"""A paper as it is in the data store: the statements and answers of one published file.

::

    <root>/aime2025/I/paper.json
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from tasks.packages.files import decoded

PAPER = "paper.json"


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One problem of a paper."""

    id: str
    statement: str
    answer: str = ""
    """Empty where a proof is handed in."""
    reference: str = ""
    """A reference solution of a problem that asks for a proof."""
    guidelines: str = ""
    """How a proof is to be marked, in the words of the publisher."""


class Unusable(msgspec.Struct, frozen=True, kw_only=True):
    """A problem that the published file holds in a form that cannot be used."""

    id: str
    reason: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The problems of one published file, in the order of the set."""

    items: tuple[Item, ...]
    unusable: tuple[Unusable, ...] = ()

    @property
    def sha256(self) -> str:
        """Hash of what can change a score: statements, answers, references, guidelines.

        Line ends, the order of rows and everything that is not read are no part of it.
        """
        return hashlib.sha256(msgspec.json.encode(self.items)).hexdigest()


def write_paper(folder: Path, paper: Paper) -> None:
    """Write a paper into its folder of the data store."""
    (folder / PAPER).write_bytes(msgspec.json.format(msgspec.json.encode(paper), indent=1))


def read_paper(folder: Path, ids: Sequence[str]) -> Paper:
    """Read a paper from its folder of the data store.

    Raises :class:`~harness.errors.TaskDataError` when it is damaged, or not of these problems.
    """
    paper = decoded(folder / PAPER, Paper)
    found = {item.id for item in paper.items} | {one.id for one in paper.unusable}
    if found != set(ids) or len(paper.items) + len(paper.unusable) != len(ids):
        raise TaskDataError(
            f"{folder / PAPER} does not hold the problems of this set",
            hint="bring the paper in again with `harness data add`",
        )
    return paper
