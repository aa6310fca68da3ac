"""What else a slot promises: ``python -m tests.bench.slots``.

Runs per second over a bare loop, two slots over one, the memory that a program of nothing is said
to take, and how far past its CPU limit a program gets. Ratios compare rounds that alternate; the
load of the machine is printed beside them, because these are of wall time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from harness.types import StoppedBy
from sandbox.box import MEBIBYTE, Box, Job, Limits, Process, Role, Step
from sandbox.embedded import EmbeddedBox
from tests.bench.tiny import RUNS, build, container, jobs, spread

ROUNDS = 11
BUSY_S = 0.2
OVERSHOOTS = 20

NOTHING = "int main() {}\n"
BUSY = "int main() { for (volatile unsigned long n = 0;;) n = n + 1; }\n"


def main() -> int:
    """Measure, and print a line for each promise."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name, ExitStack() as stack:
        folder = Path(name)
        program, loop, given = build(folder)
        nothing, busy = _compiled(folder, "nothing", NOTHING), _compiled(folder, "busy", BUSY)
        words = [str(loop), str(program), str(given), str(folder / "output"), str(RUNS)]
        for tier, opened in _tiers(folder).items():
            one, two = (stack.enter_context(opened()) for _ in range(2))
            print(f"{tier}:")
            _two_over_one(one, two, lambda box: _judged(box, program, given), words)
            _memory(one, nothing)
            _overshoot(one, busy)
            one.close()
            two.close()
    print(
        f"medians of {ROUNDS} alternating rounds of {RUNS} runs; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, Linux {os.uname().release}"
    )
    return 0


def _tiers(folder: Path) -> dict[str, Callable[[], Box]]:
    tiers: dict[str, Callable[[], Box]] = {"namespaces": lambda: EmbeddedBox(folder / "cache")}
    opened = container()
    return tiers | {"containers": opened} if opened else tiers


def _compiled(folder: Path, name: str, text: str) -> Path:
    (folder / f"{name}.cpp").write_text(text)
    words = ["g++", "-O2", "-static", "-s", "-o", folder / name, folder / f"{name}.cpp"]
    subprocess.run(words, check=True)
    return folder / name


def _took(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _judged(box: Box, program: Path, given: Path) -> None:
    for results in box.run(jobs(box, program, given)):
        assert results[1].equal, "the tiny program was judged wrong"


def _two_over_one(one: Box, two: Box, work: Callable[[Box], None], bare: list[str]) -> None:
    rates, ratios = [], []
    with ThreadPoolExecutor(2) as threads:
        for box in (one, two):
            work(box)
        for _ in range(ROUNDS):
            plain = _took(lambda: subprocess.run(bare, check=True, capture_output=True))
            alone = _took(lambda: work(one))
            both = _took(lambda: list(threads.map(work, (one, two))))
            rates.append(plain / alone)
            ratios.append(2 * alone / both)
    print(f"  judged runs/s over bare runs/s     {spread(rates)}")
    print(f"  two slots over one, in runs/s      {spread(ratios)}")


def _alone(box: Box, program: Path, cpu_s: float) -> Job:
    limits = Limits(cpu_s=cpu_s, wall_s=30, memory_bytes=256 * MEBIBYTE)
    run = Process(role=Role.CONTESTANT, argv=("program",), program=box.put(program), limits=limits)
    return Job(steps=(Step(processes=(run,)),))


def _memory(box: Box, nothing: Path) -> None:
    peaks = [
        result.executions[0].peak_memory_bytes / MEBIBYTE
        for (result,) in box.run(_alone(box, nothing, 1) for _ in range(RUNS))
    ]
    print(f"  memory of a program of nothing     at most {max(peaks):.2f} MiB in {RUNS} runs")


def _overshoot(box: Box, busy: Path) -> None:
    over = []
    for (result,) in box.run(_alone(box, busy, BUSY_S) for _ in range(OVERSHOOTS)):
        run = result.executions[0]
        assert run.stopped_by is StoppedBy.CPU, "a busy program was not stopped"
        over.append((run.cpu_s - BUSY_S) * 1000)
    print(
        f"  CPU past a limit of {BUSY_S:g} s         median {statistics.median(over):.1f} ms, "
        f"at most {max(over):.1f} ms in {OVERSHOOTS} runs"
    )


if __name__ == "__main__":
    sys.exit(main())
