"""A paper as MathArena publishes it: a folder with statements in LaTeX and a table of answers.

::

    aime_2025_I/config.yaml        n_problems: 15
    aime_2025_I/answers.csv        id,answer
    aime_2025_I/problems/1.tex     and so on

Source: github.com/eth-sri/matharena, ``data`` at the end of 2025.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from harness.errors import TaskDataError
from tasks.packages.files import inside, present
from tasks.sets.paper import Item, Paper
from tasks.sets.table import read_table, text_of

CONFIG = "config.yaml"
ANSWERS = "answers.csv"
PROBLEMS = "problems"


def read_matharena(folder: Path, ids: Sequence[str]) -> Paper:
    """Read a folder whose problems 1, 2 and so on get these ids.

    Raises :class:`~harness.errors.TaskDataError` naming the file, and the problem, that keeps the
    paper from being whole.
    """
    _check_count(folder, len(ids))
    answers = _answers(folder, len(ids))
    _check_files(folder, len(ids))
    items = []
    for number, name in enumerate(ids, start=1):
        place = folder / PROBLEMS / f"{number}.tex"
        statement = text_of(_file(folder, place)).replace("\r\n", "\n").strip()
        if not statement:
            raise TaskDataError(f"{place} is empty", hint="fetch the published folder again")
        items.append(Item(id=name, statement=statement, answer=answers[number]))
    return Paper(items=tuple(items))


def _file(folder: Path, place: Path) -> Path:
    """Return a file of the folder; no link is followed out of it."""
    inside(folder, place)
    if not present(place):
        raise TaskDataError(
            f"{place} is missing",
            hint=f"a paper has {CONFIG}, {ANSWERS} and {PROBLEMS}/1.tex, 2.tex and so on",
        )
    return place


def _check_count(folder: Path, count: int) -> None:
    place = _file(folder, folder / CONFIG)
    try:
        config = yaml.safe_load(text_of(place))
    except (yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise TaskDataError(
            f"{place} is no YAML: {said}", hint="fetch the published folder again"
        ) from error
    told = config.get("n_problems") if isinstance(config, dict) else None
    if told != count:
        raise TaskDataError(
            f"{place} says n_problems: {told}; this paper has {count}",
            hint="name the folder of the contest's own paper",
        )


def _answers(folder: Path, count: int) -> dict[int, str]:
    place = _file(folder, folder / ANSWERS)
    found: dict[int, str] = {}
    for row in read_table(place, ("id", "answer")):
        where = f"{place}, line {row.line}"
        name, answer = row.get("id"), row.get("answer")
        if row.fault:
            raise TaskDataError(
                f"{where}: {row.fault}", hint="an answer with a comma stands in quotes"
            )
        known = name.isascii() and name.isdecimal() and 1 <= int(name[:9]) <= count
        if not known:
            raise TaskDataError(
                f"{where}: the column id says {name!r}, which is no number from 1 to {count}",
                hint="fetch the published folder again",
            )
        if not answer:
            raise TaskDataError(
                f"{where}: the column answer of problem {name} is empty",
                hint="fetch the published folder again",
            )
        if int(name) in found:
            raise TaskDataError(
                f"{where}: problem {name} has a second answer",
                hint="leave the one that is right",
            )
        found[int(name)] = answer
    missing = [number for number in range(1, count + 1) if number not in found]
    if missing:
        raise TaskDataError(
            f"{place} has no answer of problem {', '.join(map(str, missing))}",
            hint="fetch the published folder again",
        )
    return found


def _check_files(folder: Path, count: int) -> None:
    """Refuse statements beyond the paper's: they would be lost without a word."""
    wanted = {f"{number}.tex" for number in range(1, count + 1)}
    for place in sorted((folder / PROBLEMS).glob("*.tex")):
        if place.name not in wanted:
            raise TaskDataError(
                f"{place} is of no problem of this paper, which has {count}",
                hint="name the folder of the contest's own paper",
            )
