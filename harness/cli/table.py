"""The final table, in Markdown: the same numbers as the report's first page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from harness.board import ContestBoard, Row, number
from harness.cli.shortened import many, shortened
from harness.cli.terminal import plain
from harness.marked import basis
from harness.marked import sentence as marked
from harness.medals import lines_of
from harness.metrics import Column, columns
from harness.outlook import outlook, sentence
from harness.types import Contest

LONGEST_NAME = 60
"""Letters of a contestant's name; reports show it whole."""
MOST_COLUMNS = 15
"""Problems that have a column each; reports show more."""


def board_table(board: ContestBoard) -> str:
    """Return a contest's rows as a Markdown table, with what was left out under it."""
    contest = board.contest
    of = number(contest.judged_points)
    several = board.several
    wide = len(contest.problems) <= MOST_COLUMNS
    numbers = columns(board)
    head = ["contestant", *(problem.id for problem in contest.problems if wide)]
    head += [column.head for column in numbers]
    head += [f"mean of {of}", f"best of {of}"] if several else [f"points of {of}"]
    head += ["judged", "void"]
    medals = board.complete and bool(lines_of(contest))
    head += ["medal"] if medals else []
    lines = [head, ["---", *("---:" for _ in head[1:])]]
    for number_of_row, row in enumerate(board.rows):
        each = [_points(cell.mean_points) for cell in row.cells if wide]
        each += [column.cells[number_of_row] or "—" for column in numbers]
        lines.append([_name(row), *each, *_cells(row, several), *_medal(board, row, medals)])
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    if several:
        text += (
            "\n\nmean: one attempt at each problem, on average; "
            "best: the best attempt of each problem, which needs a perfect choice."
        )
    if numbers:
        text += f"\n\n{_explained(numbers)}"
    told = [*(_told(row) for row in board.rows), *(_marks(board, row) for row in board.rows)]
    if any(told):
        text += "\n\n" + "\n".join(filter(None, told))
    text += _method(board)
    if contest.left_out:
        text += f"\n\nJudged: {of} of {number(contest.total_points)} points. Left out, not counted:"
        text += "".join(f"\n- {line}" for line in _left_out(contest))
    for measured in contest.problems:
        if measured.inferred is not None:
            text += f"\n- note: {measured.id}: {plain(measured.inferred.sentence)}"
    for note in contest.notes:
        text += f"\n- note: {plain(note)}"
    return text


def _explained(numbers: Sequence[Column]) -> str:
    """Say what the numbers of a benchmark are."""
    words = "avg@k: mean share of a problem's points over k samples"
    if any(column.head.startswith("maj") for column in numbers):
        words += "; pass@k: one of k is right; maj@k: the commonest of k is right"
    return f"{words}. In percent."


def _left_out(contest: Contest) -> Iterator[str]:
    """Yield what was left out: each by name, and many with one reason together."""
    alike = groupby(contest.left_out, key=lambda left: (left.reason, left.max_points))
    for (reason, points), group in alike:
        ids = [left.id for left in group]
        for name in [shortened(ids)] if many(ids) else ids:
            each = "each " if many(ids) else ""
            yield f"{name} ({each}{number(points)} points): {plain(reason)}"


def _method(board: ContestBoard) -> str:
    """Say which protocol it was, and that its medals are withheld where it breaks the rules."""
    protocol = board.protocol
    if protocol is None:
        return ""
    text = f"\n\nProtocol {protocol.id}: {plain(protocol.title)}."
    if protocol.lite_of:
        text += f" A cheap likeness of {protocol.lite_of}: the two do not compare."
    if not board.legal:
        why = "; ".join(plain(each) for each in protocol.legality.deviations)
        text += f" Not what a contestant may do, so there is no medal: {why}."
    return text


def _name(row: Row) -> str:
    name = shown(row.contestant.title).replace("|", "\\|")
    return name if row.ranked else f"{name} (ceiling)"


def _cells(row: Row, several: bool) -> list[str]:
    cells = [_points(row.mean_total)]
    if several:
        cells.append(_points(row.best_total))
    judged = f"{row.account.judged} of {row.account.planned}"
    return [*cells, judged, str(row.account.void)]


def _told(row: Row) -> str:
    """Return what became of the attempts that were not judged, or whose answer was lacking."""
    account = row.account
    if not account.open and not any(account.lacking.values()):
        return ""
    return f"- {shown(row.contestant.title)}: {account.sentence}"


def _marks(board: ContestBoard, row: Row) -> str:
    """Return who marked a row's proofs, and what is known of them."""
    found = basis(board, row)
    return "" if found is None else f"- {shown(row.contestant.title)}: {plain(marked(found))}"


def _medal(board: ContestBoard, row: Row, medals: bool) -> list[str]:
    """Return the column of the medal and its probability, where the table has one."""
    if not medals:
        return []
    found = outlook(board, row)
    said = sentence(found) if found is not None else ""
    medal = board.medal(row)
    if medal is not None and not said.startswith(medal):
        said = f"{medal}; {said}" if said else medal
    return [said.replace("|", "\\|") or "—"]


def shown(name: str) -> str:
    """Return a name on one short line."""
    clean = plain(name)
    return clean if len(clean) <= LONGEST_NAME else f"{clean[: LONGEST_NAME - 1]}…"


def _points(value: float | None) -> str:
    return "—" if value is None else number(value)
