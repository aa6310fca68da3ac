"""Recorded generations in place of a model: the same text for the same sample, always."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Sequence

from harness.backend import Backend, BackendContext, NotGenerated, Reply, Request
from harness.backends.arguments import check_names
from harness.backends.fence import fenced, has_fence
from harness.backends.recording import Key, Recording, Row
from harness.config import place_of
from harness.errors import RecordingError, UsageError
from harness.types import Contest, Contestant

SETTINGS = {
    "file": "JSON lines with the generations (required)",
    "contestants": "only these contestants, joined by `+`; default: all",
}
"""The names of ``--model-args``, and what they mean."""


class Replay:
    """A backend that reads."""

    def __init__(self, recording: Recording, contestants: Sequence[str]) -> None:
        self.name = f"replay {recording.place.name}"
        self.contestants = tuple(
            Contestant(id=name, title=name, kind=recording.kinds[name]) for name in contestants
        )
        self.facts: tuple[tuple[str, str], ...] = (("recording", recording.sha256),)
        self._recording = recording
        self._samples: dict[tuple[str, str], list[int]] = {}
        self._turns = Counter((key.contestant, key.problem, key.sample) for key in recording.keys)
        for key in sorted(recording.keys):
            numbers = self._samples.setdefault((key.contestant, key.problem), [])
            if key.sample not in numbers:
                numbers.append(key.sample)

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:
        """Return the sample numbers that were recorded."""
        return tuple(self._samples.get((contestant, problem), ()))

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:
        """Return the number of submissions that were recorded of a sample."""
        return self._turns.get((contestant, problem, sample), 0)

    async def generate(self, request: Request) -> Reply | NotGenerated:
        """Return what was recorded for a sample and turn."""
        row = self._recording.row(
            Key(request.contestant, request.problem, request.sample, request.turn)
        )
        if row is None:
            return NotGenerated(reason="the recording ends here")
        if row.text is None:
            return NotGenerated(reason=row.status or "the recording holds no text")
        return Reply(
            text=_text(row, row.text),
            reasoning=row.reasoning,
            finish_reason=row.finish_reason,
            tokens_in=row.tokens_in,
            tokens_out=row.tokens_out,
            seconds=row.seconds,
        )

    async def close(self) -> None:
        """Do nothing: no file is kept open."""


def open_backend(context: BackendContext) -> Backend:
    """Index the file; raises :class:`~harness.errors.RecordingError` naming a bad line."""
    check_names("replay", context.args, tuple(SETTINGS))
    name = context.args.get("file", "")
    if not name:
        raise UsageError(
            "the backend replay needs a file", hint="say --model-args file=PATH (JSON lines)"
        )
    recording = Recording(place_of(name, "--model-args: file"), context.contest.id)
    if not recording.keys:
        found = ", ".join(f"{count} of {task}" for task, count in recording.tasks.items())
        raise RecordingError(
            f"{name} holds no generations for {context.contest.id}"
            + (f"; it holds {found}" if found else "; it is empty"),
            hint="check --task and the field `task` of the file's lines",
        )
    _check_problems(recording, context.contest)
    return Replay(recording, _chosen(recording, context.args.get("contestants", "")))


def _check_problems(recording: Recording, contest: Contest) -> None:
    """Refuse a problem the contest does not have: its rows would be lost without a word."""
    known = {problem.id for problem in contest.problems} | {left.id for left in contest.left_out}
    for key in recording.keys:
        if key.problem not in known:
            close = difflib.get_close_matches(key.problem, known, n=2, cutoff=0.5)
            raise RecordingError(
                f"{recording.place}, line {recording.line_of(key)}: {contest.id} has no problem "
                f"{key.problem!r}",
                hint=f"did you mean {' or '.join(close)}?"
                if close
                else f"its problems are {', '.join(sorted(known))}",
            )


def _chosen(recording: Recording, wanted: str) -> list[str]:
    names = [name.strip() for name in wanted.split("+") if name.strip()]
    for name in names:
        if name not in recording.kinds:
            raise UsageError(
                f"{recording.place} holds no contestant {name!r}",
                hint=f"it holds {', '.join(recording.kinds)}",
            )
    return names or list(recording.kinds)


def _text(row: Row, text: str) -> str:
    if row.language and text.strip() and not has_fence(text):
        return fenced(text, row.language)
    return text
