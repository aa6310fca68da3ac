"""What only containers have: limits that an engine holds, and an engine that can fail."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient

from harness.errors import BoxError
from harness.types import Execution, Source, StoppedBy
from sandbox import engine
from sandbox.box import MEBIBYTE, Box, Job, Limits, Process, Role, Step
from sandbox.docker import DockerBox, check_inside
from sandbox.judge import CodeJudge
from sandbox.pool import Pool
from tasks.packages.cms import read_package
from tests.fakes import slots
from tests.fakes.packages import SOLUTION, write_package
from tests.fakes.slots import docker_image, remains, seen

PROGRAMS = Path(slots.__file__).parent / "programs"
LIMITS = Limits(cpu_s=5, wall_s=30, memory_bytes=64 * MEBIBYTE, output_bytes=4 * MEBIBYTE)


@pytest.fixture
def box() -> Iterator[DockerBox]:
    with DockerBox(docker_image()) as made:
        yield made


@pytest.fixture
def client() -> Iterator[DockerClient]:
    docker_image()
    made = engine.connect()
    yield made
    made.close()


def job(box: Box, program: Path, *words: str, memory: int = 64, wall_s: float = 30) -> Job:
    limits = Limits(cpu_s=5, wall_s=wall_s, memory_bytes=memory * MEBIBYTE)
    process = Process(
        role=Role.CONTESTANT, argv=("it", *words), program=box.put(program), limits=limits
    )
    return Job(steps=(Step(processes=(process,)),))


def run(box: Box, program: Path, *words: str, memory: int = 64) -> Execution:
    ((result,),) = box.run([job(box, program, *words, memory=memory)])
    return result.executions[0]


@pytest.fixture(scope="module")
def tool(cache: Path) -> Path:
    return slots.build(cache, PROGRAMS / "tool.cpp")


@pytest.fixture(scope="module")
def parent(cache: Path) -> Path:
    return slots.build(cache, PROGRAMS / "parent.cpp")


# --- what a container is given -----------------------------------------------------------------


def test_a_container_is_given_nothing_of_the_host(box: DockerBox) -> None:
    """No folder, no port, no network, no privilege; and its root cannot be written."""
    known = seen(box.id)
    host: dict[str, Any] = known["HostConfig"]
    assert not host["Binds"]
    assert not host["PortBindings"]
    assert not host["Privileged"]
    assert host["ReadonlyRootfs"]
    assert host["NetworkMode"] == "none"
    assert host["CapDrop"] == ["ALL"]
    assert not {"SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", "MKNOD"} & set(host["CapAdd"])
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["LogConfig"]["Type"] == "none"
    assert host["Memory"] == host["MemorySwap"] > 0
    assert host["PidsLimit"] > 0
    assert host["CgroupnsMode"] == "private"
    assert all(mount["Type"] == "volume" for mount in known["Mounts"])
    assert known["Config"]["Labels"][f"{engine.LABEL}.owner"].endswith(f":{os.getpid()}")


def test_the_image_is_among_the_facts(box: DockerBox) -> None:
    """A result can be traced to the digest of what it was judged with."""
    facts = dict(box.facts.detail)
    assert facts["image"].startswith("sha256:")
    assert facts["image"] == seen(box.id)["Image"]


def test_two_slots_get_two_cores() -> None:
    """Slots are spread over the processors, whoever opened them."""
    if (os.cpu_count() or 1) < 2:
        pytest.skip("a machine of one processor")
    with (
        DockerBox(docker_image(), on_free_core=True) as one,
        DockerBox(docker_image(), on_free_core=True) as two,
    ):
        cores = [seen(each.id)["HostConfig"]["CpusetCpus"] for each in (one, two)]
    assert all(core.isdigit() for core in cores)
    if not os.environ.get("PYTEST_XDIST_WORKER"):  # other workers' slots count too
        assert cores[0] != cores[1]


INSIDE = {
    "cgroup": "1",
    "oom": "counted",
    "memory_max": "1000",
    "swap_max": "1000",
    "pids_max": "9",
    "cpus": "1",
}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("cgroup", "0", "no control group"),
        ("oom", None, "counts no kills"),
        ("memory_max", "max", "memory_max is max in place of 1000"),
        ("memory_max", None, "no memory limit"),
        ("pids_max", "max", "pids_max is max in place of 9"),
        ("swap_max", "max", "swap_max is max in place of 1000"),
        ("cpus", "0-3", "cpus is 0-3 in place of 1"),
    ],
)
def test_a_limit_that_did_not_take_is_refused(key: str, value: str | None, said: str) -> None:
    """A slot whose own control group says otherwise is not called a container slot."""
    check_inside(INSIDE, 1000, 9, "1")
    told = {name: text for name, text in (INSIDE | {key: value}).items() if text is not None}
    with pytest.raises(BoxError, match=said) as caught:
        check_inside(told, 1000, 9, "1")
    assert "--sandbox embedded" in caught.value.hint


def test_the_limits_of_version_2_are_understood() -> None:
    """There swap is counted alone: none of it is what was asked for."""
    two = INSIDE | {"cgroup": "2", "swap_max": "0"}
    check_inside(two, 1000, 9, "1")
    check_inside({key: text for key, text in two.items() if key != "swap_max"}, 1000, 9, "1")
    with pytest.raises(BoxError, match="swap_max is 1000 in place of 0"):
        check_inside(two | {"swap_max": "1000"}, 1000, 9, "1")


# --- memory ------------------------------------------------------------------------------------


def test_a_slot_grows_with_what_a_job_may_use(box: DockerBox, tool: Path) -> None:
    """The ceiling covers the limit of the job, and a large one is really there."""
    assert run(box, tool, "take", "20").stopped_by is StoppedBy.NONE
    before = seen(box.id)["HostConfig"]["Memory"]
    assert run(box, tool, "take", "20", memory=3000).stopped_by is StoppedBy.NONE
    after = seen(box.id)["HostConfig"]["Memory"]
    assert before < 3000 * MEBIBYTE < after
    assert seen(box.id)["HostConfig"]["MemorySwap"] == after


def test_a_kill_by_the_kernel_is_a_memory_limit(
    box: DockerBox, tool: Path, client: DockerClient
) -> None:
    """Where the container's ceiling is reached first, the verdict is the same; the slot lives."""
    assert run(box, tool, "say", "ready").stdout_head == b"ready"
    small = 96 * MEBIBYTE
    client.api.update_container(box.id, mem_limit=small, memswap_limit=small)
    ended = run(box, tool, "take", "300", memory=512)
    assert ended.stopped_by is StoppedBy.MEMORY
    assert ended.signal == signal.SIGKILL
    assert run(box, tool, "say", "alive").stdout_head == b"alive"


