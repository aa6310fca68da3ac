"""Run folders in which it is written down who was right when."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.backend import NotGenerated, Reply, Request
from harness.comparison import Side, side_of
from harness.store import RunFolder
from harness.types import Contest
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run

Marks = Mapping[str, str]
"""By problem a letter an attempt: 1 is right, 0 is wrong, - was never generated, ! is void."""


def run_of(
    place: Path,
    marks: Marks,
    of: Contest | None = None,
    contestants: tuple[str, ...] = ("bot",),
    **more: Any,
) -> RunFolder:
    """Run a contest of as many attempts as the longest word has letters."""

    def said(request: Request) -> Reply | NotGenerated | Exception:
        word = marks[request.problem]
        mark = word[request.sample] if request.sample < len(word) else "-"
        if mark == "-":
            return NotGenerated(reason="not asked")
        if mark == "!":
            return RuntimeError("the server is gone")
        return says("7" if mark == "1" else "8")

    held = of or contest(*(problem(name) for name in marks))
    backend = ScriptedBackend(said, contestants)
    attempts = max(map(len, marks.values()))
    with start_run(place, backend, held, attempts, **more) as writer:
        run_all(writer, backend)
        writer.seal("2025-01-01T01:00:00Z")
    return RunFolder(place)


def side(place: Path, marks: Marks, **more: Any) -> Side:
    """Return the only contestant of such a run."""
    return side_of(run_of(place, marks, **more))
