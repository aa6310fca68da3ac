"""Recorded generations in place of a model: the same text for the same sample, always."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from harness.backend import Backend, BackendContext, NotGenerated, Reply, Request
from harness.backends.arguments import check_names, yes_or_no
from harness.backends.fence import fenced, has_fence
from harness.backends.recording import Key, Recording, Row
from harness.config import place_of
from harness.errors import RecordingError, UsageError
from harness.types import Contest, Contestant

SETTINGS = {
    "file": "JSON lines with the generations (required)",
    "contestants": "only these contestants, joined by `+`; default: all",
    "pool": "true: all samples of a contestant and problem are the turns of one attempt, in order",
}
"""The names of ``--model-args``, and what they mean."""


class Replay:
    """A backend that reads."""

    def __init__(
        self, recording: Recording, contestants: Sequence[str], *, pool: bool = False
    ) -> None:
        self.name = f"replay {recording.place.name}"
        self.contestants = tuple(
            Contestant(id=name, title=name, kind=recording.kinds[name]) for name in contestants
        )
        self.facts: tuple[tuple[str, str], ...] = (("recording", recording.sha256),)
        self._recording = recording
        self._keys: dict[tuple[str, str], dict[int, list[Key]]] = {}
        """By contestant and problem, and the number of the sample: its turns."""
        for key in sorted(recording.keys):
            samples = self._keys.setdefault((key.contestant, key.problem), {})
            samples.setdefault(0 if pool else key.sample, []).append(key)

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:
        """Return the sample numbers that were recorded; of a pool there is one."""
        return tuple(self._keys.get((contestant, problem), {}))

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:
        """Return the number of submissions that were recorded of a sample, or of a pool."""
        return len(self._turns(contestant, problem, sample))

    async def generate(self, request: Request) -> Reply | NotGenerated:
        """Return what was recorded for a sample and turn."""
        turns = self._turns(request.contestant, request.problem, request.sample)
        row = self._recording.row(turns[request.turn]) if request.turn < len(turns) else None
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

    def _turns(self, contestant: str, problem: str, sample: int) -> list[Key]:
        return self._keys.get((contestant, problem), {}).get(sample, [])

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
    chosen = _chosen(recording, context.args.get("contestants", ""))
    return Replay(recording, chosen, pool=yes_or_no("replay", context.args, "pool"))


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
