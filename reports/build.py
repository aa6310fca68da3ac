"""From run folders to a folder of pages: the straight line of a report.

The pages are a function of the runs alone. No clock, no machine and no random
number enters them, so the same runs give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from harness.board import Cell, ContestBoard, Row, boards
from harness.errors import UsageError
from harness.store import RunFolder
from reports import comparing, figures, leaderboard, notices, problempage, runpage, scoreboard
from reports.atlas import ABOUT, INDEX, Atlas
from reports.cellpage import CellPages
from reports.evidence import Evidence
from reports.folder import MARK, ReportFolder
from reports.markup import NOTHING, prose
from reports.pages import Pages
from reports.playback import Playback
from reports.settings import differences
from reports.standing import standings
from reports.summary import summary
from reports.words import listed


def build_report(runs: Sequence[RunFolder], out: Path) -> Path:
    """Write the report of some runs to a folder and return the path of its first page.

    A report that is there already is replaced once the new one is complete. Raises
    :class:`~harness.errors.UsageError` when the folder holds anything else or the runs cannot
    stand beside each other, and :class:`~harness.errors.StoreError` when a run cannot be read
    or the folder cannot be written.
    """
    found = distinct(runs)
    with ReportFolder(out) as folder:
        Build(found, folder).write()
        folder.commit()
    return out / INDEX


def distinct(runs: Sequence[RunFolder]) -> list[RunFolder]:
    """Return the runs, each once.

    Raises :class:`~harness.errors.UsageError` for none, and for two copies of one.
    """
    places: dict[Path, RunFolder] = {}
    for run in runs:
        places.setdefault(run.path.resolve(), run)
    if not places:
        raise UsageError("there is no run to report on", hint="name at least one run folder")
    ids: dict[str, RunFolder] = {}
    for run in places.values():
        other = ids.setdefault(run.record.id, run)
        if other is not run:
            raise UsageError(
                f"{other.path} and {run.path} are copies of the same run, {run.record.id}",
                hint="name one of them",
            )
    return list(places.values())


class Build:
    """One report in the making."""

    def __init__(self, runs: Sequence[RunFolder], folder: ReportFolder | None) -> None:
        self._runs = runs
        self._folder = folder
        self._boards = boards(runs)
        self._atlas = Atlas(self._boards)
        self._title = listed([board.contest.title for board in self._boards])
        self._pages = Pages({"atlas": self._atlas, "report_title": self._title})
        self._maths = False
        """Whether a page has formulas, and the report therefore a font."""
        self._where: dict[tuple[str, str], str] = {}
        """The page and anchor of each attempt, by run and id."""
        self._standings = {board.key: standings(board) for board in self._boards}
        self._seen = {board.key: Playback() for board in self._boards}

    def write(self) -> None:
        """Write every page; one run's log is held in memory at a time."""
        warnings: dict[str, tuple[notices.Notice, ...]] = {}
        for board in self._boards:
            for run in board.runs:
                evidence = Evidence(run)
                warnings[run.record.id] = notices.of_run(evidence)
                for row in board.rows:
                    if row.run == run.record.id:
                        self._cells(evidence, board, row, warnings[run.record.id])
                        self._seen[board.key].take(evidence, row)
                self._run(evidence, board, warnings[run.record.id])
        for board in self._boards:
            self._compare(board, warnings)
            mine = tuple(w for r in board.runs for w in warnings[r.record.id])
            self._problems(board, mine)
            self._contest(board, mine)
        self._index(tuple(w for run in self._runs for w in warnings[run.record.id]))
        self._about()
        told = [(board, self._standings[board.key]) for board in self._boards]
        self._put(MARK, summary(self._runs, told, self._atlas))
        maths = ("maths.css", "stix-two-math.woff2", "stix-two-math-LICENSE.txt")
        for name in ("report.css", "charts.css", "icon.svg", *(maths if self._maths else ())):
            asset = resources.files("reports") / "assets" / name
            self._put(f"assets/{name}", asset.read_bytes())

    def _put(self, path: str, content: str | bytes) -> None:
        assert self._folder is not None
        self._folder.write(path, content)

    def _page(self, template: str, path: str, **values: object) -> None:
        self._put(path, self._pages.page(template, path, **values))

    def _cells(
        self,
        evidence: Evidence,
        board: ContestBoard,
        row: Row,
        warnings: tuple[notices.Notice, ...],
    ) -> None:
        for cell in row.cells:
            if cell.tries:
                self._cell(evidence, board, row, cell, warnings)

    def _cell(
        self,
        evidence: Evidence,
        board: ContestBoard,
        row: Row,
        cell: Cell,
        warnings: tuple[notices.Notice, ...],
    ) -> None:
        made = CellPages(self._pages, self._atlas, evidence, board, row, cell)
        for entry, one in zip(made.entries, cell.tries, strict=True):
            self._where[evidence.run.record.id, one.attempt] = entry.href
        shows = board.contest.show_statements and bool(cell.problem.statement)
        statement = prose(cell.problem.statement) if shows else NOTHING
        for number, page in enumerate(made.done, start=1):
            maths = page.maths or (number == 1 and "<math" in statement)
            self._maths = self._maths or maths
            self._page(
                "cell.html.jinja",
                page.path,
                board=board,
                row=row,
                name=leaderboard.name_of(row, board, self._atlas),
                problem=cell.problem,
                sentence=scoreboard.said(cell),
                entries=made.entries,
                parts_of_page=page.parts,
                number=number,
                paths=[other.path for other in made.done],
                statement=statement if number == 1 else NOTHING,
                maths=maths,
                notices=warnings,
                runs=[evidence.run.record],
            )

    def _run(
        self, evidence: Evidence, board: ContestBoard, warnings: tuple[notices.Notice, ...]
    ) -> None:
        run = evidence.run.record.id
        where = {name: page for (owner, name), page in self._where.items() if owner == run}
        remarks, more = runpage.remarks(evidence, where)
        self._page(
            "run.html.jinja",
            self._atlas.run(run),
            board=board,
            run=evidence.run.record,
            sealed=evidence.sealed,
            health=runpage.health(evidence),
            manifest=runpage.manifest(evidence),
            remarks=remarks,
            more=more,
            notices=warnings,
            runs=[evidence.run.record],
        )

    def _compare(
        self, board: ContestBoard, warnings: dict[str, tuple[notices.Notice, ...]]
    ) -> None:
        for couple in comparing.couples(board, self._atlas):
            self._page(
                "compare.html.jinja",
                couple.page,
                board=board,
                it=comparing.comparison(board, self._atlas, couple),
                notices=tuple(w for run in board.runs for w in warnings[run.record.id]),
                runs=[run.record for run in board.runs],
            )

    def _contest(self, board: ContestBoard, warnings: tuple[notices.Notice, ...]) -> None:
        records = [run.record for run in board.runs]
        names = leaderboard.short_names(board, self._atlas)
        self._page(
            "contest.html.jinja",
            self._atlas.contest(board),
            tables=True,
            board=board,
            facts=notices.facts(board),
            identity=notices.identity(board),
            protocol=notices.protocol(board),
            grid=scoreboard.grid(board, self._atlas, self._standings[board.key]),
            couples=comparing.couples(board, self._atlas),
            figures=figures.figures(
                board, names, self._seen[board.key], self._standings[board.key]
            ),
            heat=figures.subtasks(board, names),
            left_out=notices.left_out(board),
            medal_lines=notices.medal_lines(board),
            another=notices.another_board(board, self._first(board)),
            differences=differences(records),
            notices=warnings,
            runs=records,
        )

    def _problems(self, board: ContestBoard, warnings: tuple[notices.Notice, ...]) -> None:
        names = leaderboard.short_names(board, self._atlas)
        for at, problem in enumerate(board.contest.problems):
            shows = board.contest.show_statements and bool(problem.statement)
            statement = prose(problem.statement) if shows else NOTHING
            maths = "<math" in statement
            self._maths = self._maths or maths
            self._page(
                "problem.html.jinja",
                self._atlas.problem(board, problem),
                board=board,
                problem=problem,
                it=problempage.problem_page(board, self._atlas, at, names),
                statement=statement,
                maths=maths,
                notices=warnings,
                runs=[run.record for run in board.runs],
            )

    def _index(self, warnings: tuple[notices.Notice, ...]) -> None:
        self._page(
            "index.html.jinja",
            INDEX,
            tables=True,
            sections=[
                {
                    "board": board,
                    "facts": notices.facts(board),
                    "identity": notices.identity(board),
                    "protocol": notices.protocol(board),
                    "couples": comparing.couples(board, self._atlas),
                    "table": leaderboard.table(board, self._atlas, self._standings[board.key]),
                    "left_out": notices.left_out(board),
                    "medal_lines": notices.medal_lines(board),
                    "another": notices.another_board(board, self._first(board)),
                }
                for board in self._boards
            ],
            notices=warnings,
            runs=[run.record for run in self._runs],
        )

    def _about(self) -> None:
        self._page("about.html.jinja", ABOUT, notices=(), runs=[])

    def _first(self, board: ContestBoard) -> ContestBoard:
        return next(b for b in self._boards if b.contest.id == board.contest.id)
