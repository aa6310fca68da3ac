"""Judging on a Ray cluster against one machine: ``python -m tests.bench.cluster [RUNS]``.

Two nodes of one slot each are started on this machine, and RUNS program runs (5,000) are judged, a
hundred of each candidate. In the middle one node is killed. Every candidate must have its grade,
none may have two, and all must be those that the local executor finds. Then it is told what the
cluster costs: seconds for each candidate against the local executor, and to hand over a job.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from harness.cluster.jobs import Job, Verb
from harness.cluster.judge import ClusterJudge
from harness.cluster.ray_cluster import RESOURCE, RayCluster
from harness.measured import found_in
from harness.types import Grade, Problem, Source
from sandbox.judge import CodeJudge
from tests.fakes.packages import cms_package

TESTS = 100
ROUND_TRIPS = 300
MEMORY = 200_000_000
WARM = Source.of("int main() {}")
KINDS = ("a + b", "a + b + (a == {n})", "a < {n} ? a + b : 0", "a > 50 ? (exit({n}), 0) : a + b")
PROGRAM = """#include <cstdlib>
#include <iostream>
int main() {{ long long a, b; std::cin >> a >> b; std::cout << ({what}) << "\\n"; }}
// candidate {n}
"""


def candidates(count: int) -> list[Source]:
    """Return programs that differ all, some right, some wrong, some that fail."""
    whats = [KINDS[n % len(KINDS)].format(n=1 + n % 99) for n in range(count)]
    return [Source.of(PROGRAM.format(what=what, n=n)) for n, what in enumerate(whats)]


def problem_of(home: Path) -> Problem:
    """Return a problem with a hundred small tests, none of which is ever skipped."""
    files = {}
    for n in range(TESTS):
        files |= {f"tests/{n}.in": f"{n} {n * n}\n", f"tests/{n}.out": f"{n + n * n}\n"}
    points = {"score_type": "Sum", "score_type_parameters": 100.0 / TESTS}
    return cms_package(home, "Batch", files, **points)


@contextmanager
def two_nodes() -> Iterator[tuple[Any, Any]]:
    """Start a cluster of two nodes with a slot each; yield it, and the node that can be killed."""
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "resources": {RESOURCE: 1}, "object_store_memory": MEMORY}
    cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    try:
        yield cluster, cluster.add_node(**node)
    finally:
        cluster.shutdown()


def same(grade: Grade) -> bytes:
    """Return what of a grade is the same in every judging."""
    return msgspec.json.encode(found_in(grade))


Judged = Callable[[Source, str], Grade]


def judged(judge: Judged, sources: list[Source], slots: int) -> dict[str, list[Grade]]:
    """Judge all, so many at once, and return the grades that each candidate got."""
    found: dict[str, list[Grade]] = {}
    with ThreadPoolExecutor(slots) as threads:
        names = [f"c{n}" for n in range(len(sources))]
        for name, grade in zip(names, threads.map(judge, sources, names), strict=True):
            found.setdefault(name, []).append(grade)
    return found


def of(judge: CodeJudge | ClusterJudge, problem: Problem) -> Judged:
    """Return how a judge judges candidates of a problem."""
    return lambda source, name: judge.judge(problem, source, "cpp", submission=name, attempt=name)


def main() -> int:
    """Judge here, and on a cluster of which half is killed; 1 when anything differs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    sources = candidates(runs // TESTS)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        problem = problem_of(home / "package")
        with CodeJudge(cache=home / "here", slots=2, sandbox="embedded") as local:
            of(local, problem)(WARM, "warm")
            here_s, here = timed(lambda: judged(of(local, problem), sources, 2))
        print(f"here: {len(here)} candidates in {here_s:.1f} s", flush=True)
        with two_nodes() as (cluster, node):
            connected = connect(cluster, home / "nodes")
            try:
                return compared(connected, cluster, node, problem, sources, here, here_s)
            finally:
                connected.close()


def connect(cluster: Any, cache: Path) -> RayCluster:
    """Open the slots of a cluster."""
    return RayCluster(
        cluster.address, sandbox="embedded", start_s=120, patience_s=60, cache=str(cache)
    )


def timed(does: Callable[[], dict[str, list[Grade]]]) -> tuple[float, dict[str, list[Grade]]]:
    """Return how long something took, and what came of it."""
    begun = time.monotonic()
    found = does()
    return time.monotonic() - begun, found


def compared(
    connected: RayCluster,
    cluster: Any,
    node: Any,
    problem: Problem,
    sources: list[Source],
    here: dict[str, list[Grade]],
    here_s: float,
) -> int:
    """Judge on the cluster, whole and then with a node that is killed in the middle; compare."""
    whole = ClusterJudge(connected.dispatcher, connected.hello)
    of(whole, problem)(WARM, "warm")
    begun = time.process_time()
    there_s, there = timed(lambda: judged(of(whole, problem), sources, 4))
    driver_s = time.process_time() - begun
    begun_s = time.monotonic()
    for _ in range(ROUND_TRIPS):
        connected.dispatcher.do(Job(verb=Verb.VERSION, language="no tool"))
    trip_s = (time.monotonic() - begun_s) / ROUND_TRIPS
    killed, again, lost = with_a_kill(connected, cluster, node, problem, sources)
    print(
        f"cluster of two: {there_s:.1f} s, {there_s / here_s:.2f} times here; "
        f"{1000 * driver_s / len(sources):.1f} ms of the driver's CPU for a candidate; "
        f"{1000 * trip_s:.1f} ms to hand over a job and get its result; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    print(
        f"with a node killed: {len(killed)} of {len(sources)} candidates, {lost} jobs handed out "
        f"again, {again} grades too many"
    )
    wrong = [
        name
        for name in here
        for found in (there, killed)
        if [same(grade) for grade in found.get(name, [])] != [same(here[name][0])]
    ]
    print(f"{len(wrong)} differ from what is found here; verdicts: {verdicts(killed)}")
    return 1 if wrong or again or not lost or len(killed) != len(sources) else 0


def with_a_kill(
    connected: RayCluster, cluster: Any, node: Any, problem: Problem, sources: list[Source]
) -> tuple[dict[str, list[Grade]], int, int]:
    """Judge all with a judge that knows nothing; kill a node when half are judged.

    Returns the grades, how many candidates have more than one, and how many jobs were lost.
    """
    # Slots remember what they judged: the problem gets another name.
    fresh = msgspec.structs.replace(problem, hash=f"{problem.hash}-again", title="again")
    judge = of(ClusterJudge(connected.dispatcher, connected.hello), fresh)
    before = connected.dispatcher.lost
    count, lock = 0, threading.Lock()

    def one(source: Source, name: str) -> Grade:
        nonlocal count
        with lock:
            count += 1
            at_half = count == len(sources) // 2
        if at_half:
            threading.Thread(target=cluster.remove_node, args=(node, False)).start()
        return judge(source, name)

    found = judged(one, sources, 4)
    again = sum(len(grades) > 1 for grades in found.values())
    return found, again, connected.dispatcher.lost - before


def verdicts(found: dict[str, list[Grade]]) -> str:
    """Return how often each verdict was given."""
    counted = Counter(grades[0].verdict.value for grades in found.values())
    return ", ".join(f"{count} {verdict}" for verdict, count in sorted(counted.items()))


if __name__ == "__main__":
    raise SystemExit(main())
