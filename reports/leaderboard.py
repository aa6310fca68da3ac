"""The rows of a contest as its tables show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.board import ContestBoard, Row
from harness.comparison import score_interval
from harness.medals import lines_of
from harness.metrics import columns
from harness.outlook import sentence
from harness.types import Cutoff
from reports import draw
from reports.atlas import Atlas
from reports.notices import by_points
from reports.standing import Standing
from reports.words import KINDS, NONE, between, listed, many, number, points, seconds


@dataclass(frozen=True, slots=True)
class Name:
    """What a row is called, so that no two rows of a table look the same."""

    title: str
    id: str
    """Empty when it is the title."""
    tag: str
    run: str
    """Id of the run; empty when the report has only one of this contest."""
    run_page: str


@dataclass(frozen=True, slots=True)
class Line:
    """One contestant, every number as text."""

    rank: str
    name: Name
    mean: str
    interval: str
    """95 % of it, for the attempts that were made; empty where it is not known."""
    between: str
    """Between what the mean lies, whatever the attempts are worth that were not judged."""
    best: str
    numbers: tuple[str, ...]
    """Those of the table's columns of numbers."""
    note: str
    """Why the row has no rank, or over how many problems its points are."""
    medal: str
    chance: str
    """How probable the medal is when the attempts are played again; empty when it is not said."""
    bar: tuple[draw.Shape, ...]
    bar_words: str
    judged: str
    """``57 of 60``: attempts that count, of those that were planned."""
    empty: str
    void: str
    unfinished: str
    tokens: str
    seconds: str


@dataclass(frozen=True, slots=True)
class Human:
    """A medal line of the human contest, as a thin row."""

    medal: str
    points: str
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A contest's leaderboard."""

    lines: tuple[Line | Human, ...]
    ceilings: tuple[Line, ...]
    several: bool
    """Whether best and mean differ in kind, and each needs a column."""
    numbers: tuple[str, ...]
    """Heads of the numbers that papers print: avg@k and its like, in percent."""
    medals: bool
    unfinished: bool
    kinds: tuple[tuple[str, str], ...]
    """Tags that occur, with what they mean."""
    accounts: tuple[tuple[str, str], ...]
    """Of rows that were not judged whole, or whose answers were lacking: name, and what of them."""

    @property
    def columns(self) -> int:
        """Return how many columns the table has."""
        return 9 + self.several + len(self.numbers) + self.medals + self.unfinished


def table(board: ContestBoard, atlas: Atlas, found: Sequence[Standing]) -> Table:
    """Return the leaderboard of a contest."""
    medals = board.complete and bool(lines_of(board.contest))
    numbers = columns(board)
    told = {id(row): tuple(c.cells[n] or NONE for c in numbers) for n, row in enumerate(board.rows)}
    lines: list[Line | Human] = []
    humans = by_points(board.contest.cutoffs) if medals else []
    for standing in found:
        total = standing.row.mean_total
        while humans and standing.row.ranked and under(total, humans[0]):
            lines.append(human(humans.pop(0)))
        if standing.row.ranked:
            lines.append(_line(standing, board, atlas, told))
    lines += [human(line) for line in humans]
    kinds = {row.kind for row in board.rows}
    return Table(
        lines=tuple(lines),
        ceilings=tuple(_line(s, board, atlas, told) for s in found if not s.row.ranked),
        several=board.several,
        numbers=tuple(column.head for column in numbers),
        medals=medals,
        unfinished=any(row.unfinished for row in board.rows),
        kinds=tuple(KINDS[kind] for kind in KINDS if kind in kinds),
        accounts=tuple(
            (row.contestant.title or row.contestant.id, row.account.sentence)
            for row in board.rows
            if row.account.open or any(row.account.lacking.values())
        ),
    )


