"""A file of recorded generations: JSON lines, indexed once, read again row by row.

::

    {"task": "ioi2025", "problem": "worldmap", "contestant": "some-model", "sample": 0,
     "language": "cpp", "text": "…", "status": "ok"}

``text`` is what the model wrote; null says that nothing was generated, and ``status``
why. A text that is a bare source says so by its ``language``. Several rows of one
sample are its turns, told apart by ``submission`` (from 1). Other fields are ignored.
Numbers are finite and none is negative.
"""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import msgspec

from harness.broken_json import what_is_broken
from harness.errors import RecordingError
from harness.types import FinishReason

Number = Annotated[int, msgspec.Meta(le=10**9)]
Tokens = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e12)]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded generation, as far as it is used."""

    problem: str
    contestant: str
    text: str | None
    task: str = ""
    """Empty: of whatever task is run."""
    sample: Number | None = None
    submission: Number | None = None
    status: str = ""
    language: str | None = None
    kind: Literal["recorded", "reference"] = "recorded"
    """``reference``: written for a demonstration, by no model."""
    reasoning: str | None = None
    finish_reason: FinishReason = FinishReason.RECORDED
    tokens_in: Tokens | None = None
    tokens_out: Tokens | None = None
    seconds: Seconds = 0.0


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Where a row is."""

    line: int
    start: int
    """Byte offset."""


class Key(msgspec.Struct, frozen=True, order=True):
    """What a row is the recording of."""

    contestant: str
    problem: str
    sample: int
    turn: int


class Recording:
    """The rows of one task in a file; texts stay on disk until they are asked for."""

    def __init__(self, place: Path, task: str) -> None:
        self.place = place
        self.kinds: dict[str, str] = {}
        """Kind by contestant, in the order of the file."""
        self.tasks: dict[str, int] = {}
        """Rows by the task they name."""
        self._entries: dict[Key, Entry] = {}
        self._digest = hashlib.sha256()
        self._index(task)
        self.sha256 = self._digest.hexdigest()
        """Of the whole file, as it was indexed."""

    def _index(self, task: str) -> None:
        counted: dict[tuple[str, str], int] = {}
        for entry, row in self._rows():
            self.tasks[row.task] = self.tasks.get(row.task, 0) + 1
            if row.task not in ("", task):
                continue
            sample = row.sample
            if sample is None:
                # Rows without a number are samples in the order of the file; a submission
                # number alone says that they are the turns of a single sample.
                pair = (row.contestant, row.problem)
                sample = 0 if row.submission is not None else counted.get(pair, 0)
                counted[pair] = sample + 1
            turn = 0 if row.submission is None else row.submission - 1
            if sample < 0 or turn < 0:
                raise self._wrong(entry, "sample counts from 0 and submission from 1")
            if not row.contestant.strip():
                raise self._wrong(entry, "the contestant has no name")
            if any("\ud800" <= letter <= "\udfff" for letter in row.contestant):
                raise self._wrong(entry, "the contestant's name holds half of a surrogate pair")
            key = Key(row.contestant, row.problem, sample, turn)
            held = self._entries.setdefault(key, entry)
            if held is not entry:
                raise self._wrong(entry, f"the same sample as line {held.line}: {_words(key)}")
            if self.kinds.setdefault(row.contestant, row.kind) != row.kind:
                raise self._wrong(entry, f"{row.contestant} was of another kind before")
        for key, entry in self._entries.items():
            # Turns are asked for one after the other: what comes after a gap never would be.
            if key.turn and msgspec.structs.replace(key, turn=key.turn - 1) not in self._entries:
                raise self._wrong(entry, f"no submission {key.turn} comes before: {_words(key)}")

    def _rows(self) -> Iterator[tuple[Entry, Row]]:
        try:
            with self.place.open("rb") as file:
                start = 0
                for number, line in enumerate(file, start=1):
                    self._digest.update(line)
                    entry = Entry(line=number, start=start)
                    start += len(line)
                    if line.strip():
                        yield entry, self._decode(line, entry)
        except OSError as error:
            raise RecordingError(
                f"{self.place} cannot be read: {error.strerror}",
                hint="name a file of JSON lines with --model-args file=PATH",
            ) from error

    def _decode(self, line: bytes, entry: Entry) -> Row:
        if not entry.start:
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            return msgspec.json.decode(line, type=Row)
        except msgspec.ValidationError as error:
            raise self._wrong(entry, str(error)) from None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
        # Slower, but it reads halves of surrogate pairs and says where a line is broken.
        try:
            return msgspec.convert(json.loads(line, parse_constant=_refused), Row)
        except msgspec.ValidationError as error:
            raise self._wrong(entry, str(error)) from None
        except (ValueError, RecursionError) as error:
            raise self._wrong(entry, what_is_broken(error)) from None

    def _wrong(self, entry: Entry, what: str) -> RecordingError:
        return RecordingError(
            f"{self.place}, line {entry.line}: {what}",
            hint="mend or remove the line; nothing was judged",
        )

    @property
    def keys(self) -> tuple[Key, ...]:
        """What is recorded, in the order of the file."""
        return tuple(self._entries)

    def line_of(self, key: Key) -> int:
        """Return the line a recording is on."""
        return self._entries[key].line

    def row(self, key: Key) -> Row | None:
        """Return a recording, or None where there is none."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        try:
            with self.place.open("rb") as file:
                file.seek(entry.start)
                return self._decode(file.readline(), entry)
        except OSError as error:
            raise RecordingError(f"{self.place} cannot be read: {error.strerror}") from error


def _refused(constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python writes and reads although JSON has no such numbers."""
    raise ValueError(f"{constant} is no number")


def _words(key: Key) -> str:
    turn = f", submission {key.turn + 1}" if key.turn else ""
    return f"{key.contestant}, {key.problem}, sample {key.sample}{turn}"
