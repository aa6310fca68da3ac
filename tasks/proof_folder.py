"""One problem that asks for a proof, as a folder: a statement, and what it is marked by.

::

    p1/statement.md
    p1/solution.md     a reference solution (may be absent)
    p1/rubric.toml     a marking scheme (may be absent)

A marking scheme counts once a person has approved it: a scheme that a model drafted from the
official solution decides marks, so it is written down who stands for it::

    approved = true
    [[items]]
    text = "The answer, with a construction for each value."
    points = 2
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.errors import TaskDataError
from harness.types import Problem, ProofBody, RubricItem
from tasks.contest_file import ProblemEntry
from tasks.packages.files import text

STATEMENT = "statement.md"
SOLUTION = "solution.md"
RUBRIC = "rubric.toml"
FILES = (STATEMENT, SOLUTION, RUBRIC)


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a marking scheme."""

    text: Annotated[str, Meta(min_length=1)]
    points: Annotated[float, Meta(gt=0)]


class Rubric(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A marking scheme."""

    approved: bool = False
    """Whether a person stands for it."""
    approved_by: str = ""
    source: str = ""
    """Where it is from, such as the official solutions or the model that drafted it."""
    items: tuple[Item, ...]


def read_proof(entry: ProblemEntry, folder: Path) -> Problem:
    """Return the problem of a folder; raises :class:`~harness.errors.TaskDataError`."""
    statement = _text(folder, STATEMENT)
    solution = _text(folder, SOLUTION) if (folder / SOLUTION).exists() else ""
    rubric = read_rubric(entry, folder)
    body = ProofBody(
        rubric=tuple(RubricItem(text=item.text, points=item.points) for item in rubric.items)
        if rubric is not None and rubric.approved
        else (),
        references=(solution,) if solution else (),
    )
    return Problem(
        id=entry.id,
        title=entry.title,
        statement=statement,
        max_points=entry.max_points,
        body=body,
        folder=str(folder),
        hash=hashlib.sha256(msgspec.json.encode((body, statement))).hexdigest(),
    )


def read_rubric(entry: ProblemEntry, folder: Path) -> Rubric | None:
    """Return a folder's marking scheme, approved or not.

    Raises :class:`~harness.errors.TaskDataError` when it is none, or is not of as many points as
    the problem.
    """
    place = folder / RUBRIC
    if not place.exists():
        return None
    try:
        rubric = msgspec.toml.decode(text(folder, place), type=Rubric)
    except msgspec.MsgspecError as error:
        raise TaskDataError(
            f"{place}: {error}", hint="a rubric has [[items]], each with text and points"
        ) from error
    total = sum(item.points for item in rubric.items)
    if abs(total - entry.max_points) > 1e-9:
        raise TaskDataError(
            f"{place}: its items are worth {total:g} points; {entry.id} has {entry.max_points:g}",
            hint="let the points of the items add up to those of the problem",
        )
    return rubric


def drafted_rubric(
    items: Sequence[RubricItem], model: str, template_hash: str, seed: int
) -> Rubric:
    """Return the scheme that a model drafted: not approved, and saying where it is from."""
    return Rubric(
        source=f"drafted by {model} from the reference solution "
        f"(prompt {template_hash[:12]}, seed {seed})",
        items=tuple(Item(text=item.text, points=item.points) for item in items),
    )


UNREAD = """\
# Nobody has approved this marking scheme, and no proof is marked by it. A person must read it,
# correct it and stand for it: then say approved = true, and who approved it.
"""


def rubric_text(rubric: Rubric) -> str:
    """Return a scheme as the text of its file, which :func:`read_rubric` reads."""
    head = "" if rubric.approved else UNREAD
    lines = [
        f"approved = {str(rubric.approved).lower()}",
        f"approved_by = {_quoted(rubric.approved_by)}",
        f"source = {_quoted(rubric.source)}",
    ]
    for item in rubric.items:
        lines += ["", "[[items]]", f"points = {item.points:g}", f"text = {_quoted(item.text)}"]
    return head + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a text as a string of TOML, which is one of JSON but for one character."""
    sound = text.encode("utf-8", "replace").decode()
    return json.dumps(sound, ensure_ascii=False).replace("\x7f", "\\u007f")


def note_of(entry: ProblemEntry, folder: Path) -> str:
    """Return what must be said of the marking scheme of a folder; empty where nothing must."""
    rubric = read_rubric(entry, folder)
    if rubric is None or rubric.approved:
        return ""
    return (
        f"its {RUBRIC} is not approved and not used; it counts once a person has read it "
        "and it says approved = true"
    )


def _text(folder: Path, name: str) -> str:
    place = folder / name
    found = text(folder, place)
    if not found.strip():
        raise TaskDataError(f"{place} is empty", hint="write the text, or remove the file")
    return found
