"""Papers of problem sets in the forms they are published in, with problems of our own."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

AREAS = ("algebra", "combinatorics", "geometry", "number_theory")
WORDS = ("Algebra", "Combinatorics", "Geometry", "Number theory")

ANSWER_HEAD = ["Problem ID", "Problem", "Short Answer", "Category", "Subcategory", "Source"]
PROOF_HEAD = [
    *("Problem ID", "Problem", "Solution", "Grading guidelines"),
    *("Category", "Level", "Short Answer", "Source"),
]

Spoil = Callable[[list[list[str]]], object]
"""Changes the rows of a table, the header first."""


def write_matharena(
    folder: Path, count: int = 15, answer: Callable[[int], str] = lambda n: f"{2 * n:03}"
) -> Path:
    """Write a paper whose problem n asks for n + n."""
    (folder / "problems").mkdir(parents=True)
    (folder / "config.yaml").write_text(
        f'instruction: "Please."\nstrict_parsing: false\nn_problems: {count}\ndate: "1999-10-09"'
    )
    lines = [f'{n},"{answer(n)}"' for n in range(1, count + 1)]
    (folder / "answers.csv").write_text("\n".join(["id,answer", *lines]))
    for n in range(1, count + 1):
        (folder / "problems" / f"{n}.tex").write_text(f"What is ${n} + {n}$?\r\n")
    return folder


def write_table(place: Path, rows: Sequence[Sequence[str]]) -> Path:
    """Write rows as comma-separated values."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return place


def write_answerbench(place: Path, spoil: Spoil = lambda rows: None) -> Path:
    """Write a table of four times a hundred problems; some rows changed."""
    rows = [list(ANSWER_HEAD)]
    for area, word in zip(AREAS, WORDS, strict=True):
        for n in range(1, 101):
            rows.append(
                [
                    f"imo-bench-{area}-{n:03}",
                    f"What, in {area},\nis half of $x_{{{n}}}$?",
                    rf"$\frac{{x_{{{n}}}}}{{2}}$",
                    word,
                    "Halves",
                    "written for a test",
                ]
            )
    spoil(rows)
    return write_table(place, rows)


def write_proofbench(place: Path, spoil: Spoil = lambda rows: None) -> Path:
    """Write a table of thirty basic and thirty advanced problems; some rows changed."""
    rows = [list(PROOF_HEAD)]
    for part, level in (("Basic", "pre-IMO"), ("Advanced", "IMO-hard")):
        for n in range(1, 31):
            rows.append(
                [
                    f"PB-{part}-{n:03}",
                    f"Prove that ${n} = {n}$.",
                    f"Equality is reflexive, so ${n} = {n}$.",
                    "(Partial) Names equality.\n(Almost) Names its reflexivity.",
                    "Algebra",
                    level,
                    " ",
                    "written for a test",
                ]
            )
    spoil(rows)
    return write_table(place, rows)


def shift(rows: list[list[str]], name: str) -> None:
    """Break a row as a quote in the wrong place does: its answer ends up in its statement."""
    row = next(row for row in rows if row[0] == name)
    row[1:3] = [f"{row[1]}\n,{row[2]}"]
