"""IOI contests: packages of CMS, one submission a source file with a grader."""

from __future__ import annotations

from pathlib import Path

from harness.hub.public_set import PublicSet
from harness.task import Tools
from tasks.code_task import CodeTask
from tasks.contest_file import ProblemEntry
from tasks.hub.liveoibench import LiveOIBench
from tasks.hub.open_r1_ioi import OpenR1IOI
from tasks.packages.answers import make_answers
from tasks.packages.cms import MANIFEST, missing_tests, read_manifest
from tasks.packages.find import CMS_FILES

HERE = Path(__file__).parent


class IOI(CodeTask):
    """The IOI of one year; its figures are in the folder of that year."""

    year: str
    manifest = MANIFEST
    kept = CMS_FILES

    def __init__(self) -> None:
        super().__init__(HERE / self.year / "contest.toml", HERE / "prompts")

    @property
    def public(self) -> tuple[PublicSet, ...]:
        """The public sets that have this year's problems."""
        return (self._liveoibench,)

    @property
    def _liveoibench(self) -> LiveOIBench:
        return LiveOIBench(self.year, {entry.id: entry.type for entry in self._file.problems})

    def problem_of(self, package: Path) -> str:
        """Return the code that the package gives itself."""
        return read_manifest(package).code

    def lacking(self, entry: ProblemEntry, package: Path) -> str:
        """Return which inputs are missing, or which answers that cannot be made."""
        no_input, no_answer = missing_tests(package)
        if no_answer and not no_input and entry.type not in ("Batch", "Communication"):
            return f"{len(no_answer)} test answers, such as {no_answer[0]}.out"
        if no_input:
            return f"{len(no_input)} test inputs, such as {no_input[0]}.in"
        return ""

    def complete(self, entry: ProblemEntry, folder: Path, tools: Tools) -> tuple[str, ...]:
        """Make answers that a package lacks with its model solution."""
        made = make_answers(folder, tools) if entry.type == "Batch" else None
        return (made.sentence,) if made is not None else ()


class IOI2024(IOI):
    """The IOI of 2024: six problems; no medal line with a source."""

    id = "ioi2024"
    year = "2024"

    @property
    def public(self) -> tuple[PublicSet, ...]:
        """The public sets that have this year's problems."""
        return (OpenR1IOI(self.year), self._liveoibench)


class IOI2025(IOI):
    """The IOI of 2025: six problems, gold at 438.30 of 600."""

    id = "ioi2025"
    year = "2025"
