"""Jobs and results as the runner's frames; see ``runner/main.c`` for the layout.

The same bytes travel over a pipe or over a container's attached streams: no
descriptor and no path of the host is in them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from harness.errors import BoxError
from harness.types import Execution, StoppedBy
from sandbox.box import Blob, Job, Output, Pipe, Process, Result, Role

HEAD = struct.Struct("<cQ")
"""Kind and length of a frame."""

STOPS = (
    StoppedBy.NONE,
    StoppedBy.CPU,
    StoppedBy.WALL,
    StoppedBy.MEMORY,
    StoppedBy.OUTPUT,
)

_u32 = struct.Struct("<I")
_u64 = struct.Struct("<Q")
_limits = struct.Struct("<QQQQQQIBB")
_facts = struct.Struct("<IIQQQBQ")
_after = struct.Struct("<IIB")
_outcome = struct.Struct("<BI")


def frame(kind: bytes, *payload: bytes) -> bytes:
    """Return one frame."""
    body = b"".join(payload)
    return HEAD.pack(kind, len(body)) + body


def encode_job(job: Job) -> bytes:
    """Return the payload of a job."""
    parts = [_u32.pack(len(job.steps))]
    for step in job.steps:
        parts.append(b"\1" if step.only_if_clean else b"\0")
        if step.compare is None:
            parts.append(b"\0")
        else:
            parts += (b"\1", _place(step.compare[0]), text(step.compare[1].name))
        parts.append(_u32.pack(len(step.processes)))
        for process in step.processes:
            _process(process, parts)
    return b"".join(parts)


def _process(process: Process, parts: list[bytes]) -> None:
    limits = process.limits
    parts.append(b"\1" if process.role is Role.TRUSTED else b"\0")
    parts.append(_texts(process.argv))
    parts.append(text(process.program.name if process.program else ""))
    parts.append(_texts(f"{key}={value}" for key, value in process.env))
    parts.append(_place(process.stdin))
    parts.append(text(process.stdout.name if process.stdout else ""))
    parts.append(_u32.pack(len(process.files)))
    for name, source in process.files:
        parts += (text(name), b"\1" if name in process.writable else b"\0", _place(source))
    parts.append(_u32.pack(len(process.fifos)))
    for name, pipe in process.fifos:
        parts += (text(name), text(pipe.name))
    parts.append(_texts(process.fetch))
    parts.append(
        _limits.pack(
            round(limits.cpu_s * 1e9),
            round(limits.wall_s * 1e9),
            limits.memory_bytes,
            limits.output_bytes,
            limits.stderr_bytes,
            limits.processes,
            process.head_bytes,
            process.keep_stdout,
            limits.resident,
        )
    )


def _place(source: Blob | Output | Pipe | None) -> bytes:
    match source:
        case None:
            return b"\0"
        case Blob():
            return b"\1" + text(source.name)
        case Output():
            return b"\2" + _u32.pack(source.step) + _u32.pack(source.process)
        case Pipe():
            return b"\3" + text(source.name)


@lru_cache(maxsize=4096)
def text(value: str) -> bytes:
    """Return a text with its length; it may not hold NUL, which ends it for the runner.

    Most are said again with the next test: names of programs and files, and the arguments.
    """
    data = value.encode("utf-8", "surrogateescape")
    if b"\0" in data:
        raise BoxError(f"a NUL character in {value[:40]!r}", hint="report this as a bug")
    return _u32.pack(len(data) + 1) + data + b"\0"


def _texts(values: Iterable[str]) -> bytes:
    encoded = [text(value) for value in values]
    return _u32.pack(len(encoded)) + b"".join(encoded)


class _Cursor:
    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def u8(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def u32(self) -> int:
        self.at += 4
        return int(_u32.unpack_from(self.data, self.at - 4)[0])

    def u64(self) -> int:
        self.at += 8
        return int(_u64.unpack_from(self.data, self.at - 8)[0])

    def several(self, kinds: struct.Struct) -> tuple[int, ...]:
        self.at += kinds.size
        return kinds.unpack_from(self.data, self.at - kinds.size)

    def bytes(self) -> bytes:
        size = self.u32()
        self.at += size
        return self.data[self.at - size : self.at]

    def blob(self) -> Blob:
        name = self.bytes().decode()
        return Blob(name, self.u64())


def decode_results(payload: bytes, job: Job) -> tuple[Result, ...]:
    """Read the results of a job, one per step."""
    cursor = _Cursor(payload)
    if cursor.u32() != len(job.steps):
        raise BoxError("the runner answered another job", hint="report this as a bug")
    return tuple(_result(cursor) for _ in job.steps)


def _result(cursor: _Cursor) -> Result:
    if cursor.u8():
        return Result(skipped=True)
    equal, count = cursor.several(_outcome)
    executions, ranks, stdout, fetched = [], [], [], []
    for _ in range(count):
        execution, rank, kept = _execution(cursor)
        executions.append(execution)
        ranks.append(rank)
        stdout.append(cursor.blob() if kept else None)
        files = []
        while cursor.u8():
            files.append((cursor.bytes().decode("utf-8", "surrogateescape"), cursor.blob()))
        fetched.append(tuple(sorted(files, key=lambda file: file[0])) if files else ())
    return Result(
        executions=tuple(executions),
        finish_order=tuple(sorted(range(count), key=ranks.__getitem__)),
        stdout=tuple(stdout),
        fetched=tuple(fetched),
        equal=(None, True, False)[equal],
    )


def _execution(cursor: _Cursor) -> tuple[Execution, int, int]:
    code, signal, cpu, wall, peak, stop, written = cursor.several(_facts)
    stdout_head, stderr_head = cursor.bytes(), cursor.bytes()
    orphans, rank, kept = cursor.several(_after)
    return (
        Execution(
            exit_code=code - 1 if code else None,
            signal=signal or None,
            cpu_s=cpu / 1e9,
            wall_s=wall / 1e9,
            peak_memory_bytes=peak,
            stopped_by=STOPS[stop],
            stdout_bytes=written,
            stdout_head=stdout_head,
            stderr_head=stderr_head,
            orphans=orphans,
        ),
        rank,
        kept,
    )


class Hello(msgspec.Struct, frozen=True):
    """What a runner says of its slot when it is ready."""

    facts: tuple[tuple[str, str], ...]

    @classmethod
    def decode(cls, payload: bytes) -> Hello:
        """Read ``key=value`` words."""
        pairs = (word.partition("=") for word in payload.decode().split())
        return cls(tuple(sorted((key, value) for key, _, value in pairs)))
