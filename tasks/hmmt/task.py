"""The HMMT February tournament of one year: thirty problems."""

from __future__ import annotations

from pathlib import Path

from harness.task import Defaults
from tasks.sets.answers import AnswerSet
from tasks.sets.matharena import read_matharena
from tasks.sets.paper import Paper
from tasks.sets.set_file import PaperEntry

HERE = Path(__file__).parent


class HMMTFebruary(AnswerSet):
    """The HMMT February of one year; its figures are in the folder of that year."""

    year: str
    defaults = Defaults(attempts=4)

    def __init__(self) -> None:
        super().__init__(HERE / self.year / "set.toml", HERE / "prompts" / "boxed.md")

    def read(self, place: Path, entry: PaperEntry) -> Paper:
        """Read a paper as MathArena publishes it."""
        return read_matharena(place, tuple(entry.titles))


class HMMTFebruary2024(HMMTFebruary):
    """The HMMT February of 2024."""

    id = "hmmt_feb2024"
    year = "2024"


class HMMTFebruary2025(HMMTFebruary):
    """The HMMT February of 2025."""

    id = "hmmt_feb2025"
    year = "2025"
