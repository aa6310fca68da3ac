"""A real Ray cluster of two nodes on this machine, one of which is killed.

Not run unless asked for (``make test-ray``): Ray is large, and two nodes take half a minute.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.cluster.ray_cluster import RayCluster
from harness.errors import BoxError, ConfigError, UsageError
from harness.measured import found_in
from harness.store import RunFolder
from harness.types import Grade
from tests.bench.cluster import candidates, connect, problem_of, two_nodes, with_a_kill
from tests.e2e.test_demo import DEMO
from tests.fakes.command import Command

pytest.importorskip("ray")
pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def nodes() -> Iterator[tuple[Any, Any]]:
    with two_nodes() as (cluster, node):
        yield cluster, node


def grades(run: Path) -> dict[str, Grade]:
    found = [record for record in RunFolder(run).replay() if isinstance(record, Grade)]
    assert max(Counter(grade.submission for grade in found).values()) == 1
    return {grade.submission: found_in(grade) for grade in found}


def test_a_run_on_a_cluster_is_the_run_of_one_machine(
    nodes: tuple[Any, Any], tmp_path: Path, cache: Path
) -> None:
    """The command line, two nodes: every grade is the local one, and the nodes are on record."""
    harness = Command(tmp_path, cache)
    contestants = "full+partial+wrong+slow"
    words = ("-t", "demo", "-m", "replay", "-a", f"file={DEMO},contestants={contestants}")
    found = {}
    for executor in ("local", f"ray:{nodes[0].address}"):
        outcome = harness(*words, "--executor", executor, "--json", "--no-report", "-q")
        assert outcome.code == 0, outcome.err
        (run,) = json.loads(outcome.out)["runs"]
        found[executor] = tmp_path / run
    here, there = found.values()
    assert grades(here) == grades(there)
    assert RunFolder(here).record.judge == RunFolder(there).record.judge
    machine = dict(RunFolder(there).record.machine)
    assert len([name for name in machine if name.startswith("judge node ")]) == 2
    resumed = harness("run", "--resume", there, "--executor", "local", "--no-report", "-q")
    assert resumed.code == 0, resumed.err


def test_another_version_is_refused(
    nodes: tuple[Any, Any], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nodes with another harness judge nothing: the error names both versions."""
    monkeypatch.setattr("harness.cluster.alike.__version__", "9.9")
    with pytest.raises(ConfigError, match=r"has harness 0\.1\.0; this is 9\.9"):
        connect(nodes[0], cache)


def test_a_node_that_is_killed_costs_nothing(
    nodes: tuple[Any, Any], tmp_path: Path, cache: Path
) -> None:
    """Half the machines die in the middle: every candidate has its grade, and new nodes judge."""
    cluster, node = nodes
    problem = problem_of(tmp_path / "package")
    sources = candidates(24)
    connected = connect(cluster, cache)
    try:
        found, again, lost = with_a_kill(connected, cluster, node, problem, sources)
        assert (len(found), again) == (24, 0)
        assert lost >= 1
        assert {grade.verdict.value for (grade,) in found.values()} == {"AC", "PAC"}
    finally:
        connected.close()


def test_a_cluster_without_slots_is_told_of(cache: Path) -> None:
    """No node that offers the resource: the error names it, the nodes, and how to start one."""
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    try:
        with pytest.raises(BoxError, match=r"harness_slot: .* offers 0") as raised:
            RayCluster(cluster.address, sandbox="embedded", start_s=1, patience_s=1)
        assert "--resources" in raised.value.hint
    finally:
        cluster.shutdown()


def test_no_cluster_at_all_is_told_of() -> None:
    """Nothing listens there: one error with the command that starts a cluster."""
    with pytest.raises(UsageError, match=r"no Ray cluster answers at 127\.0\.0\.1:1") as raised:
        RayCluster("127.0.0.1:1", sandbox="embedded", start_s=1, patience_s=1)
    assert "ray start --head" in raised.value.hint
