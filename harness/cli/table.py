"""The final table, in Markdown: the same numbers as the report's first page."""

from __future__ import annotations

from harness.board import ContestBoard, Row, number
from harness.cli.terminal import plain
from harness.medals import lines_of
from harness.outlook import outlook, sentence

LONGEST_NAME = 60
"""Letters of a contestant's name; reports show it whole."""


def board_table(board: ContestBoard) -> str:
    """Return a contest's rows as a Markdown table, with what was left out under it."""
    contest = board.contest
    of = number(contest.judged_points)
    several = board.several
    head = ["contestant", *(problem.id for problem in contest.problems)]
    head += [f"mean of {of}", f"best of {of}"] if several else [f"points of {of}"]
    head += ["judged", "void"]
    medals = board.complete and bool(lines_of(contest))
    head += ["medal"] if medals else []
    lines = [head, ["---", *("---:" for _ in head[1:])]]
    lines += [_cells(row, several) + _medal(board, row, medals) for row in board.rows]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    if several:
        text += (
            "\n\nmean: one attempt at each problem, on average; "
            "best: the best attempt of each problem, which needs a perfect choice."
        )
    told = [_told(row) for row in board.rows]
    if any(told):
        text += "\n\n" + "\n".join(filter(None, told))
    text += _method(board)
    if contest.left_out:
        text += f"\n\nJudged: {of} of {number(contest.total_points)} points. Left out, not counted:"
        for problem in contest.left_out:
            text += (
                f"\n- {problem.id} ({number(problem.max_points)} points): {plain(problem.reason)}"
            )
    for measured in contest.problems:
        if measured.inferred is not None:
            text += f"\n- note: {measured.id}: {plain(measured.inferred.sentence)}"
    for note in contest.notes:
        text += f"\n- note: {plain(note)}"
    return text


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


def _cells(row: Row, several: bool) -> list[str]:
    name = shown(row.contestant.title).replace("|", "\\|")
    if not row.ranked:
        name += " (ceiling)"
    cells = [name, *(_points(cell.mean_points) for cell in row.cells)]
    cells.append(_points(row.mean_total))
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
