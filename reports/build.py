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
from reports.former import CellFiles, Former, Keys
from reports.markup import NOTHING, prose
from reports.pages import Pages
from reports.playback import Playback
from reports.settings import differences
from reports.standing import standings
from reports.summary import summary
from reports.tally import Tally
from reports.words import listed


def build_report(runs: Sequence[RunFolder], out: Path, former: Former | None = None) -> Path:
    """Write the report of some runs to a folder and return the path of its first page.

    A report that is there already is replaced once the new one is complete. ``former`` is the one
    that was built before; what would be the same again is taken from it. Raises
    :class:`~harness.errors.UsageError` when the folder holds anything else or the runs cannot
    stand beside each other, and :class:`~harness.errors.StoreError` when a run cannot be read
    or the folder cannot be written.
    """
    found = distinct(runs)
    with ReportFolder(out) as folder:
        Build(found, folder, former).write()
        folder.commit()
    if former is not None:
        former.stands_at(out)
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

    def __init__(
        self,
        runs: Sequence[RunFolder],
        folder: ReportFolder | None,
        former: Former | None = None,
    ) -> None:
        self._runs = runs
        self._folder = folder
        self._former = former or Former()
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
        """Write every page."""
        warnings: dict[str, tuple[notices.Notice, ...]] = {}
        for board in self._boards:
            for run in board.runs:
                evidence = Evidence(run)
                warnings[run.record.id] = notices.of_run(evidence)
                keys = Keys(evidence, board, self._atlas, warnings[run.record.id])
                for row in board.rows:
                    if row.run == run.record.id:
                        self._row(evidence, keys, board, row, warnings[run.record.id])
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

    def _row(
        self,
        evidence: Evidence,
        keys: Keys,
        board: ContestBoard,
        row: Row,
        warnings: tuple[notices.Notice, ...],
    ) -> None:
        """Write the pages of a row's cells; one cell's attempts are held in memory at a time."""
        for cell in row.cells:
            evidence.hold(one.attempt for one in cell.tries)
            if cell.tries:
                self._cell(evidence, keys, board, row, cell, warnings)
            self._seen[board.key].take(evidence, row, cell)

    def _cell(
        self,
        evidence: Evidence,
        keys: Keys,
        board: ContestBoard,
        row: Row,
        cell: Cell,
        warnings: tuple[notices.Notice, ...],
    ) -> None:
        """Write the pages of a cell, or take them from the former report."""
        name = leaderboard.name_of(row, board, self._atlas)
        first = self._atlas.cell(board, row, cell.problem)
        key = keys.of(first, name, row, cell)
        files = self._former.same(first, key) or self._former.made(
            key, self._files(evidence, board, row, cell, name, warnings)
        )
        for path, data in files.pages:
            self._put(path, data)
        for href, one in zip(files.hrefs, cell.tries, strict=True):
            self._where[evidence.run.record.id, one.attempt] = href
        self._maths = self._maths or files.maths

    def _files(
        self,
        evidence: Evidence,
        board: ContestBoard,
        row: Row,
        cell: Cell,
        name: leaderboard.Name,
        warnings: tuple[notices.Notice, ...],
    ) -> CellFiles:
        """Return the pages of a cell."""
        made = CellPages(self._pages, self._atlas, evidence, board, row, cell)
        shows = board.contest.show_statements and bool(cell.problem.statement)
        statement = prose(cell.problem.statement) if shows else NOTHING
        files: list[tuple[str, bytes]] = []
        for number, page in enumerate(made.done, start=1):
            text = self._pages.page(
                "cell.html.jinja",
                page.path,
                board=board,
                row=row,
                name=name,
                problem=cell.problem,
                sentence=scoreboard.said(cell),
                entries=made.listed(page),
                parts_of_page=page.parts,
                number=number,
                paths=[other.path for other in made.done],
                statement=statement if number == 1 else NOTHING,
                maths=page.maths or (number == 1 and "<math" in statement),
                notices=warnings,
                runs=[evidence.run.record],
            )
            files.append((page.path, text.encode()))
        return CellFiles(
            pages=tuple(files),
            hrefs=tuple(entry.href for entry in made.entries),
            maths=any(page.maths for page in made.done) or "<math" in statement,
        )

    def _run(
        self, evidence: Evidence, board: ContestBoard, warnings: tuple[notices.Notice, ...]
    ) -> None:
        run = evidence.run.record.id
        where = {name: page for (owner, name), page in self._where.items() if owner == run}
        tally = Tally.of(evidence)
        remarks, more = runpage.remarks(tally, where)
        self._page(
            "run.html.jinja",
            self._atlas.run(run),
            board=board,
            run=evidence.run.record,
            sealed=evidence.sealed,
            health=runpage.health(evidence.run.record, tally),
            manifest=runpage.manifest(evidence, tally),
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
