"""``subtasks/*.json`` of an IOI package: points, cases, and which cases take outputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeKind, HandIn, Subtask
from sandbox.hand_in import TAKES_OUTPUTS
from tasks.packages.files import decoded, wrong
from tasks.packages.score_type import MAX_SCORE, THRESHOLD
from tasks.packages.task_type import is_name


class SubtaskFile(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``subtasks/*.json``."""

    score: float
    testcases: tuple[str, ...]
    threshold: float | None = None
    """With the score type GroupThreshold."""
    output_only: bool = False
    output_optional: bool = False
    """With BatchAndOutput: outputs must, or may, be handed in for the cases."""


def names_of(subtasks: tuple[Subtask, ...]) -> tuple[str, ...]:
    """Return the names of all cases of subtasks, each once."""
    return tuple(dict.fromkeys(name for subtask in subtasks for name in subtask.tests))


def read_subtasks(folder: Path, key: str) -> tuple[Subtask, ...]:
    """Read the subtasks of a package under a score type (``sandbox.subtasks``)."""
    found = []
    for place, read in _files(folder).items():
        if not 0 <= read.score <= MAX_SCORE:
            raise wrong(place, f"score is {read.score}")
        if not read.testcases:
            raise wrong(place, "the subtask has no test cases")
        for name in read.testcases:
            if not is_name(name):
                raise wrong(place, f"{name!r} is no name of a test case")
        if key == THRESHOLD and read.threshold is None:
            raise wrong(place, "GroupThreshold needs a threshold")
        found.append(
            Subtask(
                name=place.stem,
                points=read.score,
                tests=read.testcases,
                threshold=read.threshold if key == THRESHOLD else None,
            )
        )
    return tuple(found)


def _files(folder: Path) -> Mapping[Path, SubtaskFile]:
    places = sorted((folder / "subtasks").glob("*.json"))
    if not places:
        raise TaskDataError(
            f"{folder / 'subtasks'} holds no subtask files",
            hint="a package has subtasks/NN-name.json with score and testcases",
        )
    return {place: decoded(place, SubtaskFile) for place in places}


def read_hand_in(folder: Path, kind: CodeKind) -> Mapping[str, HandIn]:
    """Return which cases take outputs; one that must be an output is so in every subtask."""
    may: set[str] = set()
    must: set[str] = set()
    for place in sorted((folder / "subtasks").glob("*.json")):
        read = decoded(place, SubtaskFile)
        if read.output_only and kind not in TAKES_OUTPUTS:
            raise UnsupportedError(
                f"{place}: an output-only subtask in a problem that takes no outputs",
                hint="the problem is left out",
            )
        if kind is not CodeKind.BATCH_AND_OUTPUT:
            continue
        if read.output_only:
            must.update(read.testcases)
        elif read.output_optional:
            may.update(read.testcases)
    return dict.fromkeys(may, HandIn.EITHER) | dict.fromkeys(must, HandIn.OUTPUT)
