"""What judging a run costs beside the least it could cost: ``python -m tests.bench.judge``.

One side is 200 runs of a tiny static program in a slot, each compared with its answer
there, sent ahead as the judge sends them. The other is a loop in C that does nothing but
vfork, exec and wait4, with the input from a file and the output to a file in tmpfs. Rounds
alternate, and CPU time of everything that takes part is compared, because wall time on a
busy machine says little: for a slot of namespaces that is this thread, the runner and the
programs; for one in a container, this thread and all that its control group counted. What
the engine itself used to carry the bytes is a line of its own. Making the slot, building
and compiling are left out on all sides.

Beside it, the CPU time of bubblewrap started for each test, where it is installed.
Where an engine answers, the wall time of a run in a container's slot is also compared with
starting the program by ``docker exec`` and by ``docker run``, once for each test, as others do.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from sandbox import engine, image
from sandbox.docker import DockerBox
from sandbox.embedded import EmbeddedBox
from tests.bench.tiny import RUNS, build, clock_of, container, jobs, spent

ROUNDS = 15
FEW = 30
"""Runs of a round by a sandbox that is started for each of them."""

ALLOWED = 1.35
"""The most that a judged run may cost, in bare runs."""


class Side(msgspec.Struct, kw_only=True):
    """One way to run a program, and what each round of it took for a run."""

    name: str
    turn: Callable[[], float]
    """Runs it and returns CPU seconds per run."""
    cpu: list[float] = msgspec.field(default_factory=list)
    wall: list[float] = msgspec.field(default_factory=list)

    def take(self) -> None:
        """Do one round."""
        before = time.perf_counter()
        self.cpu.append(self.turn())
        self.wall.append((time.perf_counter() - before) / RUNS)


def main() -> int:
    """Measure, print a few lines, and return 1 when a run costs more than is allowed."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name, ExitStack() as stack:
        folder = Path(name)
        program, loop, given = build(folder)
        bare = Side(name="bare", turn=lambda: _bare(loop, program, given, folder))
        embedded = stack.enter_context(EmbeddedBox(folder / "cache"))
        slots = [
            Side(name="in namespaces", turn=lambda: _slot(embedded, program, given)),
        ]
        opened = container()
        held = stack.enter_context(opened()) if opened else None
        if held is not None:
            slots.append(Side(name="in a container", turn=_in_container(held, program, given)))
        sides = [bare, *slots]
        if shutil.which("bwrap"):
            sides.append(Side(name="bwrap", turn=lambda: _bubblewrap(program, given)))
        for side in sides:
            side.turn()
        carried = _engine_cpu()
        for number in range(ROUNDS):
            for side in sides if number % 2 else reversed(sides):
                side.take()
        carried = (_engine_cpu() - carried) / ROUNDS / RUNS
        within = _report(bare, slots)
        for other in sides[1 + len(slots) :]:
            cpu = statistics.median(other.cpu)
            ratio = statistics.median(a / b for a, b in zip(other.cpu, slots[0].cpu, strict=True))
            print(
                f"{other.name} for each test    {cpu * 1e6:7.0f} us of CPU, {ratio:.1f} times ours"
            )
        if held is not None:
            print(f"beside it, the engine   {carried * 1e6:7.0f} us of CPU per run, to carry bytes")
            _against_the_engine(held, statistics.median(slots[-1].wall))
        print(
            f"medians of {ROUNDS} alternating rounds of {RUNS} runs; {os.cpu_count()} cores, "
            f"load {os.getloadavg()[0]:.1f}, Linux {os.uname().release}"
        )
    return 0 if within else 1


def _report(bare: Side, slots: list[Side]) -> bool:
    print(f"bare vfork/exec/wait4   {statistics.median(bare.cpu) * 1e6:7.0f} us of CPU per run")
    within = True
    for side in slots:
        ratios = [ours / theirs for ours, theirs in zip(side.cpu, bare.cpu, strict=True)]
        low, ratio, high = min(ratios), statistics.median(ratios), max(ratios)
        print(
            f"judged {side.name:<17}{statistics.median(side.cpu) * 1e6:7.0f} us of CPU per run, "
            f"{statistics.median(side.wall) * 1e6:.0f} us of wall; ratio {ratio:.2f} "
            f"({low:.2f} to {high:.2f}; allowed {ALLOWED})"
        )
        within = within and ratio <= ALLOWED
    return within


