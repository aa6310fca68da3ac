"""Where every page is, and what a row is called: one place decides, every page asks.

A path is made of slugs joined by ``--``; ``@`` starts what tells equals apart (the second
board of a contest, the run of a contestant) and ``+`` the number of a further page.
None of the three occurs in a slug, so two cells never share a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from harness.board import ContestBoard, Row
from harness.identity import Identity
from harness.types import Problem
from reports.slugs import slug

INDEX = "index.html"
ABOUT = "about.html"


class Atlas:
    """The map of one report; paths are relative to its folder."""

    def __init__(self, boards: Sequence[ContestBoard]) -> None:
        self._boards: dict[tuple[str, Identity], str] = {}
        seen: Counter[str] = Counter()
        runs: Counter[str] = Counter()
        for board in boards:
            contest = board.contest
            seen[contest.id] += 1
            runs[contest.id] += len(board.runs)
            number = seen[contest.id]
            name = slug(contest.id) + (f"@{number}" if number > 1 else "")
            self._boards[board.key] = name
        self._runs = runs

    def several_runs(self, board: ContestBoard) -> bool:
        """Whether the contest was run more than once here, so that rows must name their run."""
        return self._runs[board.contest.id] > 1

    def contest(self, board: ContestBoard) -> str:
        """Return the page of a contest."""
        return f"contest/{self._name(board)}.html"

    def anchor(self, board: ContestBoard) -> str:
        """Return the id of a contest's section on the first page."""
        return f"contest-{self._name(board)}"

    def problem(self, board: ContestBoard, problem: Problem) -> str:
        """Return the page of one problem."""
        return f"problem/{self._name(board)}--{slug(problem.id)}.html"

    def cell(self, board: ContestBoard, row: Row, problem: Problem, page: int = 1) -> str:
        """Return a page of one contestant at one problem."""
        who = slug(row.contestant.id)
        run = f"@{slug(row.run)}" if self.several_runs(board) else ""
        more = f"+{page}" if page > 1 else ""
        return f"cell/{self._name(board)}--{slug(problem.id)}--{who}{run}{more}.html"

    def compare(self, board: ContestBoard, base: Row, new: Row) -> str:
        """Return the page that compares two contestants of different runs."""
        sides = "--".join(f"{slug(row.contestant.id)}@{slug(row.run)}" for row in (base, new))
        return f"compare/{self._name(board)}--{sides}.html"

    def run(self, run: str) -> str:
        """Return the page of a run."""
        return f"run/{slug(run)}.html"

    def _name(self, board: ContestBoard) -> str:
        return self._boards[board.key]


def root_of(path: str) -> str:
    """Return the way from a page to the folder of the report: empty, or ``../``."""
    return "../" * path.count("/")
