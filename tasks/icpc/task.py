"""ICPC contests: packages in the problem package format, one submission a whole program."""

from __future__ import annotations

from pathlib import Path

from tasks.code_task import CodeTask
from tasks.contest_file import ProblemEntry
from tasks.packages.find import KATTIS_FILES
from tasks.packages.kattis import open_package
from tasks.packages.kattis.problem_yaml import MANIFEST, read_metadata

HERE = Path(__file__).parent


class ICPC(CodeTask):
    """The World Finals of one year; their figures are in the folder of that year."""

    year: str
    manifest = MANIFEST
    kept = KATTIS_FILES

    def __init__(self) -> None:
        super().__init__(HERE / self.year / "contest.toml", HERE / "prompts")

    def problem_of(self, package: Path) -> str:
        """Return the letter of the problem whose title the package has, or that names its folder.

        Packages do not say their letter, and their folders are named in many ways.
        """
        title = _plain(read_metadata(package).title)
        for entry in self._file.problems:
            if _plain(entry.title) == title or entry.id == package.name:
                return entry.id
        return package.name

    def lacking(self, entry: ProblemEntry, package: Path) -> str:  # noqa: ARG002
        """Return which tests are missing."""
        dropped = open_package(package, allow_missing=True).dropped
        return f"{len(dropped)} tests, such as {dropped[0]}" if dropped else ""


class ICPCWF2025(ICPC):
    """The World Finals of 2025: twelve problems, A to L."""

    id = "icpcwf2025"
    year = "2025"


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())
