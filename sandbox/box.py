"""The seam between the judge and whatever isolates programs.

A *box* is one judging slot: a place where programs run one job at a time under
limits, with no network, no view of the host and none of each other. It stays
warm for thousands of jobs. Tiers stand behind it (``docker.py``, ``embedded.py``);
every tier drives the same C runner, so a job means the same on all.

A *job* is what one test needs: steps that run one after the other, and within a
step processes that run at the same time, tied by pipes::

    Job ── Step(contestant: input -> output)                       batch
        └─ Step(checker: input, answer, output -> score)            if the step before was clean
    Job ── Step(manager ⇄ contestant 0 ⇄ contestant 1 ...)         communication

This module must not know verdicts, problems or models.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import msgspec

from harness.types import Execution

MEBIBYTE = 1 << 20

SlotRoot = Literal["bare", "runtime", "toolchain"]
"""What a slot shows its programs: nothing, runtimes as well, or compilers; never a test."""


class Role(StrEnum):
    """Whose program a process is; the two never share a uid or a folder."""

    CONTESTANT = "contestant"
    TRUSTED = "trusted"


class Blob(msgspec.Struct, frozen=True):
    """Bytes a slot holds; no process can reach them by path."""

    name: str
    """Their SHA-256 where they were put in, a number of the slot's own where it kept them."""
    size: int


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one process (with its descendants) may use."""

    cpu_s: float
    """User + system CPU seconds of the whole process tree; killed just past it."""
    wall_s: float
    """Seconds on the wall; a backstop, never a contest limit."""
    memory_bytes: int
    """Resident memory of the whole process tree."""
    output_bytes: int = 64 * MEBIBYTE
    """Standard output, and any single file written."""
    stderr_bytes: int = 64 * 1024
    """Standard error that is kept; the rest is dropped. A flood beyond ``output_bytes`` is an
    output limit like any other, because it fills the same disk."""
    processes: int = 16
    """Processes and threads alive at once."""
    resident: bool = False
    """Memory is held by its resident size alone, read every 10 ms: for runtimes, which reserve
    and map far more than they use. Otherwise the kernel also refuses data of more than 128 MiB
    beyond the limit."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """The standard output of process ``process`` of step ``step`` of the same job."""

    step: int
    process: int = 0


class Pipe(msgspec.Struct, frozen=True, kw_only=True):
    """A named pipe of this step.

    As standard input or output the process is started with the pipe opened the
    way a shell redirection does (it waits for the other end). A name in
    ``Process.fifos`` makes the pipe appear as a file of that name in the folder
    of the process, to be opened by its program (the managers of CMS do this).
    """

    name: str


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """One program to run."""

    role: Role
    argv: tuple[str, ...]
    """What the program sees as its arguments; ``argv[0]`` is looked up in the
    slot's root unless ``program`` is given."""
    program: Blob | None = None
    """A static executable, executed from an open descriptor."""
    env: tuple[tuple[str, str], ...] = ()
    stdin: Blob | Output | Pipe | None = None
    """None is an empty input."""
    stdout: Pipe | None = None
    """None keeps the output in the slot (see ``Output``, ``Execution.stdout_head``)."""
    files: tuple[tuple[str, Blob | Output], ...] = ()
    """Files put into the process's folder (its current directory) first; read-only. A name may
    be a path: folders above it are made."""
    writable: tuple[str, ...] = ()
    """Names among ``files`` that the program may change (what a validator of an earlier pass
    left to the next one)."""
    fifos: tuple[tuple[str, Pipe], ...] = ()
    fetch: tuple[str, ...] = ()
    """Names of files (no folders) to keep as blobs, whatever the exit code or signal was, unless
    a limit stopped the process. ``*`` is every file of its folder that was not put there
    read-only, 256 at most. A link, a device or a missing file is simply not kept; names that
    are no UTF-8 come back with surrogate escapes, in order."""
    limits: Limits
    head_bytes: int = 4096
    """How much of standard output and standard error comes back in the result."""
    keep_stdout: bool = False
    """Keep the whole standard output as a blob (``Result.stdout``)."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Processes that run at the same time; all are gone before the next step."""

    processes: tuple[Process, ...]
    only_if_clean: bool = False
    """Skip (``Result.skipped``) unless every process of the steps before exited with 0."""
    compare: tuple[Output | Blob, Blob] | None = None
    """With no processes: compare an output with an answer by CMS's white-space
    rule inside the slot, so that outputs do not travel (``Result.equal``)."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Steps run in order; one result per step."""

    steps: tuple[Step, ...]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one step."""

    skipped: bool = False
    executions: tuple[Execution, ...] = ()
    """One per process, in the order of ``Step.processes``."""
    finish_order: tuple[int, ...] = ()
    """Indices of processes by the moment they ended."""
    stdout: tuple[Blob | None, ...] = ()
    """The kept standard outputs (``keep_stdout``), one per process."""
    fetched: tuple[tuple[tuple[str, Blob], ...], ...] = ()
    """The kept files, per process."""
    equal: bool | None = None
    """Outcome of ``Step.compare``."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a box can and cannot do, recorded with every result."""

    tier: str
    """``docker``, ``embedded``, ``landlock`` or ``unsafe``."""
    detail: tuple[tuple[str, str], ...] = ()
    """Sorted pairs, such as ``("memory", "rlimit+polling")`` or ``("uids", "range")``."""
    tmp: str = "/tmp"
    """Where a program of the slot may write besides its folder, as it sees it itself."""


class Box(Protocol):
    """One judging slot.

    A box is used from one thread at a time. Its failures are
    :class:`~harness.errors.BoxError`; what programs do are values. Tiers inherit from this
    class, which closes them at the end of a ``with``.
    """

    facts: Facts

    def put(self, source: Path | bytes) -> Blob:
        """Bring bytes into the slot once; a second call with equal bytes costs a hash.

        They stay while they are used: what is not put again leaves some time after the next
        ``HELD_JOBS`` jobs (``shelf.py``), and so does what the slot kept of a program.
        """
        ...

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Result, ...]]:
        """Run jobs in order, pipelined; yield one tuple of results (a step each) per job.

        Closing the iterator early stops after the jobs already sent.
        """
        ...

    def read(self, blob: Blob, limit: int | None = None) -> bytes:
        """Return the first ``limit`` bytes (or all) of a blob the slot holds."""
        ...

    def close(self) -> None:
        """End every process and remove the slot; safe to call twice."""
        ...

    def __enter__(self) -> Self:
        """Return the box."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the box."""
        self.close()
