"""The AIME of one year: two papers of fifteen problems each."""

from __future__ import annotations

from pathlib import Path

from harness.task import Defaults
from tasks.sets.answers import AnswerSet
from tasks.sets.matharena import read_matharena
from tasks.sets.paper import Paper
from tasks.sets.set_file import PaperEntry

HERE = Path(__file__).parent


class AIME(AnswerSet):
    """The AIME of one year; its figures are in the folder of that year."""

    year: str
    defaults = Defaults(attempts=4)

    def __init__(self) -> None:
        super().__init__(HERE / self.year / "set.toml", HERE / "prompts" / "boxed.md")

    def read(self, place: Path, entry: PaperEntry) -> Paper:
        """Read a paper as MathArena publishes it."""
        return read_matharena(place, tuple(entry.titles))


class AIME2024(AIME):
    """The AIME of 2024."""

    id = "aime2024"
    year = "2024"


class AIME2025(AIME):
    """The AIME of 2025."""

    id = "aime2025"
    year = "2025"
