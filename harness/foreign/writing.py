"""From what was found to a recording, and the account of what became of every row."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from harness.errors import UsageError
from harness.foreign.found import Found
from harness.foreign.matching import How, Matcher
from harness.types import FinishReason


class Unmatched(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one name that are of no problem of the contest."""

    name: str
    reason: str
    rows: int
    first: str
    """File and place of the first one."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What became of every row."""

    rows: int
    written: int
    by: Mapping[str, int]
    """Rows that were written, by what their match rests on."""
    problems: Mapping[str, int]
    """Generations by problem; 0 of those that no row is of."""
    contestants: tuple[str, ...]
    empty: int
    """Rows without a text: attempts without a submission."""
    alike: tuple[str, ...]
    """Problems whose samples, of some contestant, are several and all the same text."""
    unmatched: tuple[Unmatched, ...]
    unused: tuple[str, ...]
    """Names of the map that no row has."""


class Writer:
    """Numbers samples in the order of their coming, and counts."""

    def __init__(
        self, task: str, matcher: Matcher, contestant: str = "", language: str = ""
    ) -> None:
        self._task = task
        self._matcher = matcher
        self._contestant = contestant
        self._language = language
        self._models: dict[str, None] = {}
        self._contestants: dict[str, None] = {}
        self._samples: Counter[tuple[str, str]] = Counter()
        self._texts: dict[tuple[str, str], set[int]] = {}
        self._by: Counter[How] = Counter()
        self._problems: Counter[str] = Counter()
        self._unmatched: dict[tuple[str, str], list[Any]] = {}
        self._rows = self._empty = 0

    def line(self, file: Path, found: Found) -> bytes | None:
        """Return the row of the recording, or None for one of no problem of the contest."""
        self._rows += 1
        match = self._matcher.match(found)
        if match.how is None:
            name = found.names[0] if found.names else _short(found)
            held = self._unmatched.setdefault((name, match.reason), [0, f"{file}: {found.place}"])
            held[0] += 1
            return None
        contestant = self._named(file, found)
        key = (contestant, match.problem)
        sample = self._samples[key]
        self._samples[key] += 1
        self._by[match.how] += 1
        self._problems[match.problem] += 1
        if found.text is None:
            self._empty += 1
        else:
            self._texts.setdefault(key, set()).add(hash(found.text))
        return encoded(self._row(found, match.problem, contestant, sample))

    def _named(self, file: Path, found: Found) -> str:
        """Return the contestant of a row; several models may not become one."""
        self._models[found.model] = None
        if self._contestant and len(self._models) > 1:
            raise UsageError(
                f"{file} has a generation of {found.model or 'an unnamed model'}, after those of "
                f"{next(iter(self._models)) or 'an unnamed model'}",
                hint="bring the files of each model in by itself, each with its --contestant",
            )
        name = self._contestant or found.model
        if not name.strip():
            raise UsageError(
                f"{file} does not say which model wrote it", hint="say --contestant NAME"
            )
        self._contestants[name] = None
        return name

    def _row(self, found: Found, problem: str, contestant: str, sample: int) -> dict[str, Any]:
        origin = found.origin
        source = {
            "tool": origin.tool,
            "version": origin.version,
            "benchmark": origin.task,
            "file": origin.file,
            "sha256": origin.sha256,
            "place": found.place,
            "problem": found.names[0] if found.names else "",
            "sample": found.sample,
            "model": found.model,
            "sampling": {**origin.sampling, **found.sampling},
        }
        row = {
            "task": self._task,
            "problem": problem,
            "contestant": contestant,
            "sample": sample,
            "text": found.text,
            "status": found.status,
            "language": found.language or self._language,
            "reasoning": found.reasoning,
            "finish_reason": found.finish_reason.value,
            "tokens_in": found.tokens_in,
            "tokens_out": found.tokens_out,
            "seconds": found.seconds,
            "source": told(source),
        }
        if found.finish_reason is FinishReason.RECORDED:
            del row["finish_reason"]
        return {"text": found.text, **told(row)}

    def account(self) -> Account:
        """Return what became of every row."""
        several = {
            problem
            for (contestant, problem), texts in self._texts.items()
            if len(texts) == 1 and self._samples[contestant, problem] > 1
        }
        return Account(
            rows=self._rows,
            written=sum(self._by.values()),
            by={how.value: self._by[how] for how in How if self._by[how]},
            problems={name: self._problems[name] for name in self._matcher.ids},
            contestants=tuple(self._contestants),
            empty=self._empty,
            alike=tuple(name for name in self._matcher.ids if name in several),
            unmatched=tuple(
                Unmatched(name=name, reason=reason, rows=held[0], first=held[1])
                for (name, reason), held in self._unmatched.items()
            ),
            unused=self._matcher.unused,
        )


def told(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", {})}


def encoded(row: Mapping[str, Any]) -> bytes:
    """Return a row as a line; halves of surrogate pairs are written as such."""
    try:
        return msgspec.json.encode(row) + b"\n"
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return json.dumps(row).encode() + b"\n"


@contextmanager
def fresh(place: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes its place when the block succeeds, and is gone when it fails.

    Raises :class:`~harness.errors.UsageError` where something is there already.
    """
    if place.exists():
        raise UsageError(
            f"{place} is there already", hint="name another file with -o, or remove it"
        )
    place.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).rename(place)
    finally:
        with contextlib.suppress(OSError):
            Path(name).unlink()


def write(place: Path, found: Iterable[tuple[Path, Found]], writer: Writer) -> Account:
    """Write a recording; raises :class:`~harness.errors.UsageError` where no row is of the task."""
    with fresh(place) as file:
        for each, one in found:
            line = writer.line(each, one)
            if line is not None:
                file.write(line)
        account = writer.account()
        if not account.written:
            raise none_of_the_task(account)
    return account


def none_of_the_task(account: Account) -> UsageError:
    """Return the error of files in which no row is of a problem of the task."""
    first = account.unmatched[0]
    return UsageError(
        f"none of {account.rows} generations is of a problem of the task; the first is of "
        f"{first.name!r} ({first.reason}; {first.first})",
        hint="check --task, or say with --map FILE which of their names is which problem; "
        "nothing was written",
    )


def _short(found: Found) -> str:
    words = " ".join(found.statements[0].split()) if found.statements else ""
    return (words[:60] + "…" if len(words) > 60 else words) or "a row without a name"
