"""Slots elsewhere, in this process: what is lost is done again, and what comes is what is local."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from harness import __version__
from harness.cli.parser import parse
from harness.cluster.alike import check_alike, check_version
from harness.cluster.dispatch import MOST_LOST
from harness.cluster.jobs import Hello, decode_opening
from harness.cluster.judge import ClusterJudge
from harness.cluster.ray_cluster import ray_module
from harness.cluster.shelf import Shelf, files_of
from harness.cluster.slot import Slot
from harness.errors import BoxError, ConfigError, TaskDataError, UnsupportedError, UsageError
from harness.measured import found_in
from harness.types import Grade, Problem, Source, Verdict
from sandbox.judge import CodeJudge
from tasks.packages.cms import read_package
from tests.cluster.fakes import FakeNode, FakeSlot, dispatcher
from tests.fakes.packages import SOLUTION, write_package

HELLO = Hello(name="code/0", facts=(), note="", cpu="")


class Counting:
    """A judge that says of each source how long it is, and counts what it is asked."""

    name, facts, note = "code/0", (), ""

    def __init__(self) -> None:
        self.judged: list[str] = []

    def judge(self, problem: Problem, source: Source, key: str, **_: str) -> Grade:
        self.judged.append(source.sha256)
        if source.size == 13:
            raise UnsupportedError("thirteen bytes are not judged", hint="say more")
        return Grade(
            submission="",
            attempt="",
            judge=self.name,
            verdict=Verdict.AC,
            points=float(source.size),
            max_points=100.0,
        )

    trials = property(lambda self: self)

    def close(self) -> None:
        pass


@pytest.fixture
def package(tmp_path: Path) -> Problem:
    return read_package(write_package(tmp_path / "package", samples=True))


def fake(tmp_path: Path, name: str, judge: Counting, slots: int = 1) -> list[FakeSlot]:
    node = FakeNode(name, tmp_path / name)
    opened = cast(Any, lambda cache, sandbox: judge)
    return [FakeSlot(node, tmp_path / name, opened) for _ in range(slots)]


def judged(judge: ClusterJudge, problem: Problem, text: str) -> Grade:
    return judge.judge(problem, Source.of(text), "cpp", submission="s", attempt="a")


def test_what_a_dying_node_was_doing_is_done_by_another(tmp_path: Path, package: Problem) -> None:
    """Forty submissions, and a node that dies with its slots busy: all have one grade each."""
    judge = Counting()
    dying, staying = fake(tmp_path, "a", judge, 2), fake(tmp_path, "b", judge, 2)

    def fifth(slot: FakeSlot) -> None:
        if sum(each.done for each in dying) >= 5:
            slot.node.alive = False

    for slot in dying:
        slot.before = fifth
    slots = dispatcher(*dying, *staying)
    cluster = ClusterJudge(slots, HELLO)
    with ThreadPoolExecutor(4) as threads:
        texts = ["x" * n for n in range(20, 60)]
        found = list(threads.map(lambda text: judged(cluster, package, text), texts))
    assert [grade.points for grade in found] == [float(n) for n in range(20, 60)]
    assert slots.lost >= 1
    assert slots.slots == frozenset(staying)
    assert sum(slot.done for slot in (*dying, *staying)) == 40


def test_files_go_to_a_node_once(tmp_path: Path, package: Problem) -> None:
    """However many slots and submissions a node has, and whichever run comes after."""
    judge = Counting()
    slots = fake(tmp_path, "a", judge, 3)
    cluster = ClusterJudge(dispatcher(*slots), HELLO)
    for n in range(9):
        judged(cluster, package, "x" * n)
    contents = {ref.sha256 for ref in files_of(package)}
    assert sorted(slots[0].node.taken) == sorted(contents)
    later = fake(tmp_path, "a", judge)
    judged(ClusterJudge(dispatcher(*later), HELLO), package, "y")
    assert later[0].node.taken == []


def test_an_equal_source_is_judged_once(tmp_path: Path, package: Problem) -> None:
    """Results are known by content, also while the first of several is still judged."""
    judge = Counting()
    cluster = ClusterJudge(dispatcher(*fake(tmp_path, "a", judge, 4)), HELLO)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: judged(cluster, package, "same"), range(32)))
    assert {grade.points for grade in found} == {4.0}
    assert len(judge.judged) == 1


def test_a_judges_error_is_told_with_its_node_and_does_not_cost_the_slot(
    tmp_path: Path, package: Problem
) -> None:
    """It is the error that the local judge raises, and asking again asks again."""
    judge = Counting()
    cluster = ClusterJudge(dispatcher(*fake(tmp_path, "far", judge)), HELLO)
    for _ in range(2):
        with pytest.raises(UnsupportedError, match=r"thirteen bytes .* \(on far\)") as raised:
            judged(cluster, package, "x" * 13)
        assert raised.value.hint == "say more"
    assert len(judge.judged) == 2
    assert judged(cluster, package, "four").points == 4.0


def test_a_job_that_takes_every_slot_with_it_comes_to_an_end(
    tmp_path: Path, package: Problem
) -> None:
    """A submission that kills slots is not handed on for ever, and the others are judged."""
    judge = Counting()
    slots = [fake(tmp_path, f"n{n}", judge)[0] for n in range(MOST_LOST + 1)]
    for slot in slots[:-1]:
        slot.node.alive = False
    cluster = ClusterJudge(dispatcher(*slots), HELLO)
    with pytest.raises(BoxError, match="5 judging slots were lost one after the other"):
        judged(cluster, package, "a bomb")
    assert judged(cluster, package, "four").points == 4.0


def test_without_a_slot_a_job_waits_for_one_and_then_says_so(
    tmp_path: Path, package: Problem
) -> None:
    """A node that comes in time does it; none is an error with the next step."""
    slots = dispatcher(patience_s=20)
    late = fake(tmp_path, "late", Counting())[0]
    threading.Timer(0.2, slots.add, [late]).start()
    assert judged(ClusterJudge(slots, HELLO), package, "four").points == 4.0
    with pytest.raises(BoxError, match="no slot") as raised:
        judged(ClusterJudge(dispatcher(patience_s=0.05), HELLO), package, "four")
    assert raised.value.hint == "start a node"


def test_closing_ends_whoever_waits(tmp_path: Path, package: Problem) -> None:
    """A run that is stopped is not held up by judgings that wait for a node."""
    slots = dispatcher(patience_s=600)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(judged, ClusterJudge(slots, HELLO), package, "four")
        time.sleep(0.05)
        slots.close()
        with pytest.raises(BoxError, match="closed"):
            waiting.result(20)


def test_a_broken_file_and_a_path_out_of_the_package_are_refused(
    tmp_path: Path, package: Problem
) -> None:
    """What arrives is what its hash says, and lies where it belongs."""
    shelf = Shelf(tmp_path / "shelf")
    with pytest.raises(BoxError, match="arrived broken"):
        shelf.take("0" * 64, b"not that")
    body = msgspec.structs.replace(
        package.body,  # type: ignore[type-var]
        tests=tuple(
            msgspec.structs.replace(
                test, input=msgspec.structs.replace(test.input, path="../../../out")
            )
            for test in package.body.tests  # type: ignore[union-attr]
        ),
    )
    for ref in files_of(package):
        shelf.take(ref.sha256, Path(package.folder, ref.path).read_bytes())
    with pytest.raises(TaskDataError, match="leads out of its package"):
        shelf.lay_out(msgspec.structs.replace(package, body=body))


@pytest.fixture
def real(tmp_path: Path, cache: Path) -> Iterator[ClusterJudge]:
    """Return a judge with one real slot, whose node holds no files yet."""
    slot = FakeSlot(FakeNode("n", tmp_path / "node"), cache)
    yield ClusterJudge(dispatcher(slot), HELLO)
    slot.close()


def test_a_slot_finds_what_the_local_judge_finds(
    real: ClusterJudge, cache: Path, package: Problem
) -> None:
    """Grades and the contestant's own runs are equal but for what was measured."""
    with CodeJudge(cache=cache, sandbox="embedded") as local:
        for text in (SOLUTION, SOLUTION.replace("a + b", "7"), "no program", SOLUTION + "//2"):
            source = Source.of(text)
            there = real.judge(package, source, "cpp", submission="s", attempt="a")
            here = local.judge(package, source, "cpp", submission="s", attempt="a")
            assert found_in(there) == found_in(here)
        source = Source.of(SOLUTION)
        assert found_in(real.trials.samples(package, source, "cpp")) == found_in(
            local.trials.samples(package, source, "cpp")
        )
        ran = real.trials.outputs(package, source, "cpp", [b"20 22\n", b"1 1\n"])
        assert [each.output for each in ran] == [b"42\n", b"2\n"]
        own = real.trials.program(Source.of("print(input())"), "python3", [b"\xc3\xa9\n"])
        assert own[0].output == b"\xc3\xa9\n"
        assert real.trials.offers("cpp")
        assert real.version_of("g++") == local.version_of("g++")


