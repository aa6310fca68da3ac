"""IMO-Bench's sets, each in the two versions that were published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.hub.public_set import PublicSet
from tasks.hub import imobench
from tasks.imobench.rows import ID, PROBLEM, read_rows
from tasks.sets.answers import AnswerSet
from tasks.sets.paper import Item, Paper
from tasks.sets.proofs import ProofSet
from tasks.sets.set_file import PaperEntry
from tasks.sets.table import Row

HERE = Path(__file__).parent

AREAS = {
    "algebra": "Algebra",
    "combinatorics": "Combinatorics",
    "geometry": "Geometry",
    "number_theory": "Number theory",
}
"""What a problem's id says of its area, and the word for it."""

LEVELS = ("pre-IMO", "IMO-easy", "IMO-medium", "IMO-hard")

ANSWER = "Short Answer"
SOLUTION = "Solution"
GUIDELINES = "Grading guidelines"


class AnswerBench(AnswerSet):
    """IMO-AnswerBench: 400 problems with a short answer."""

    id = "imo_answerbench"
    public: tuple[PublicSet, ...] = (imobench.ANSWERBENCH,)

    def __init__(self) -> None:
        super().__init__(HERE / f"{self.id}.toml", HERE / "prompts" / "boxed.md")

    def read(self, place: Path, entry: PaperEntry) -> Paper:
        """Read the published table."""
        return read_rows(place, entry, (ANSWER, "Subcategory", "Source"), _area, _answer)


class AnswerBenchV2(AnswerBench):
    """The second version of IMO-AnswerBench: 29 of its rows are others."""

    id = "imo_answerbench_v2"
    public = ()


class ProofBench(ProofSet):
    """IMO-ProofBench: 60 problems that ask for a proof, 30 basic and 30 advanced ones."""

    id = "imo_proofbench"
    public: tuple[PublicSet, ...] = (imobench.PROOFBENCH,)

    def __init__(self) -> None:
        super().__init__(HERE / f"{self.id}.toml", HERE / "prompts" / "proof.md")

    def read(self, place: Path, entry: PaperEntry) -> Paper:
        """Read the published table."""
        return read_rows(place, entry, (SOLUTION, GUIDELINES, "Source"), _level, _proof)


class ProofBenchV2(ProofBench):
    """The second version of IMO-ProofBench: one statement is mended."""

    id = "imo_proofbench_v2"
    public = ()


def _area(name: str) -> Mapping[str, Sequence[str]]:
    """Return what the columns of a problem of AnswerBench may say, by its id."""
    area = name.removeprefix("imo-bench-").rpartition("-")[0]
    return {"Category": (AREAS[area],) if area in AREAS else ()}


def _level(name: str) -> Mapping[str, Sequence[str]]:  # noqa: ARG001
    """Return what the columns of a problem of ProofBench may say."""
    return {"Category": tuple(AREAS.values()), "Level": LEVELS}


def _answer(row: Row) -> Item:
    return Item(id=row.get(ID), statement=row.get(PROBLEM), answer=row.get(ANSWER))


def _proof(row: Row) -> Item:
    return Item(
        id=row.get(ID),
        statement=row.get(PROBLEM),
        reference=row.get(SOLUTION),
        guidelines=row.get(GUIDELINES),
    )
