"""Whether a slot grows with what it judges: ``python -m tests.bench.endurance``.

10,000 candidates, each another program, with 10 tests, through one slot of each tier. What this
process, the runner and the slot's disk hold is printed on the way; what grew at the end, after
the first tenth, ends the benchmark with 1. (Some minutes.)
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec

from sandbox.docker import DockerBox
from sandbox.embedded import EmbeddedBox
from sandbox.shelf import MOST_BLOBS, MOST_BYTES
from tests.bench.tiny import build, container, jobs
from tests.fakes.slots import runner_of

CANDIDATES = 10_000
TESTS = 10
LOOKS = 10
MEBIBYTE = 1 << 20
ROOM = 1.05
"""Allocators keep a little more after a while, whatever they serve."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held at one moment."""

    harness_mib: float
    runner_mib: float
    harness_files: int
    runner_files: int
    processes: int
    """Below this process and the runner."""
    blobs: int
    blobs_mib: float

    def grew(self, since: Held) -> list[str]:
        """Return what is more than it was, by more than room allows."""
        return [
            name
            for name in ("harness_mib", "runner_mib", "harness_files", "runner_files", "processes")
            if getattr(self, name) > getattr(since, name) * ROOM + (1 if "mib" in name else 0)
        ]


def main() -> int:
    """Judge all, and return 1 when something grew."""
    grew = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        program, _, given = build(folder)
        boxes: dict[str, EmbeddedBox | DockerBox] = {
            "namespaces": stack.enter_context(EmbeddedBox(folder / "cache"))
        }
        opened = container()
        if opened is not None:
            boxes["a container"] = stack.enter_context(opened())
        for tier, box in boxes.items():
            print(f"{CANDIDATES} candidates with {TESTS} tests each, in {tier}:")
            grew += [f"{what} in {tier}" for what in _endure(box, program.read_bytes(), given)]
    print(f"grew: {', '.join(grew) or 'nothing'}")
    return 1 if grew else 0


def _endure(box: EmbeddedBox | DockerBox, program: bytes, given: Path) -> list[str]:
    begun = time.monotonic()
    looks: list[Held] = []
    for number in range(1, CANDIDATES + 1):
        candidate = program + b"%d" % number  # what follows an executable does not matter to it
        for results in box.run(jobs(box, candidate, given, TESTS)):
            assert results[1].equal, "the tiny program was judged wrong"
        if number % (CANDIDATES // LOOKS) == 0:
            looks.append(_look(box))
            facts = msgspec.structs.asdict(looks[-1])
            words = ", ".join(f"{key} {value:g}" for key, value in facts.items())
            print(
                f"  {number:6} candidates, {time.monotonic() - begun:4.0f} s: {words}", flush=True
            )
    assert looks[-1].blobs <= MOST_BLOBS + TESTS, "more blobs than a slot may hold"
    assert looks[-1].blobs_mib <= MOST_BYTES / MEBIBYTE + 64, "more bytes than a slot may hold"
    return looks[-1].grew(looks[0])


def _look(box: EmbeddedBox | DockerBox) -> Held:
    runner = runner_of(box)
    blobs = [place.stat().st_size for place in Path(f"/proc/{runner}/root/blobs").iterdir()]
    return Held(
        harness_mib=round(_resident(os.getpid()), 1),
        runner_mib=round(_resident(runner), 1),
        harness_files=_files(os.getpid()),
        runner_files=_files(runner),
        processes=_below(os.getpid()) + _below(runner),
        blobs=len(blobs),
        blobs_mib=round(sum(blobs) / MEBIBYTE, 1),
    )


def _resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def _files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _below(pid: int) -> int:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(len((task / "children").read_text().split()) for task in tasks)


if __name__ == "__main__":
    sys.exit(main())
