"""A worker: reads pairs of answers, writes outcomes, within the limits it gave itself.

Started by :mod:`harness.judges.answers.pool` as a process of its own, in its own session. A frame
is four bytes of length and MessagePack. What ends it (the limit of CPU or memory, a signal) is
seen from outside; nothing that is in a frame is ever evaluated as a program.
"""

from __future__ import annotations

import logging
import os
import resource
import sys

import msgspec

from harness.judges.answers.deep import by_number
from harness.judges.answers.frames import HEAD, Job, Limits
from harness.judges.answers.outcome import Finding, unresolved
from harness.judges.answers.peer import by_peer
from harness.judges.answers.texts import by_reading, may_ask_a_peer
from harness.judges.answers.trees import Unreadable


def main() -> None:
    """Serve until the input ends."""
    limits = msgspec.json.decode(sys.argv[2], type=Limits)
    logging.disable()
    warm()
    _limit(limits)
    out = os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not be taken for a frame
    _write(out, b"ready")
    while (frame := _read(0)) is not None:
        job = msgspec.msgpack.decode(frame, type=Job)
        _allow_cpu(limits.cpu_s)
        found = answer(job)
        _write(out, msgspec.msgpack.encode(found))
        if found.reason == OUT_OF_MEMORY:
            return  # what is left of such a process is not relied on


OUT_OF_MEMORY = "more memory than a comparison may use"


def answer(job: Job) -> Finding:
    """Return the outcome of one comparison; whatever a library raises is one."""
    try:
        return by_reading(job.gold, job.said, by_number)
    except Unreadable:
        pass
    except MemoryError:
        return unresolved(OUT_OF_MEMORY)
    except RecursionError:
        return unresolved("nested too deeply")
    try:
        if not (may_ask_a_peer(job.gold) and may_ask_a_peer(job.said)):
            return unresolved("not read")
        return by_peer(job.gold, job.said)
    except MemoryError:
        return unresolved(OUT_OF_MEMORY)
    except RecursionError:
        return unresolved("nested too deeply")
    except Exception as error:  # whatever a library raises on a text
        return unresolved(f"not read ({type(error).__name__})")


def warm() -> None:
    """Import what is slow to import, and use it once."""
    by_reading(r"\sqrt{8}", r"2\sqrt{2}", by_number)
    by_peer(r"\sum_{k=1}^{n} k", r"\frac{n(n+1)}{2}")


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(kind, (0, 0))


def _allow_cpu(seconds: int) -> None:
    """Allow so many seconds of CPU from now on; then the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))


def _read(file: int) -> bytes | None:
    head = _exactly(file, HEAD.size)
    return None if head is None else _exactly(file, HEAD.unpack(head)[0])


def _exactly(file: int, size: int) -> bytes | None:
    parts = b""
    while len(parts) < size:
        more = os.read(file, size - len(parts))
        if not more:
            return None
        parts += more
    return parts


def _write(file: int, frame: bytes) -> None:
    data = HEAD.pack(len(frame)) + frame
    while data:
        data = data[os.write(file, data) :]