def test_a_killed_child_counts_though_its_parent_ends_well(
    parent: Path, client: DockerClient
) -> None:
    """The kernel killed a child for memory; that its parent exits with 0 hides nothing."""
    with DockerBox(docker_image(), root="toolchain") as box:
        assert run(box, parent, "1").stopped_by is StoppedBy.NONE
        small = 96 * MEBIBYTE
        client.api.update_container(box.id, mem_limit=small, memswap_limit=small)
        ended = run(box, parent, "300", memory=512)
        assert ended.exit_code == 0
        assert ended.stopped_by is StoppedBy.MEMORY
        assert run(box, parent, "1").stopped_by is StoppedBy.NONE


def test_children_are_held_to_the_time_of_all(parent: Path) -> None:
    """Children that have ended already count: burning in turns does not win time."""
    with DockerBox(docker_image(), root="toolchain") as box:
        limits = Limits(cpu_s=0.5, wall_s=60, memory_bytes=64 * MEBIBYTE)
        process = Process(
            role=Role.CONTESTANT, argv=("it", "turns"), program=box.put(parent), limits=limits
        )
        ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
    ended = result.executions[0]
    assert ended.stopped_by is StoppedBy.CPU
    assert ended.cpu_s < 2


# --- failures ----------------------------------------------------------------------------------


def test_a_container_that_is_killed_is_our_failure(
    box: DockerBox, tool: Path, client: DockerClient
) -> None:
    """Whoever waits for a result is told at once, and why; closing is quiet."""
    waits = job(box, tool, "wait")
    stopper = threading.Timer(0.3, client.api.kill, (box.id,))
    stopper.start()
    # Not when patience ends: that has another reason.
    with pytest.raises(BoxError, match="gone: its container"):
        list(box.run([waits]))
    stopper.join()
    box.close()


def test_a_judge_goes_on_after_its_container_was_killed(
    cache: Path, tmp_path: Path, client: DockerClient
) -> None:
    """The submission at hand is an error of ours; the next one has a new slot and its points."""
    docker_image()
    problem = read_package(write_package(tmp_path / "sum"))

    def points(judge: CodeJudge, tag: str) -> float:
        source = f"{SOLUTION}// {tag}\n"
        return judge.judge(problem, Source.of(source), "cpp", submission="s", attempt="a").points

    with CodeJudge(cache=cache, sandbox="docker") as judge:
        whole = points(judge, "before")
        for each in client.api.containers(filters={"label": [f"{engine.LABEL}=bare"]}):
            if each["Labels"][f"{engine.LABEL}.owner"].endswith(f":{os.getpid()}"):
                client.api.kill(each["Id"])
        with pytest.raises(BoxError, match="gone"):
            points(judge, "meanwhile")
        assert points(judge, "after") == whole > 0


