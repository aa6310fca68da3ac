"""The log of a shard, by attempt: where its lines are, and how it ended."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from harness.codec import SCHEMA, decode_header, decode_record
from harness.errors import CorruptLog, StoreError
from harness.files import LONGEST
from harness.store import LOG, RunFolder
from harness.types import AttemptEnd, AttemptStart, AttemptStatus, Submission


@dataclass(slots=True)
class Held:
    """What a shard's log holds of one attempt."""

    lines: list[tuple[int, int]] = field(default_factory=list)
    """Where they begin, and how long they are."""
    start: AttemptStart | None = None
    end: AttemptEnd | None = None
    handed_in: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By ordinal: the text's hash, and its language."""

    @property
    def rank(self) -> int:
        """How much there is of it: 2 with a result, 1 when it is void, 0 without an end."""
        if self.end is None:
            return 0
        return 1 if self.end.status is AttemptStatus.VOID else 2

    @property
    def outcome(self) -> object:
        """What two shards that did the same attempt must agree in: all but time and tokens."""
        end = self.end
        if end is None:
            return None
        scored = msgspec.structs.replace(end, seconds=0.0, tokens_out=0, reason="")
        kept = {at: said for at, said in self.handed_in.items() if at <= end.submissions}
        return scored, kept


class ShardLog:
    """A log that is read once to know where everything is, and again for its lines."""

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.attempts: dict[str, Held] = {}
        """By id, in the order of the log."""
        self._place: Path = folder.path / LOG
        digest = hashlib.sha256()
        at = number = 0
        try:
            with self._place.open("rb") as log:
                for number, line in enumerate(iter(partial(log.readline, LONGEST), b""), start=1):
                    if line[-1:] != b"\n":
                        break
                    digest.update(line)
                    if number == 1:
                        self._check_schema(decode_header(line).schema)
                    else:
                        self._take(line, at)
                    at += len(line)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise StoreError(f"{self._place} cannot be read: {error.strerror}") from error
        except (ValueError, msgspec.MsgspecError) as error:
            raise CorruptLog(
                f"{self._place}, line {number}: {error}",
                hint="only the last line may be torn; restore the file from a copy",
            ) from error
        self.sha256 = digest.hexdigest()

    def _check_schema(self, schema: int) -> None:
        if schema != SCHEMA:
            raise CorruptLog(
                f"{self._place} has schema {schema}; lines of schema {SCHEMA} are merged",
                hint="merge it with the version of olympiad-harness that wrote it",
            )

    def _take(self, line: bytes, at: int) -> None:
        record = decode_record(line)
        name = record.id if isinstance(record, AttemptStart) else record.attempt
        held = self.attempts.setdefault(name, Held())
        held.lines.append((at, len(line)))
        match record:
            case AttemptStart():
                held.start = record
            case AttemptEnd():
                held.end = record
            case Submission():
                held.handed_in[record.ordinal] = (record.content.sha256, record.language)

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of an attempt as they were written."""
        with self._place.open("rb") as log:
            for at, size in self.attempts[name].lines:
                log.seek(at)
                yield log.read(size)

    @property
    def open(self) -> int:
        """How many attempts of the shard have no end."""
        ended = sum(held.end is not None for held in self.attempts.values())
        return self.folder.record.planned - ended
