"""The least program that a contest could ask for, and the jobs that run it; for all benchmarks."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harness.errors import BoxError
from sandbox import engine, image
from sandbox.box import MEBIBYTE, Box, Job, Limits, Output, Process, Result, Role, Step
from sandbox.docker import DockerBox
from sandbox.embedded import EmbeddedBox

RUNS = 200
"""Runs of one round."""

PROGRAM = """
#include <cstdio>
int main() { int n; return scanf("%d", &n) == 1 && printf("%d\\n", n) < 0; }
"""

LIMITS = Limits(cpu_s=1, wall_s=10, memory_bytes=256 * MEBIBYTE)


def build(folder: Path) -> tuple[Path, Path, Path]:
    """Return the program, the bare loop that runs it, and its input, made in a folder."""
    source, program, loop = folder / "tiny.cpp", folder / "tiny", folder / "bare"
    given = folder / "input"
    given.write_text("42\n")
    source.write_text(PROGRAM)
    flags = ["-O2", "-static", "-s"]
    subprocess.run(["g++", *flags, "-o", program, source], check=True)
    bare = Path(__file__).with_name("bare.c")
    subprocess.run(["gcc", *flags, "-o", loop, bare], check=True)
    return program, loop, given


def jobs(box: Box, program: Path | bytes, given: Path, runs: int = RUNS) -> Iterator[Job]:
    """Yield jobs that run the program and compare its output with its input, which it repeats."""
    for _ in range(runs):
        run = Process(
            role=Role.CONTESTANT,
            argv=("tiny",),
            program=box.put(program),
            stdin=box.put(given),
            limits=LIMITS,
        )
        check = Step(processes=(), only_if_clean=True, compare=(Output(step=0), box.put(given)))
        yield Job(steps=(Step(processes=(run,)), check))


def container() -> Callable[[], DockerBox] | None:
    """Return what opens a container's slot on a core of its own; None, and why, where none can."""
    try:
        client = engine.connect()
        try:
            known = image.needed(client).id
        finally:
            client.close()
    except BoxError as error:
        print(f"no containers: {error.message}")
        return None
    return lambda: DockerBox(known, on_free_core=True)


def spread(ratios: list[float]) -> str:
    """Return the median of some ratios, and between what they lie."""
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def spent(box: EmbeddedBox, work: Iterator[Job]) -> tuple[float, list[tuple[Result, ...]]]:
    """Run jobs; return the CPU seconds of this thread, the runner and the programs, and results."""
    # The process outside the slot has started the one that starts the programs.
    children = Path(f"/proc/{box.pid}/task/{box.pid}/children").read_text().split()
    runner = clock_of(int(children[0]))
    before = time.thread_time() + time.clock_gettime(runner)
    results = list(box.run(work))
    ours = time.thread_time() + time.clock_gettime(runner) - before
    programs = sum(run.cpu_s for steps in results for run in steps[0].executions)
    return ours + programs, results


def clock_of(pid: int) -> int:
    """Return the number of another process's CPU clock (see clock_getcpuclockid(3))."""
    return (~pid << 3) | 2
