"""Contests of final answers that MathArena publishes, a year at a time."""

from __future__ import annotations

from pathlib import Path

from harness.task import Defaults
from tasks.sets.answers import AnswerSet
from tasks.sets.matharena import read_matharena
from tasks.sets.paper import Paper
from tasks.sets.set_file import PaperEntry


class YearlySet(AnswerSet):
    """A contest of one year: its figures are in the folder of that year, beside the prompts."""

    home: Path
    """Folder of the contest, of all its years."""
    year: str
    defaults = Defaults(attempts=4)

    def __init__(self) -> None:
        super().__init__(self.home / self.year / "set.toml", self.home / "prompts" / "boxed.md")

    def read(self, place: Path, entry: PaperEntry) -> Paper:
        """Read a paper as MathArena publishes it."""
        return read_matharena(place, tuple(entry.titles))
