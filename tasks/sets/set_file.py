"""``set.toml``: what is known of a problem set without any of its statements or answers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.errors import TaskDataError
from harness.types import FeedbackLevel


class Answers(StrEnum):
    """What the final answers of a set are."""

    NONE = "none"
    """There are none: proofs are handed in."""
    AIME = "aime"
    """Whole numbers from 0 to 999, by the rule of the AIME."""
    SYMBOLIC = "symbolic"
    """Numbers, terms, sets or words, however they are written."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Problems of a paper that are numbered from 1 and counted together."""

    subset: str
    """Empty where the set has only one."""
    id: str
    """Of each problem, with ``{n}`` or ``{n:03}`` for its number."""
    title: str
    """Of each problem, with ``{n}`` for its number."""
    count: Annotated[int, Meta(ge=1)]

    @property
    def titles(self) -> dict[str, str]:
        """Titles by id, in order."""
        return {self.id.format(n=n): self.title.format(n=n) for n in range(1, self.count + 1)}


class Copy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published copy of a paper that was looked at."""

    sha256: str
    """Of its content, as :attr:`tasks.sets.paper.Paper.sha256`."""
    source: str
    task: str = ""
    """The task whose paper it is, where it is another's."""


class Broken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A problem that published files hold in a form that cannot be used."""

    id: str
    reason: str


class PaperEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is published as one file or folder, and comes in whole or not at all."""

    id: str
    """Name of its folder in the data store."""
    file: str
    """Name of the published file or folder."""
    parts: tuple[Part, ...]
    copies: tuple[Copy, ...] = ()
    broken: tuple[Broken, ...] = ()

    @property
    def titles(self) -> dict[str, str]:
        """Titles of all its problems by id, in the order of the set."""
        return {name: title for part in self.parts for name, title in part.titles.items()}


class SetFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One problem set."""

    id: str
    title: str
    date: str
    rules: str
    submission_limit: int | None = None
    feedback: FeedbackLevel = FeedbackLevel.NONE
    answers: Answers
    points: float
    """Of each problem."""
    sources: tuple[str, ...]
    papers: tuple[PaperEntry, ...]


def read_set_file(place: Path) -> SetFile:
    """Read a set's file; raises :class:`~harness.errors.TaskDataError` naming what is wrong."""
    try:
        return msgspec.toml.decode(place.read_bytes(), type=SetFile)
    except (msgspec.MsgspecError, OSError) as error:
        raise TaskDataError(f"{place}: {error}", hint="mend the set's file") from error