def test_a_pool_replaces_a_killed_container(client: DockerClient, tool: Path) -> None:
    """A slot that failed is thrown away, and the next lease gets another container."""
    opened: list[DockerBox] = []

    def make() -> DockerBox:
        opened.append(DockerBox(docker_image()))
        return opened[-1]

    pool = Pool(make, 1)
    try:

        def killed() -> None:
            with pool.lease() as first:
                client.api.kill(opened[0].id)
                run(first, tool, "say", "anyone?")

        with pytest.raises(BoxError):
            killed()
        with pool.lease() as second:
            assert len(opened) == 2
            assert run(second, tool, "say", "here").stdout_head == b"here"
    finally:
        pool.close()


HOLDER = """
import sys, time
from sandbox.docker import DockerBox
box = DockerBox(sys.argv[1])
print(box.id, flush=True)
time.sleep(600)
"""


def test_a_killed_program_leaves_no_container() -> None:
    """After kill -9 of whoever opened it, the container and its volume are gone by themselves."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, docker_image()], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        container = process.stdout.readline().strip()
        assert container
        known = seen(container)
        process.kill()
    until = time.monotonic() + 20
    while seen(container) and time.monotonic() < until:
        time.sleep(0.05)
    assert seen(container) == {}
    assert not Path(f"/proc/{known['State']['Pid']}").exists()


def test_a_container_that_was_never_started_is_cleared_away(client: DockerClient) -> None:
    """What a program left that was killed between making and starting goes with the next start."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    made = []
    for pid in (gone.pid, os.getpid()):
        labels = {engine.LABEL: "bare", f"{engine.LABEL}.owner": f"{socket.gethostname()}:{pid}"}
        made.append(client.api.create_container(docker_image(), ["container"], labels=labels)["Id"])
    try:
        engine.remove_abandoned(client)
        assert seen(made[0]) == {}
        assert seen(made[1]), "its owner is alive"
    finally:
        engine.remove(client, made[1])


def test_closing_a_box_in_use_ends_it(box: DockerBox, tool: Path) -> None:
    """A judge that is closed by Ctrl-C does not wait for the programs that run."""
    waits = job(box, tool, "wait")
    left = remains(box)
    closer = threading.Timer(0.3, box.close)
    closer.start()
    with pytest.raises(BoxError):
        list(box.run([waits]))
    closer.join()
    assert left() == []


# --- runtimes ----------------------------------------------------------------------------------


def script(box: Box, text: str, **more: object) -> Process:
    """Return a process that is no static program: the shell, which comes with the image."""
    fields: dict[str, object] = {
        "role": Role.CONTESTANT,
        "argv": ("/bin/sh", "-c", text),
        "limits": LIMITS,
    }
    return Process(**fields | more)  # type: ignore[arg-type]


def test_a_program_that_needs_files_runs_beside_others() -> None:
    """Partners share a root that nobody can write, and cannot enter each other's folders."""
    look = (
        "echo mine > own; read x < own; echo $x; "
        "for f in /run/?; do test -r $f -o -x $f && echo $f; done; cd /run/1; : > /usr/z"
    )
    with DockerBox(docker_image(), root="runtime") as box:
        other = script(box, "read x < data; echo $x", files=(("data", box.put(b"given\n")),))
        step = Step(processes=(script(box, look), other))
        ((result,),) = box.run([Job(steps=(step,))])
        one, two = result.executions
        assert one.stdout_head == b"mine\n/run/0\n", "of the folders there, its own only"
        assert b"can't cd to /run/1" in one.stderr_head
        assert b"/usr/z: Read-only file system" in one.stderr_head
        assert two.stdout_head == b"given\n"
        after = script(box, "echo *; /bin/true; ls /proc /blobs /scratch /sys")
        ((result,),) = box.run([Job(steps=(Step(processes=(after,)),))])
        (last,) = result.executions
        assert last.stdout_head == b"*\n", "the folder is empty again"
        assert b"Cannot fork" in last.stderr_head, "it has one process, as every program"


@pytest.mark.parametrize("proc", [False, True])
def test_a_compiler_has_proc_only_where_it_must(proc: bool) -> None:
    """Those that cannot do without get that of the container, and still not our folders."""
    with DockerBox(docker_image(), root="toolchain", proc=proc) as box:
        text = "g++ --version; ls -d /proc/self; ls /blobs; ls /scratch; echo > /tmp/x && echo ok"
        ((result,),) = box.run([Job(steps=(Step(processes=(script(box, text),)),))])
        (execution,) = result.executions
        assert b"Free Software" in execution.stdout_head
        assert (b"/proc/self\n" in execution.stdout_head) is proc
        assert execution.stdout_head.endswith(b"ok\n")
        for name in (b"/blobs", b"/scratch"):
            assert name in execution.stderr_head