def name_of(row: Row, board: ContestBoard, atlas: Atlas) -> Name:
    """Return what a row is called on this board."""
    twins = [
        other
        for other in board.rows
        if other.contestant.title == row.contestant.title
        and other.contestant.id != row.contestant.id
    ]
    return Name(
        title=row.contestant.title or row.contestant.id,
        id=row.contestant.id if twins else "",
        tag=KINDS[row.kind][0] if row.kind in KINDS else "",
        run=row.run if atlas.several_runs(board) else "",
        run_page=atlas.run(row.run),
    )


def short_names(board: ContestBoard, atlas: Atlas) -> dict[int, str]:
    """Return what each row is called where there is room for one line, by the row's ``id()``."""
    found = {}
    for row in board.rows:
        name = name_of(row, board, atlas)
        found[id(row)] = " ".join(filter(None, (name.title, name.id, name.run)))
    return found


def human(line: Cutoff) -> Human:
    """Return a medal line as a row."""
    return Human(f"{line.medal.capitalize()} line", number(line.points), line.source)


def _line(
    standing: Standing, board: ContestBoard, atlas: Atlas, told: Mapping[int, tuple[str, ...]]
) -> Line:
    row = standing.row
    slots = draw.problem_slots(row)
    ends = [end for cell in row.cells for end in cell.done]
    tokens = sum(end.tokens_out for end in ends)
    spent = sum(end.seconds for end in ends)
    account = row.account
    return Line(
        rank=rank_of(standing),
        name=name_of(row, board, atlas),
        mean=points(row.mean_total),
        interval=interval_of(row),
        between=f"{number(account.low)} to {number(account.high)}" if account.open else "",
        best=points(row.best_total),
        numbers=told[id(row)],
        note=_note(standing, board),
        medal=medal_of(standing, board),
        chance=chance_of(standing),
        bar=draw.shapes(slots),
        bar_words=draw.in_words(slots),
        judged=f"{account.judged:,} of {account.planned:,}",
        empty=f"{account.empty:,}",
        void=f"{account.void:,}",
        unfinished=f"{account.unfinished:,}",
        tokens=f"{tokens:,}" if tokens else NONE,
        seconds=(f"{spent:,.0f}" if spent >= 10 else seconds(spent)[:-2]) if spent else NONE,
    )


def under(total: float | None, line: Cutoff) -> bool:
    """Whether a total comes after a medal line."""
    return total is None or total < line.points


def rank_of(standing: Standing) -> str:
    """Return the ranks of those that a row cannot be told from, ``2-4``, or a dash."""
    if standing.tier is None:
        return NONE
    first, last = standing.tier
    return str(first) if first == last else f"{first}-{last}"


def interval_of(row: Row) -> str:
    """Return between what the mean lies with 95 %, in words; empty where it is not known."""
    found = score_interval(row)
    return f"95 %: {between(*found)}" if found else ""


def _note(standing: Standing, board: ContestBoard) -> str:
    row, whole = standing.row, len(board.contest.problems)
    if row.mean_total is None:
        return "nothing was judged: no points, which is not zero points"
    if standing.missing:
        return (
            f"points over {row.problems_done} of {many(whole, 'problem')}; no rank, because "
            f"nothing was judged at {listed(standing.missing)}"
        )
    if row.problems_done < whole:
        return f"points over {row.problems_done} of {many(whole, 'problem')}"
    return ""


def medal_of(standing: Standing, board: ContestBoard) -> str:
    """Return the medal of a row, that it has none, or a dash where that is not known."""
    if standing.medal:
        return standing.medal
    whole = standing.row.problems_done == len(board.contest.problems)
    decided = all(line.decided for line in lines_of(board.contest))
    return "no medal" if standing.row.ranked and whole and decided else NONE


def chance_of(standing: Standing) -> str:
    """Return how probable the medal is; empty where it is not said."""
    said = sentence(standing.outlook.prospect) if standing.outlook is not None else ""
    # The medal, or that there is none, stands before it.
    return said.removeprefix(f"{standing.medal} " if standing.medal else "no medal; ")
