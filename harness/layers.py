"""Layers: what a later judging found, beside the log of a run.

::

    layers/0001-2026-11-23T140215Z-5c1f0a9b3d2e.jsonl        header, grades and ends, end
    layers/0001-2026-11-23T140215Z-5c1f0a9b3d2e.times.jsonl  what was measured meanwhile

A layer is read as if its records stood in the log at the place that the log had reached when the
layer was made: it outranks what was found before, and what people gave or a continued run found
after it outranks the layer. It is put into its place whole, and never written again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import IO

import msgspec

from harness.codec import decode_record
from harness.errors import CorruptLog, UsageError
from harness.files import DAMAGED, LONGEST, Files
from harness.measured import Measured, with_measured
from harness.types import (
    CodeBody,
    Contest,
    Grade,
    JudgeStanding,
    Jury,
    Record,
    RunRecord,
    SelfTest,
)

FOLDER = "layers"
SUFFIX = ".jsonl"
TIMES = ".times.jsonl"

LOG_ONLY = "log"
"""The name that says that the run's own judging counts."""
NEWEST = ""
"""The name that says that the last judging counts, whichever that was."""

TAIL = 4096
"""Bytes in which the last line of a layer has room."""

Pairs = tuple[tuple[str, str], ...]


class ProblemLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a problem was judged under."""

    problem: str
    hash: str
    time_limit_s: float | None = None
    memory_limit_bytes: int | None = None


class LayerHeader(msgspec.Struct, frozen=True, kw_only=True):
    """First line of a layer: which judge it was, of what, and of how much of the log."""

    schema: int
    run: str
    time: str
    """When it was made: ISO time, UTC."""
    after: int
    """Records that the log had."""
    before: str
    """What counted until then: a layer's name, or ``log``."""
    harness_version: str
    harness_commit: str
    task_version: str
    judge: Pairs
    """Facts of the judges: versions, tier, image or runner, compiler; sorted pairs."""
    machine: Pairs
    contest_hash: str
    limits: tuple[ProblemLimits, ...]
    contest: Contest | None = None
    """The contest as it was judged, where that is not the run's own."""
    self_tests: tuple[SelfTest, ...] | None = None
    jury: Jury | None = None
    """The models that marked proofs anew; None where proofs kept their marks."""
    jury_standings: tuple[tuple[str, JudgeStanding], ...] = ()

    @property
    def judge_hash(self) -> str:
        """SHA-256 over all that can change a verdict."""
        said = (
            self.judge,
            self.contest_hash,
            self.harness_version,
            self.task_version,
            self.jury.sha256 if self.jury else "",
        )
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


