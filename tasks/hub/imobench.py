"""IMO-AnswerBench and IMO-ProofBench as a reader of them put them on the hub.

Their publisher has them as tables in ``google-deepmind/superhuman`` on GitHub (CC BY 4.0) and in
no data set of its own. Sources: the cards of ``Hwilner/imo-answerbench`` and ``Hwilner/imo-
proofbench``, whose columns are those of the tables. The commit of the first is the one that
public code pins; of the second none was found in full. They are of the first version: one with
other content is said to be no copy that was looked at. Of the second version no copy on the hub
was found.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.hub.public_set import Converted, Repository, Stored
from harness.hub.table import Table

LICENCE = "CC-BY-4.0"


class AnswerBenchRow(msgspec.Struct, frozen=True, kw_only=True):
    """A problem with a short answer."""

    problem_id: str = msgspec.field(name="Problem ID")
    problem: str = msgspec.field(name="Problem")
    answer: str = msgspec.field(name="Short Answer")
    category: str | None = msgspec.field(name="Category")
    subcategory: str | None = msgspec.field(name="Subcategory")
    source: str | None = msgspec.field(name="Source")


class ProofBenchRow(msgspec.Struct, frozen=True, kw_only=True):
    """A problem that asks for a proof."""

    problem_id: str = msgspec.field(name="Problem ID")
    problem: str = msgspec.field(name="Problem")
    solution: str | None = msgspec.field(name="Solution")
    guidelines: str | None = msgspec.field(name="Grading guidelines")
    category: str | None = msgspec.field(name="Category")
    level: str | None = msgspec.field(name="Level")
    answer: str | None = msgspec.field(name="Short Answer")
    source: str | None = msgspec.field(name="Source")


class IMOBench:
    """One of its tables."""

    name = "imo-bench"

    def __init__(
        self, repository: str, file: str, row: type[msgspec.Struct], revision: str
    ) -> None:
        self._repository = repository
        self._file = file
        self._row = row
        self._revision = revision

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """The one."""
        return (
            Repository(
                id=self._repository,
                licence=LICENCE,
                files=("data/train-*.parquet",),
                row=self._row,
                revision=self._revision,
                note="a copy by a reader"
                + ("" if self._revision else "; no full commit hash was found"),
            ),
        )

    def convert(self, tables: Mapping[str, Table], folder: Path, stored: Stored) -> Converted:  # noqa: ARG002
        """Write the table as its publisher has it."""
        head = [field.encode_name for field in msgspec.structs.fields(self._row)]
        with (folder / self._file).open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(head)
            for row in tables[self._repository].rows(self._row):
                table.writerow(cell or "" for cell in msgspec.structs.astuple(row))
        return Converted()


ANSWERBENCH = IMOBench(
    "Hwilner/imo-answerbench",
    "answerbench.csv",
    AnswerBenchRow,
    "0258becbd00fc07d34862bc8539e61c8742f0d14",
)
PROOFBENCH = IMOBench("Hwilner/imo-proofbench", "proofbench.csv", ProofBenchRow, "")
