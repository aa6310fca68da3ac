"""From facts to a verdict: the table, first match wins."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.types import Execution, StoppedBy, Verdict
from sandbox.classify import Finding, classify

CLEAN = Execution(
    exit_code=0,
    signal=None,
    cpu_s=0.5,
    wall_s=0.6,
    peak_memory_bytes=1000,
    stopped_by=StoppedBy.NONE,
)

TABLE: list[tuple[dict[str, object], Verdict | None, str]] = [
    ({}, None, ""),
    ({"cpu_s": 1.0}, None, ""),
    ({"cpu_s": 1.000001}, Verdict.TLE, ""),
    ({"stopped_by": StoppedBy.CPU, "exit_code": None, "signal": 9}, Verdict.TLE, ""),
    ({"stopped_by": StoppedBy.WALL, "exit_code": None, "signal": 9}, Verdict.TLE, "wall clock"),
    ({"wall_s": 500.0}, None, ""),
    ({"peak_memory_bytes": 1 << 20}, None, ""),
    ({"peak_memory_bytes": (1 << 20) + 1}, Verdict.MLE, ""),
    ({"stopped_by": StoppedBy.MEMORY}, Verdict.MLE, ""),
    ({"stopped_by": StoppedBy.OUTPUT}, Verdict.OLE, ""),
    ({"exit_code": None, "signal": 11}, Verdict.RTE, "SIGSEGV"),
    ({"exit_code": None, "signal": 31}, Verdict.RTE, "forbidden system call"),
    ({"exit_code": None, "signal": 60}, Verdict.RTE, "signal 60"),
    ({"exit_code": 3}, Verdict.RTE, "exit code 3"),
    # Several things at once: the first of the order decides.
    ({"cpu_s": 2.0, "peak_memory_bytes": 1 << 30, "exit_code": 1}, Verdict.TLE, ""),
    ({"peak_memory_bytes": 1 << 30, "exit_code": None, "signal": 6}, Verdict.MLE, ""),
    ({"stopped_by": StoppedBy.OUTPUT, "exit_code": None, "signal": 25}, Verdict.OLE, ""),
    # A parent that ends well although the kernel killed its children for memory.
    ({"stopped_by": StoppedBy.MEMORY, "exit_code": 0}, Verdict.MLE, ""),
]


@pytest.mark.parametrize(("change", "verdict", "reason"), TABLE)
def test_the_table(change: dict[str, object], verdict: Verdict | None, reason: str) -> None:
    """Each line of facts has its verdict under 1 s and 1 MiB."""
    execution = msgspec.structs.replace(CLEAN, **change)
    expected = None if verdict is None else Finding(verdict, reason)
    assert classify(execution, 1.0, 1 << 20) == expected


@given(cpu=st.floats(0, 10), limit=st.floats(0.1, 10), more=st.floats(0, 10))
def test_a_longer_limit_never_makes_it_worse(cpu: float, limit: float, more: float) -> None:
    """What passes under a limit passes under every longer one."""
    execution = msgspec.structs.replace(CLEAN, cpu_s=cpu)
    if classify(execution, limit, 1 << 20) is None:
        assert classify(execution, limit + more, 1 << 20) is None


@given(st.integers(1, 64))
def test_every_signal_has_a_name(number: int) -> None:
    """No signal makes the judge fail."""
    execution = msgspec.structs.replace(CLEAN, exit_code=None, signal=number)
    found = classify(execution, 1.0, 1 << 20)
    assert found is not None
    assert found.verdict is Verdict.RTE
    assert found.reason
