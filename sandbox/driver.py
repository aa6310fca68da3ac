"""The conversation with one runner, over any two byte streams.

Jobs are sent ahead so that the runner never waits for us, but only as many bytes
as a pipe holds: a write then never blocks while the runner waits for us to read.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from harness.errors import BoxError
from sandbox.box import Blob, Job, Result
from sandbox.shelf import Shelf
from sandbox.wire import HEAD, Hello, decode_results, encode_job, frame, text

AHEAD = 3
"""Jobs sent before the first of them is answered: enough that the runner never waits,
few enough that stopping early wastes little."""

AHEAD_OF_QUICK = 16
"""The same while jobs take no time. Half of them are then sent at once, and the runner answers
several at once: waking whoever carries the bytes costs as much as a good part of such a job."""

QUICK_S = 0.002

PIPE_BYTES = 32 * 1024
"""Bytes of jobs under way; half of what a pipe holds."""

FILES_KNOWN = 8192
"""Files whose hash is remembered."""


class Driver:
    """One runner's frames, written and read by one thread."""

    def __init__(self, to: IO[bytes], back: IO[bytes]) -> None:
        self._to = to
        self._back = back
        self._shelf = Shelf()
        self._hashed: OrderedDict[tuple[Path, int, int, int], Blob] = OrderedDict()
        self._sent: deque[tuple[Job, int]] = deque()
        self._answered: deque[tuple[Result, ...]] = deque()
        self._ahead = AHEAD
        self._under_way = 0
        """Bytes of the jobs that are sent and not answered."""

    def hello(self) -> Hello:
        """Wait until the runner is ready; raises with the reason when it cannot be."""
        return Hello.decode(self._frame(b"H"))

    def put(self, source: Path | bytes) -> Blob:
        """Send bytes that the slot does not hold yet."""
        if isinstance(source, bytes):
            blob = Blob(hashlib.sha256(source).hexdigest(), len(source))
        else:
            blob = self._hash(source)
        if not self._shelf.use(blob):
            # The runner must not be waiting for us to read while we write without end.
            while self._sent:
                self._answered.append(self._receive())
            self._send(HEAD.pack(b"P", len(blob.name) + blob.size) + blob.name.encode())
            if isinstance(source, bytes):
                self._send(source)
            else:
                self._send_file(source, blob.size)
            self._shelf.add(blob)
            self._clear_out()
        return blob

    def _clear_out(self) -> None:
        """Have the slot drop what is beyond its budget: what was put, and what jobs left."""
        if dropped := self._shelf.clear_out():
            while self._sent:  # the runner must not wait for us to read, as in `put`
                self._answered.append(self._receive())
            self._send(frame(b"X", "".join(dropped).encode()))

    def _hash(self, source: Path) -> Blob:
        # A test names its program again each time: a file that has not changed since it
        # was sent is not read again, which would cost more than running it.
        state = source.stat()
        key = (source, state.st_ino, state.st_size, state.st_mtime_ns)
        known = self._hashed.get(key)
        if known is None:
            with source.open("rb") as file:
                sha = hashlib.file_digest(file, "sha256").hexdigest()
                known = Blob(sha, os.fstat(file.fileno()).st_size)
            self._hashed[key] = known
            if len(self._hashed) > FILES_KNOWN:
                self._hashed.popitem(last=False)
        return known

    def _send_file(self, source: Path, size: int) -> None:
        with source.open("rb") as file:
            left = size
            while left:
                chunk = file.read(min(left, 1 << 20))
                if not chunk:
                    raise BoxError(f"{source} became shorter while it was read")
                self._send(chunk)
                left -= len(chunk)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Result, ...]]:
        """Run jobs in order; yield each one's results."""
        waiting = iter(jobs)
        more = True
        try:
            while True:
                if more:
                    self._clear_out()
                under_way = len(self._sent) + len(self._answered)
                if more and under_way <= self._ahead // 2:
                    more = self._submit(itertools.islice(waiting, self._ahead - under_way))
                if self._answered:
                    yield self._answered.popleft()
                elif self._sent:
                    yield self._receive()
                else:
                    return
        finally:
            # Stopped early: what was sent is awaited, so that the next job's answer is its own.
            while self._sent:
                self._receive()
            self._answered.clear()

    def _submit(self, jobs: Iterator[Job]) -> bool:
        """Send some jobs together; return whether there were any."""
        held: list[tuple[Job, int]] = []
        data = bytearray()
        room = PIPE_BYTES
        any_job = False
        for job in jobs:  # taking one may send its files, and receive what is under way
            any_job = True
            more = frame(b"J", encode_job(job))
            if held and len(data) + len(more) > room:
                self._send_jobs(data, held)
            while self._sent and self._under_way + len(more) > PIPE_BYTES:
                self._answered.append(self._receive())
            room = PIPE_BYTES - self._under_way
            data += more
            held.append((job, len(more)))
        self._send_jobs(data, held)
        return any_job

    def _send_jobs(self, data: bytearray, held: list[tuple[Job, int]]) -> None:
        if held:
            self._send(bytes(data))
            self._sent.extend(held)
            for job, _ in held:
                for blob in _blobs(job):
                    self._shelf.use(blob)
            self._shelf.sent(len(held))
            self._under_way += len(data)
            data.clear()
            held.clear()

    def _receive(self) -> tuple[Result, ...]:
        job, size = self._sent[0]
        try:
            payload = self._frame(b"R")
        except BoxError:
            self._sent.clear()
            self._under_way = 0  # nobody will answer them: this error is the last word
            raise
        self._sent.popleft()
        self._under_way -= size
        results = decode_results(payload, job)
        quick = all(run.wall_s < QUICK_S for result in results for run in result.executions)
        self._ahead = AHEAD_OF_QUICK if quick else AHEAD
        for result in results:
            for blob in (*result.stdout, *(b for kept in result.fetched for _, b in kept)):
                if blob is not None:
                    self._shelf.add(blob)
        return results

    def read(self, blob: Blob, limit: int | None = None) -> bytes:
        """Bring a blob back."""
        while self._sent:
            self._answered.append(self._receive())
        asked = blob.size if limit is None else min(limit, blob.size)
        self._send(frame(b"G", text(blob.name), asked.to_bytes(8, "little")))
        return self._frame(b"D")

    def _send(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self._to.write(view) :]
        except (OSError, ValueError) as error:
            raise self._gone() from error

    def _frame(self, expected: bytes) -> bytes:
        head = self._exactly(HEAD.size)
        kind, size = HEAD.unpack(head)
        payload = self._exactly(size)
        if kind == b"E":
            raise BoxError(f"the sandbox failed: {payload.decode(errors='replace')}")
        if kind != expected:
            raise BoxError(f"the runner sent {kind!r} in place of {expected!r}")
        return payload

    def _exactly(self, size: int) -> bytes:
        try:
            data = self._back.read(size)
        except (OSError, ValueError) as error:
            raise self._gone() from error
        if len(data) < size:
            raise self._gone()
        return data

    def _gone(self) -> BoxError:
        self._sent.clear()  # nobody will answer them
        # A runner says why before it leaves; the reason may still be in the pipe.
        try:
            head = self._back.read(HEAD.size)
            if len(head) == HEAD.size:
                kind, size = HEAD.unpack(head)
                if kind == b"E":
                    words = self._back.read(size).decode(errors="replace")
                    return BoxError(f"the sandbox failed: {words}")
        except (OSError, ValueError):
            pass
        return BoxError("the runner of a judging slot is gone")


def _blobs(job: Job) -> Iterator[Blob]:
    """Yield what a job needs of the slot."""
    for step in job.steps:
        for source in step.compare or ():
            if isinstance(source, Blob):
                yield source
        for process in step.processes:
            if process.program is not None:
                yield process.program
            if isinstance(process.stdin, Blob):
                yield process.stdin
            for _, source in process.files:
                if isinstance(source, Blob):
                    yield source
