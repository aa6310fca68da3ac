"""The problems' own solutions in place of a model: they check the data and the judge.

Full marks are expected of every reference; anything less says that a package or the
judge is wrong. An oracle's row is a ceiling, never a contestant.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from harness.backend import Backend, BackendContext, NotGenerated, Reply, Request
from harness.backends.arguments import check_names
from harness.backends.fence import fenced
from harness.errors import TaskDataError
from harness.types import (
    AnswerBody,
    CodeBody,
    Contest,
    Contestant,
    FileRole,
    FinishReason,
    Problem,
)

SETTINGS: dict[str, str] = {}
"""The oracle has no settings."""

LANGUAGES = {".cpp": "cpp", ".cc": "cpp", ".cxx": "cpp", ".c": "c"}


class Oracle:
    """A backend that knows the answers."""

    name = "oracle"
    contestants: tuple[Contestant, ...] = (
        Contestant(id="oracle", title="model solutions", kind="oracle"),
    )

    def __init__(self, contest: Contest) -> None:
        self._texts = {problem.id: _texts(problem) for problem in contest.problems}
        said = json.dumps(self._texts, sort_keys=True).encode()
        self.facts: tuple[tuple[str, str], ...] = (("solutions", hashlib.sha256(said).hexdigest()),)

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:  # noqa: ARG002
        """Return one number for each reference of a problem."""
        return tuple(range(len(self._texts.get(problem, ()))))

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:  # noqa: ARG002
        """Return 1: a reference is handed in once."""
        return 1

    async def generate(self, request: Request) -> Reply | NotGenerated:
        """Return a reference."""
        known = self._texts.get(request.problem, ())
        if request.turn or request.sample >= len(known):
            return NotGenerated(reason="the problem has no such reference")
        return Reply(text=known[request.sample], finish_reason=FinishReason.RECORDED)

    async def close(self) -> None:
        """Do nothing."""


def open_backend(context: BackendContext) -> Backend:
    """Read every reference of the contest."""
    check_names("oracle", context.args, tuple(SETTINGS))
    return Oracle(context.contest)


def _texts(problem: Problem) -> tuple[str, ...]:
    body = problem.body
    if isinstance(body, AnswerBody):
        return (f"The answer is $\\boxed{{{body.expected}}}$.\n",)
    if isinstance(body, CodeBody):
        places = [
            Path(problem.folder, item.file.path)
            for item in body.files
            if item.role is FileRole.REFERENCE
        ]
        return tuple(_source(place) for place in places if place.suffix in LANGUAGES)
    return ()


def _source(place: Path) -> str:
    try:
        text = place.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise TaskDataError(f"{place} cannot be read: {error.strerror}") from error
    return fenced(text, LANGUAGES[place.suffix])