# --- containers ---------------------------------------------------------------------------------


def _in_container(box: DockerBox, program: Path, given: Path) -> Callable[[], float]:
    used = _group_of(box)

    def turn() -> float:
        before = time.thread_time() + used()
        for results in box.run(jobs(box, program, given)):
            assert results[1].equal, "the tiny program was judged wrong"
        return (time.thread_time() + used() - before) / RUNS

    return turn


def _group_of(box: DockerBox) -> Callable[[], float]:
    """Return a function that reads the CPU seconds of a container's control group."""
    client = engine.connect()
    pid = int(client.api.inspect_container(box.id)["State"]["Pid"])
    client.close()
    groups = dict(
        line.split(":", 2)[1:] for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    )
    root = Path("/sys/fs/cgroup")
    for kinds, place in groups.items():
        if "cpuacct" in kinds.split(","):
            count = root / "cpuacct" / place.lstrip("/") / "cpuacct.usage"
            return lambda: int(count.read_text()) / 1e9
    stat = root / groups[""].lstrip("/") / "cpu.stat"
    return lambda: int(dict(s.split() for s in stat.read_text().splitlines())["usage_usec"]) / 1e6


def _engine_cpu() -> float:
    """Return the CPU seconds of the engine's processes; 0 when it is not on this machine."""
    total = 0.0
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                if (place / "comm").read_text().strip() in ENGINE:
                    total += time.clock_gettime(clock_of(int(place.name)))
            except OSError:
                continue
    return total


ENGINE = ("dockerd", "containerd", "containerd-shim")


def _against_the_engine(box: DockerBox, ours: float) -> None:
    """Compare wall time with the engine's own ways of starting a program."""
    client = engine.connect()
    try:
        words = ["/runner", "cgroup=/"]  # a static program that prints a line
        tag = image.needed(client).tag
        for name, times, start in (
            ("docker exec", 12, lambda: client.containers.get(box.id).exec_run(words)),
            (
                "docker run",
                4,
                lambda: client.containers.run(
                    tag, words[1:], remove=True, network_mode="none", read_only=True
                ),
            ),
        ):
            took = []
            for _ in range(times):
                before = time.perf_counter()
                start()
                took.append(time.perf_counter() - before)
            wall = statistics.median(took)
            print(
                f"{name} for each test  {wall * 1e6:9.0f} us of wall, {wall / ours:.0f} times ours"
            )
    finally:
        client.close()


# --- another sandbox, started for each test -----------------------------------------------------

BUBBLEWRAP = (
    *("bwrap", "--unshare-all", "--die-with-parent", "--clearenv", "--chdir", "/"),
    *("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/box", "--ro-bind"),
)


def _bubblewrap(program: Path, given: Path) -> float:
    """Return CPU seconds per run of bubblewrap and the program; ours to start it is left out."""
    before = os.times()
    for _ in range(FEW):
        with given.open("rb") as file:
            words = [*BUBBLEWRAP, str(program), "/tiny", "/tiny"]
            subprocess.run(words, stdin=file, check=True, capture_output=True)
    after = os.times()
    spent = after.children_user + after.children_system
    return (spent - before.children_user - before.children_system) / FEW


# --- namespaces ---------------------------------------------------------------------------------


def _bare(loop: Path, program: Path, given: Path, folder: Path) -> float:
    """Return CPU seconds per run of the loop in C."""
    words = [loop, program, given, folder / "output", str(RUNS)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return int(done.stdout) / 1e9 / RUNS


def _slot(box: EmbeddedBox, program: Path, given: Path) -> float:
    """Return CPU seconds per run of this thread, the runner and the programs together."""
    seconds, verdicts = spent(box, jobs(box, program, given))
    assert all(results[1].equal for results in verdicts), "the tiny program was judged wrong"
    return seconds / RUNS


if __name__ == "__main__":
    sys.exit(main())
