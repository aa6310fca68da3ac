"""What judging a run costs beside the least it could cost: ``python -m tests.bench.judge``.

One side is 200 runs of a tiny static program in a slot, each compared with its answer
there, sent ahead as the judge sends them. The other is a loop in C that does nothing but
vfork, exec and wait4, with the input from a file and the output to a file in tmpfs. Rounds
alternate, and CPU time of everything that takes part is compared, because wall time on a
busy machine says little: for the slot that is this thread, the runner and the programs.
Making the slot, building and compiling are left out on both sides.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.box import MEBIBYTE, Job, Limits, Output, Process, Role, Step
from sandbox.embedded import EmbeddedBox

RUNS = 200
ROUNDS = 15
ALLOWED = 1.35
"""The most that a judged run may cost, in bare runs."""

PROGRAM = """
#include <cstdio>
int main() { int n; return scanf("%d", &n) == 1 && printf("%d\\n", n) < 0; }
"""


def main() -> int:
    """Measure, print a few lines, and return 1 when a run costs more than is allowed."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        program, loop = _build(folder)
        given = folder / "input"
        given.write_text("42\n")
        bare, slot, wall = [], [], []
        with EmbeddedBox(folder / "cache") as box:
            _slot(box, program, given)
            _bare(loop, program, given, folder)
            for number in range(ROUNDS):
                turns = [0, 1] if number % 2 else [1, 0]
                for turn in turns:
                    if turn:
                        before = time.perf_counter()
                        slot.append(_slot(box, program, given))
                        wall.append((time.perf_counter() - before) / RUNS)
                    else:
                        bare.append(_bare(loop, program, given, folder))
            facts = " ".join(f"{key}={value}" for key, value in box.facts.detail)
    ratios = [ours / theirs for ours, theirs in zip(slot, bare, strict=True)]
    low, ratio, high = min(ratios), statistics.median(ratios), max(ratios)
    print(f"bare vfork/exec/wait4   {statistics.median(bare) * 1e6:7.0f} us of CPU per run")
    print(f"judged in a slot        {statistics.median(slot) * 1e6:7.0f} us of CPU per run", end="")
    print(f", {statistics.median(wall) * 1e6:.0f} us of wall")
    print(f"ratio                   {ratio:7.2f}   ({low:.2f} to {high:.2f}; allowed {ALLOWED})")
    print(
        f"medians of {ROUNDS} alternating rounds of {RUNS} runs; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, Linux {os.uname().release}, {facts}"
    )
    return 0 if ratio <= ALLOWED else 1


def _build(folder: Path) -> tuple[Path, Path]:
    source, program, loop = folder / "tiny.cpp", folder / "tiny", folder / "bare"
    source.write_text(PROGRAM)
    flags = ["-O2", "-static", "-s"]
    subprocess.run(["g++", *flags, "-o", program, source], check=True)
    bare = Path(__file__).with_name("bare.c")
    subprocess.run(["gcc", *flags, "-o", loop, bare], check=True)
    return program, loop


def _bare(loop: Path, program: Path, given: Path, folder: Path) -> float:
    """Return CPU seconds per run of the loop in C."""
    words = [loop, program, given, folder / "output", str(RUNS)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1e9 / RUNS


def _slot(box: EmbeddedBox, program: Path, given: Path) -> float:
    """Return CPU seconds per run of this thread, the runner and the programs together."""
    runner = _clock_of(_runner(box))
    before = time.thread_time() + time.clock_gettime(runner)
    programs = 0.0
    for results in box.run(_jobs(box, program, given)):
        assert results[1].equal, "the tiny program was judged wrong"
        programs += results[0].executions[0].cpu_s
    return (time.thread_time() + time.clock_gettime(runner) - before + programs) / RUNS


def _jobs(box: EmbeddedBox, program: Path, given: Path) -> Iterator[Job]:
    limits = Limits(cpu_s=1, wall_s=10, memory_bytes=256 * MEBIBYTE)
    for _ in range(RUNS):
        run = Process(
            role=Role.CONTESTANT,
            argv=("tiny",),
            program=box.put(program),
            stdin=box.put(given),
            limits=limits,
        )
        check = Step(processes=(), only_if_clean=True, compare=(Output(step=0), box.put(given)))
        yield Job(steps=(Step(processes=(run,)), check))


def _runner(box: EmbeddedBox) -> int:
    """Return the process that starts the programs: the child of the one outside the slot."""
    return int(Path(f"/proc/{box.pid}/task/{box.pid}/children").read_text().split()[0])


def _clock_of(pid: int) -> int:
    """Return the number of another process's CPU clock (see clock_getcpuclockid(3))."""
    return (~pid << 3) | 2


if __name__ == "__main__":
    sys.exit(main())