class LayerEnd(msgspec.Struct, frozen=True, kw_only=True):
    """Last line of a layer: without it, it is not whole."""

    records: int
    sha256: str
    """Over the lines between header and end."""


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One judging beside the log."""

    name: str
    header: LayerHeader
    end: LayerEnd

    @property
    def number(self) -> int:
        """Its number, from 1."""
        return int(self.name.partition("-")[0])


def limits_of(contest: Contest) -> tuple[ProblemLimits, ...]:
    """Return what each problem of a contest is judged under."""
    found = []
    for problem in contest.problems:
        body = problem.body
        code = body if isinstance(body, CodeBody) else None
        found.append(
            ProblemLimits(
                problem=problem.id,
                hash=problem.hash,
                time_limit_s=code.time_limit_s if code else None,
                memory_limit_bytes=code.memory_limit_bytes if code else None,
            )
        )
    return tuple(found)


def named(number: int, header: LayerHeader) -> str:
    """Return the name of a new layer."""
    stamp = re.sub(r"[^0-9TZ-]", "", header.time)
    return f"{number:04}-{stamp}-{header.judge_hash[:12]}"


def names(files: Files) -> list[str]:
    """Return the names of all layers, the oldest first, those included that are not whole."""
    found = (name for name in files.names(FOLDER) if not name.endswith(TIMES))
    stems = (name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX))
    known = (stem for stem in stems if re.fullmatch(r"\d{1,9}-[0-9A-Za-z-]+", stem))
    return sorted(known, key=lambda stem: (int(stem.partition("-")[0]), stem))


def layers_of(files: Files, run: str) -> tuple[Layer, ...]:
    """Return the layers of a run that are whole, the oldest first."""
    return tuple(layer for name in names(files) if (layer := _read(files, name, run)))


def chosen(files: Files, run: str, name: str) -> Layer | None:
    """Return the layer of a name, a number or the beginning of a name; None: the log counts.

    Raises :class:`~harness.errors.UsageError` for a layer that is not there.
    """
    if name == LOG_ONLY:
        return None
    if name == NEWEST:
        for each in reversed(names(files)):
            layer = _read(files, each, run)
            if layer is not None:
                return layer
        return None
    found = layers_of(files, run)
    fitting = [layer for layer in found if layer.name == name]
    if not fitting and name.isascii() and name.isdigit():
        fitting = [layer for layer in found if layer.number == int(name)]
    if not fitting:
        fitting = [layer for layer in found if layer.name.startswith(name)]
    if len(fitting) != 1:
        known = ", ".join(layer.name for layer in found) or "no layer"
        raise UsageError(
            f"run {run} has {'several layers' if fitting else 'no layer'} {name!r}",
            hint=f"it has {known}, and {LOG_ONLY}",
        )
    return fitting[0]


def _read(files: Files, name: str, run: str) -> Layer | None:
    """Return a layer, or None where it is not whole, or of another run."""
    try:
        with files.open(f"{FOLDER}/{name}{SUFFIX}") as file:
            header = msgspec.json.decode(file.readline(LONGEST), type=LayerHeader)
            end = msgspec.json.decode(_last_line(file), type=LayerEnd)
    except (OSError, msgspec.MsgspecError, *DAMAGED):
        return None
    return Layer(name=name, header=header, end=end) if header.run == run else None


def _last_line(file: IO[bytes]) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    lines = file.read().split(b"\n")
    return lines[-2] if len(lines) > 1 and not lines[-1] else b""


def records(files: Files, layer: Layer) -> Iterator[Record]:
    """Yield what a layer found, with what was measured where that is kept.

    Raises :class:`~harness.errors.CorruptLog` naming the line that is not what it was.
    """
    place = f"{FOLDER}/{layer.name}{SUFFIX}"
    digest = hashlib.sha256()
    number = 1
    try:
        with ExitStack() as held:
            times = _times(held, files, layer)
            file = held.enter_context(files.open(place))
            file.readline(LONGEST)
            for number in range(2, layer.end.records + 2):  # noqa: B007 - for the message
                line = file.readline(LONGEST)
                digest.update(line)
                record = decode_record(line, layer.header.schema)
                if isinstance(record, Grade) and times is not None:
                    record = with_measured(record, next(times))
                yield record
    except (OSError, ValueError, StopIteration, msgspec.MsgspecError, *DAMAGED) as error:
        raise CorruptLog(
            f"{place}, line {number}: {error}", hint="restore it from a copy, or rejudge the run"
        ) from error
    if digest.hexdigest() != layer.end.sha256:
        raise CorruptLog(
            f"{place} is not what was written", hint="restore it from a copy, or rejudge the run"
        )


def _times(held: ExitStack, files: Files, layer: Layer) -> Iterator[Measured] | None:
    """Return what was measured, grade by grade; None where it is not kept."""
    try:
        file = held.enter_context(files.open(f"{FOLDER}/{layer.name}{TIMES}"))
    except OSError:
        return None
    lines = iter(partial(file.readline, LONGEST), b"")
    return (msgspec.json.decode(line, type=Measured) for line in lines)


def as_judged(record: RunRecord, header: LayerHeader | None) -> RunRecord:
    """Return a run's manifest as it is when a layer counts: its judge, contest and jury."""
    if header is None:
        return record
    judge = dict(header.judge)
    if header.harness_version != record.harness_version:
        judge["scoring"] = f"harness {header.harness_version}"
    spec = msgspec.structs.replace(
        record.spec,
        task_version=header.task_version,
        jury=header.jury or record.spec.jury,
    )
    return msgspec.structs.replace(
        record,
        spec=spec,
        contest=header.contest or record.contest,
        judge=tuple(sorted(judge.items())),
        self_tests=header.self_tests,
        jury_standings=header.jury_standings if header.jury else record.jury_standings,
    )
