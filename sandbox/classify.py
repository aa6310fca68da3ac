"""From facts to a verdict: one pure function, first match wins.

Because the verdict follows from recorded facts and limits alone, it can be derived
again for another limit without running anything. Only CPU time decides about the
time limit; the wall clock is a backstop against programs that sleep.
"""

from __future__ import annotations

import signal

import msgspec

from harness.types import Execution, StoppedBy, Verdict


class Finding(msgspec.Struct, frozen=True):
    """A verdict with its reason in a few words."""

    verdict: Verdict
    reason: str


def classify(execution: Execution, time_limit_s: float, memory_limit_bytes: int) -> Finding | None:
    """Return what a contestant's program did wrong, or None when its output may be looked at."""
    if execution.cpu_s > time_limit_s or execution.stopped_by is StoppedBy.CPU:
        return Finding(Verdict.TLE, "")
    if execution.stopped_by is StoppedBy.MEMORY or execution.peak_memory_bytes > memory_limit_bytes:
        return Finding(Verdict.MLE, "")
    if execution.stopped_by is StoppedBy.OUTPUT:
        return Finding(Verdict.OLE, "")
    if execution.stopped_by is StoppedBy.WALL:
        return Finding(Verdict.TLE, "wall clock")
    if execution.signal is not None:
        return Finding(Verdict.RTE, name_of(execution.signal))
    if execution.exit_code:
        return Finding(Verdict.RTE, f"exit code {execution.exit_code}")
    return None


def name_of(number: int) -> str:
    """Return what people call a signal."""
    if number == signal.SIGSYS:
        return "forbidden system call"
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
