"""The workers of the answer judge: warm, limited, ended from outside and replaced.

A worker imports SymPy once (about a second) and then compares pairs. It is ended when it passes
its wall time, ends itself by its limits of CPU and memory, and is replaced after a number of
pairs because what a library caches only grows. A pair that ends a worker is unresolved, with the
limit by name; the next pair has another worker. Thread-safe.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import sys
import threading
import time
from typing import Self

import msgspec

from harness.errors import JudgeError
from harness.judges.answers.frames import HEAD, Job, Limits
from harness.judges.answers.outcome import Finding, unresolved
from harness.judges.answers.texts import LONGEST, at_once

START_S = 120.0
"""Seconds that a worker may take to be ready, on a machine that is busy."""
BEGIN = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from harness.judges.answers.worker import main; main()"
)
"""The program of a worker: it finds modules where this process does."""
ENVIRONMENT = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
"""The same order of sets in every worker, so that the same pair has the same outcome."""


class WorkerEnded(Exception):
    """A worker is gone; never leaves this module."""


class Worker:
    """One process; for one thread at a time."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.jobs = 0
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                BEGIN,
                msgspec.json.encode(sys.path).decode(),
                msgspec.json.encode(limits).decode(),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        try:
            if self._receive(START_S) != b"ready":
                raise WorkerEnded("it said something else than that it is ready")
        except WorkerEnded as error:
            self.end()
            raise JudgeError(
                f"a worker of the answer judge does not start: {error}",
                hint=f"try it by hand: {sys.executable} -c 'import sympy, math_verify'",
            ) from error

    def compare(self, job: Job) -> Finding:
        """Compare a pair. Raises :class:`WorkerEnded` with the limit that ended the worker."""
        self.jobs += 1
        frame = msgspec.msgpack.encode(job)
        data = HEAD.pack(len(frame)) + frame
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
            self._process.stdin.flush()
        except OSError as error:
            raise WorkerEnded(self._why()) from error
        return msgspec.msgpack.decode(self._receive(self._limits.wall_s), type=Finding)

    def _receive(self, seconds: float) -> bytes:
        deadline = time.monotonic() + seconds
        (size,) = HEAD.unpack(self._exactly(HEAD.size, deadline))
        return self._exactly(size, deadline)

    def _exactly(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        file = self._process.stdout.fileno()
        data = b""
        while len(data) < size:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([file], [], [], max(0.0, left))
            if not ready:
                raise WorkerEnded(f"more than {self._limits.wall_s:g} s")
            more = os.read(file, size - len(data))
            if not more:
                raise WorkerEnded(self._why())
            data += more
        return data

    def _why(self) -> str:
        """Return which limit ended the process."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(5)
            if code == -signal.SIGXCPU:
                return f"more than {self._limits.cpu_s} s of CPU"
            return f"its worker ended with {code}"
        return "its worker stopped answering"

    @property
    def alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.poll() is None

    def end(self) -> None:
        """End the process and all that it started; safe to call twice."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()


class AnswerPool:
    """Compares answers: at once where that is possible, else in one of its workers.

    Workers are started when they are first needed, at most ``workers`` of them.
    """

    def __init__(
        self, workers: int = 2, limits: Limits | None = None, jobs_per_worker: int = 1000
    ) -> None:
        self._limits = limits or Limits()
        self._most_jobs = jobs_per_worker
        self._places: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._places.put(None)
        self._lock = threading.Lock()
        self._closed = False
        self.started = 0
        """Workers that were started so far."""

    def compare(self, gold: str, said: str) -> Finding:
        """Compare the expected answer with what was said.

        Raises :class:`~harness.errors.JudgeError` when no worker can be started.
        """
        if max(len(gold), len(said)) > LONGEST:
            return unresolved(f"an answer of more than {LONGEST:,} characters")
        found = at_once(gold, said)
        return found if found is not None else self._by_worker(Job(gold, said))

    def _by_worker(self, job: Job) -> Finding:
        worker = self._places.get()
        try:
            if worker is None:
                worker = self._start()
            found = worker.compare(job)
        except WorkerEnded as error:
            assert worker is not None
            worker.end()
            worker = None
            return unresolved(str(error))
        else:
            if worker.jobs >= self._most_jobs or not worker.alive:
                worker.end()
                worker = None
            return found
        finally:
            self._places.put(worker)
            if self._closed:
                self.close()

    def _start(self) -> Worker:
        with self._lock:
            self.started += 1
        return Worker(self._limits)

    def close(self) -> None:
        """End every worker; safe to call twice, and from any thread."""
        self._closed = True
        kept = 0
        with contextlib.suppress(queue.Empty):
            while True:
                worker = self._places.get_nowait()
                kept += 1
                if worker is not None:
                    worker.end()
        for _ in range(kept):
            self._places.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
