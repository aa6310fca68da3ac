"""Whether verdicts hold under load: ``python -m tests.bench.load [PACKAGE]``.

Every program of a package's jury is judged on a quiet machine under the package's limit and half
as much again, and 30 times while all cores are busy with other work, two processes to a core,
half of them thrashing the caches. A test counts when its program is half as much away from the
limit: it takes less than the limit over 1.5, or is still running at 1.5 times the limit. Any
other verdict in any round ends the benchmark with 1. (Without a package, those of the demo.)

Some programs say something else in each run, such as one that is seeded by the clock. Whatever
changed its verdict under load is judged up to 30 times more with no load; what changes it there,
too, is told by name and left out.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.types import CodeBody, Grade, Problem, Verdict
from sandbox.judge import CodeJudge
from tasks.packages.any import read_any_package
from tasks.packages.jury import exhaustive, read_jury

ROUNDS = 30
AWAY = 1.5
DEMO = Path(__file__).parents[2] / "tasks" / "demo" / "packages" / "luggage"

OTHER_WORK = """
#include <cstdlib>
#include <vector>
int main(int, char **argv) {
    std::vector<unsigned> room(std::atoi(argv[1]) << 18, 1);
    for (unsigned long at = 1, sum = 0;; at = at * 6364136223846793005 + sum)
        sum += room[at % room.size()]++;
}
"""


def main() -> int:
    """Judge, and return 1 when a verdict was another one under load."""
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else DEMO
    problem = exhaustive(read_any_package(place, allow_missing=True).problem)
    assert isinstance(problem.body, CodeBody)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        longer = msgspec.structs.replace(
            problem.body, time_limit_s=problem.body.time_limit_s * AWAY
        )
        quiet = _grades(msgspec.structs.replace(problem, body=longer, hash="longer"), folder)
        usual = _grades(problem, folder)
        counted = _away(problem.body, quiet, usual)
        with _other_work(folder):
            rounds = [_grades(problem, folder) for _ in range(ROUNDS)]
            load = os.getloadavg()[0]
        unsteady = _unsteady(problem, folder, usual, rounds, counted)
    for program in sorted(unsteady):
        print(f"left out: {program}, whose verdicts change without load, too")
    counted = [key for key in counted if key[0] not in unsteady]
    others = 0
    for number, seen in enumerate(rounds):
        changed = _changed(seen, usual, counted)
        others += bool(changed)
        for program, test in changed:
            was, now = usual[program, test][0], seen[program, test][0]
            print(f"round {number + 1}: {program}, test {test}: {now}, not {was}")
    print(
        f"{problem.id}: {ROUNDS - others} of {ROUNDS} rounds with equal verdicts under a load of "
        f"{load:.1f}; {len(counted)} of {len(usual)} runs are {AWAY} times away from "
        f"{problem.body.time_limit_s:g} s, of {len({name for name, _ in usual})} programs"
    )
    return 1 if others or not counted else 0


Seen = dict[tuple[str, str], tuple[Verdict, float]]
"""Verdict and CPU seconds by program and test."""


def _grades(problem: Problem, cache: Path, only: set[str] | None = None) -> Seen:
    """Judge every program afresh: a judge remembers what it judged."""
    found: Seen = {}
    with CodeJudge(cache=cache, slots=1) as judge:
        for program in read_jury(problem):
            source = program.handed.source
            if source is None or program.handed.problem:
                continue
            if only is not None and program.name not in only:
                continue
            grade: Grade = judge.judge(
                problem, source, program.handed.language, submission=program.name, attempt=""
            )
            for test in grade.tests:
                found[program.name, test.test] = (test.verdict, test.cpu_s)
            found[program.name, "all"] = (grade.verdict, grade.cpu_s)
    return found


def _away(body: CodeBody, longer: Seen, usual: Seen) -> list[tuple[str, str]]:
    """Return the runs that are far from the limit on a quiet machine, and whole grades of them."""
    near = {
        key
        for key, (verdict, cpu_s) in longer.items()
        if key[1] != "all" and verdict is not Verdict.TLE and cpu_s > body.time_limit_s / AWAY
    }
    programs = {program for program, _ in near}
    return [
        key for key in usual if key not in near and not (key[1] == "all" and key[0] in programs)
    ]


def _changed(seen: Seen, usual: Seen, counted: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [key for key in counted if key in seen and seen[key][0] is not usual[key][0]]


def _unsteady(
    problem: Problem,
    cache: Path,
    usual: Seen,
    rounds: list[Seen],
    counted: list[tuple[str, str]],
) -> set[str]:
    """Return the programs among those that changed under load that change without it, too."""
    suspects = {program for seen in rounds for program, _ in _changed(seen, usual, counted)}
    found: set[str] = set()
    for _ in range(ROUNDS):
        if found == suspects:
            break
        seen = _grades(problem, cache, suspects - found)
        found |= {program for program, _ in _changed(seen, usual, counted)}
    return found


@contextlib.contextmanager
def _other_work(folder: Path) -> Iterator[None]:
    """Keep all cores busy: half of the work fits into a core's cache, half does not."""
    source, program = folder / "other.cpp", folder / "other"
    source.write_text(OTHER_WORK)
    subprocess.run(["g++", "-O2", "-static", "-o", program, source], check=True)
    hogs = []
    try:
        for _ in range(os.cpu_count() or 1):
            hogs += [subprocess.Popen([program, size]) for size in ("1", "64")]
        yield
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()


if __name__ == "__main__":
    sys.exit(main())