def test_a_slot_that_cannot_open_says_why(tmp_path: Path) -> None:
    """A node without a sandbox is known by its error, not by a slot that fails all jobs."""

    def refuses(cache: Path, sandbox: str) -> CodeJudge:
        raise BoxError("this node cannot isolate", hint="install something")

    opening = decode_opening(Slot(tmp_path, "auto", refuses).hello())
    assert opening.failure is not None
    assert opening.failure.error("far").message == "this node cannot isolate (on far)"


def test_nodes_that_judge_otherwise_are_refused_by_what_differs() -> None:
    """Another version and another compiler are named, with both values and the node."""
    check_version("far", __version__)
    with pytest.raises(ConfigError, match=f"node far has harness 0.0.9; this is {__version__}"):
        check_version("far", "0.0.9")
    first = msgspec.structs.replace(HELLO, facts=(("compiler", "g++ 12"), ("tier", "docker")))
    check_alike("far", first, first)
    other = msgspec.structs.replace(HELLO, facts=(("compiler", "g++ 13"), ("tier", "docker")))
    with pytest.raises(ConfigError, match=r"its compiler is g\+\+ 13, another node's g\+\+ 12"):
        check_alike("far", other, first)


def test_without_ray_the_command_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever says --executor ray and has no Ray is told how to get it."""
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match="not installed") as raised:
        ray_module()
    assert "pip install 'olympiad-harness[ray]'" in raised.value.hint


@pytest.mark.parametrize("text", ["", "rays", "ray:", "local:x", "slurm"])
def test_an_executor_that_is_none_is_refused(text: str) -> None:
    """What there is, is said."""
    with pytest.raises(UsageError, match="is not local, ray or ray:HOST:PORT"):
        parse(["run", "--task", "demo", f"--executor={text}"], {})
    assert parse(["run", "--executor", "ray:head:6379"], {}).executor == "ray:head:6379"


def test_only_programs_are_judged_on_a_cluster(real: ClusterJudge, package: Problem) -> None:
    """Answers of packages are made on one machine, and that is said."""
    with pytest.raises(UnsupportedError, match="not made on a cluster"):
        real.outputs(package, Source.of(SOLUTION), "cpp")
