"""Whether the engine stays busy while programs are judged: ``python -m tests.bench.overlap``.

A fake server in a process of its own has a fixed number of slots and generations of known
length. A whole run asks it for 5,000, once with nothing to judge and once with each answer
judged in the sandbox beside: so many runs of a real program. Printed is how long the slots were in
use over what would be ideal, the sum of all generations over the slots. (Some minutes.)
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

import msgspec

from harness.backend import sample_seed
from harness.backends.openai.backend import OpenAIBackend
from harness.backends.openai.key import Key
from harness.backends.openai.options import read_options
from harness.meter import Meter
from harness.run import Windows, execute
from harness.strategies.single import Single
from harness.task import Tools
from harness.types import Contest, Grade, Problem, Submission
from sandbox.embedded import EmbeddedBox
from tests.bench.generation import resident
from tests.bench.tiny import build, jobs
from tests.fakes.model_server import Running, running, seconds_of
from tests.fakes.scripted import AnswersOnly, ScriptedTask, contest, problem, start_run

MEANS_S = (0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 1.9, 2.1, 2.3)
"""Of the problems, in an order that a run does not know."""
SPREAD = 0.5
AHEAD = 1.25
"""Requests in flight over slots, so that a slot has its next one at once."""


class JudgedTask(ScriptedTask):
    """Judges every answer by running a program so many times in a sandbox."""

    def __init__(self, of: Contest, boxes: list[EmbeddedBox], folder: Path, tests: int) -> None:
        super().__init__(of)
        self.seconds = 0.0
        self._free: SimpleQueue[EmbeddedBox] = SimpleQueue()
        self._tests = tests
        self._program, _, self._given = build(folder)
        for box in boxes:
            self._free.put(box)

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        begun = time.monotonic()
        box = self._free.get()
        try:
            for results in box.run(jobs(box, self._program, self._given, self._tests)):
                assert results[1].equal, "the tiny program was judged wrong"
        finally:
            self._free.put(box)
        self.seconds += time.monotonic() - begun
        return super().judge(problem, submission, content, tools)


def main() -> int:
    """Measure, and return 1 when the engine was less busy than promised."""
    options = _arguments().parse_args()
    words = ("--slots", str(options.slots), "--spread", str(SPREAD))
    least = 1.0
    for judged in (False, True):
        with running(*words) as server, ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            boxes = [
                stack.enter_context(EmbeddedBox(folder / "cache"))
                for _ in range(options.judges if judged else 0)
            ]
            of = _contest()
            task = JudgedTask(of, boxes, folder, options.tests) if judged else ScriptedTask(of)
            least = min(least, asyncio.run(_measured(server, options, task, folder)))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    return 0 if least >= options.promise else 1


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--judgements", type=int, default=5000)
    parser.add_argument("--slots", type=int, default=64, help="of the engine")
    parser.add_argument("--judges", type=int, default=1, help="sandboxes")
    parser.add_argument("--tests", type=int, default=10, help="runs of a judgement")
    parser.add_argument("--promise", type=float, default=0.97)
    return parser


async def _measured(
    server: Running, options: argparse.Namespace, task: ScriptedTask, folder: Path
) -> float:
    backend = OpenAIBackend(read_options({"model": "tiny", "base_url": server.url}, {}), Key(""))
    meter, peak, behind = Meter(), 0.0, 0
    judged_meanwhile = 0

    async def look() -> None:
        nonlocal peak, behind, judged_meanwhile
        while True:
            peak = max(peak, resident())
            behind = max(behind, meter.generated - meter.judged)
            if meter.generated < options.judgements:
                judged_meanwhile = meter.judged
            await asyncio.sleep(0.2)

    windows = Windows(generations=int(options.slots * AHEAD), judgings=options.judges)
    many = options.judgements // len(MEANS_S)
    begun, cpu = time.monotonic(), time.process_time()
    watch = asyncio.ensure_future(look())
    with start_run(folder / "run", backend, task.of, attempts=many) as writer:
        tools = AnswersOnly()
        await execute(writer, task.of, task, backend, Single(), tools, meter, windows)  # type: ignore[arg-type]
        lengths = [
            seconds_of(one.statement, seed, spread=SPREAD)
            for one in task.of.problems
            for seed in _seeds(writer.record.spec.sampling.seed, one.id, many)
        ]
    took, cpu = time.monotonic() - begun, time.process_time() - cpu
    watch.cancel()
    await backend.close()
    facts = server.facts()
    assert facts["asked"] == len(lengths) == meter.judged
    ideal = max(sum(lengths) / options.slots, max(lengths))
    real = facts["last"] - facts["first"]
    idle = 1 - facts["busy_s"] / options.slots / real
    beside = "nothing"
    if isinstance(task, JudgedTask):
        beside = f"{judged_meanwhile} of {meter.judged} judgements of {options.tests} runs"
        beside += f" ({task.seconds / meter.judged * 1e3:.0f} ms each)"
    print(
        f"{len(lengths)} generations of {min(lengths):.2f} to {max(lengths):.2f} s on "
        f"{options.slots} slots beside {beside}:\n"
        f"  {ideal / real:.1%} of ideal: {real:.1f} s for {ideal:.1f} s; "
        f"slots idle {idle:.1%}, the last seconds included\n"
        f"  the last was judged after {took:.1f} s; up to {behind} answers waited for the judge\n"
        f"  this process: {cpu / meter.judged * 1e3:.2f} ms of CPU each, up to {peak:.0f} MiB",
        flush=True,
    )
    return ideal / real


def _seeds(run_seed: int, name: str, many: int) -> list[int]:
    return [sample_seed(run_seed, "tiny", name, sample, 0) for sample in range(many)]


def _contest() -> Contest:
    return contest(
        *(
            msgspec.structs.replace(
                problem(f"p{at}"), statement=f"What is it? It takes about {s} s"
            )
            for at, s in enumerate(MEANS_S)
        )
    )


if __name__ == "__main__":
    sys.exit(main())
