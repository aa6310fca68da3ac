"""Rows of IMO-Bench's tables: each is a problem of the set, or why it cannot be one.

A row whose columns are shifted has an answer that is none. It is found by rule: by the number of
its cells, and by columns that may hold only a few words. What the set's file names as broken is
left out by name, with the reason; any other such row is an error, because nothing else is known
of it and a problem would be judged against the wrong answer.

Source: github.com/google-deepmind/superhuman, folder ``imobench``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from harness.errors import TaskDataError
from tasks.sets.paper import Item, Paper, Unusable
from tasks.sets.set_file import PaperEntry
from tasks.sets.table import Row, read_table

ID = "Problem ID"
PROBLEM = "Problem"


def read_rows(
    place: Path,
    entry: PaperEntry,
    needed: Sequence[str],
    words: Callable[[str], Mapping[str, Sequence[str]]],
    item: Callable[[Row], Item],
) -> Paper:
    """Read a table into a paper, in the order of the set.

    ``needed`` are columns that may not be empty; ``words`` says of a problem's id which columns
    may hold only which words.

    Raises :class:`~harness.errors.TaskDataError` naming the row and the column.
    """
    ids = entry.titles
    broken = {one.id: one.reason for one in entry.broken}
    items: dict[str, Item] = {}
    unusable: dict[str, Unusable] = {}
    for row in read_table(place, (ID, PROBLEM, *needed, *words(""))):
        name = row.get(ID)
        where = f"{place}, line {row.line}"
        if name not in ids:
            raise TaskDataError(
                f"{where}: the column {ID} says {name[:60]!r}, which is no problem of this set",
                hint=f"its problems are {next(iter(ids))} and so on, {len(ids)} in all",
            )
        if name in items or name in unusable:
            raise TaskDataError(
                f"{where}: {name} is there a second time", hint="fetch the published file again"
            )
        fault = _fault(row, (PROBLEM, *needed), words(name))
        if not fault:
            items[name] = item(row)
        elif name in broken:
            unusable[name] = Unusable(id=name, reason=f"{broken[name]} (line {row.line}: {fault})")
        else:
            raise TaskDataError(
                f"{where}: {name} has shifted or empty columns: {fault}",
                hint="mend the row, or fetch the published file again",
            )
    _check_whole(place, ids, {*items, *unusable})
    return Paper(
        items=tuple(items[name] for name in ids if name in items),
        unusable=tuple(unusable[name] for name in ids if name in unusable),
    )


def _fault(row: Row, needed: Iterable[str], words: Mapping[str, Sequence[str]]) -> str:
    """Return what shows that a row's cells are not in their columns; empty where nothing does."""
    for column, allowed in words.items():
        said = row.get(column)
        if said not in allowed:
            what = f"column {column} says {said[:60]!r} and not {' or '.join(allowed)}"
            return f"{row.fault}, and {what}" if row.fault else what
    if row.fault:
        return row.fault
    empty = [column for column in needed if not row.get(column)]
    return f"column {empty[0]} is empty" if empty else ""


def _check_whole(place: Path, ids: Iterable[str], found: set[str]) -> None:
    missing = [name for name in ids if name not in found]
    if missing:
        more = f" and {len(missing) - 1} others" if missing[1:] else ""
        raise TaskDataError(
            f"{place} lacks {missing[0]}{more}", hint="fetch the published file again"
        )
