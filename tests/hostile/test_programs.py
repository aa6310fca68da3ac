"""Programs that attack the judge get their verdict, and the next one finds a clean slot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from harness.types import Execution, StoppedBy
from sandbox.box import MEBIBYTE, Box, Job, Limits, Role, Step
from sandbox.classify import classify
from sandbox.embedded import EmbeddedBox
from sandbox.program import Program, Root, process_of
from tests.fakes import slots
from tests.fakes.slots import ISOLATED, Mode, opened, remains, runner_of, slot_of

pytestmark = pytest.mark.long

PROGRAMS = Path(__file__).parent / "programs"
SOURCES = {p.stem: p for p in sorted(PROGRAMS.iterdir()) if p.suffix in (".c", ".cpp", ".py")}
FORKING = [name for name, place in SOURCES.items() if "slot: processes" in place.read_text()]
"""Programs for a slot in which processes may be started."""
STATIC = [name for name, place in SOURCES.items() if place.suffix != ".py" and name not in FORKING]
PYTHON = [name for name, place in SOURCES.items() if place.suffix == ".py"]
CANARY = b"canary-3f9c1e"
"""An answer that is in the slot, and in a file of the host; no program may ever print it."""
FORBIDDEN = re.findall(r'\{"(\w+)", ', (PROGRAMS / "forbidden.cpp").read_text())

LIMITS = Limits(
    cpu_s=0.5,
    wall_s=2,
    memory_bytes=64 * MEBIBYTE,
    output_bytes=16 * MEBIBYTE,
)

Build = Callable[[str], Program]


@pytest.fixture(scope="module")
def build(cache: Path) -> Build:
    def made(name: str) -> Program:
        beside = (PROGRAMS / "attempt.h",) if SOURCES[name].suffix == ".cpp" else ()
        return slots.make(cache, SOURCES[name], *beside)

    return made


def opened_with_secret(
    mode: Mode, cache: Path, root: Root, *, processes: bool = False
) -> Iterator[Box]:
    with opened(mode, cache, root, processes=processes) as made:
        uids = {"landlock": "same", "docker": "range"}.get(mode, mode)
        assert dict(made.facts.detail)["uids"] == uids
        made.put(CANARY)
        yield made


@pytest.fixture(scope="module", params=ISOLATED)
def box(request: pytest.FixtureRequest, cache: Path) -> Iterator[Box]:
    yield from opened_with_secret(request.param, cache, "bare")


@pytest.fixture(scope="module", params=ISOLATED)
def runtime(request: pytest.FixtureRequest, cache: Path) -> Iterator[Box]:
    yield from opened_with_secret(request.param, cache, "runtime")


@pytest.fixture(scope="module", params=ISOLATED)
def forking(request: pytest.FixtureRequest, cache: Path) -> Iterator[Box]:
    yield from opened_with_secret(request.param, cache, "bare", processes=True)


@pytest.fixture
def secret(tmp_path: Path) -> str:
    (tmp_path / "secret.out").write_bytes(CANARY)
    return str(tmp_path / "secret.out")


def run(box: Box, program: Program, *words: str, limits: Limits = LIMITS) -> Execution:
    process = process_of(
        program,
        box,
        role=Role.CONTESTANT,
        args=words,
        stdin=box.put(b"1 2\n"),
        limits=limits,
        head_bytes=65536,
    )
    ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
    (execution,) = result.executions
    assert CANARY not in execution.stdout_head + execution.stderr_head
    return execution


def finding(execution: Execution) -> str:
    """Return the verdict on a run, or what it came to when it did nothing wrong."""
    found = classify(execution, LIMITS.cpu_s, LIMITS.memory_bytes)
    if found is not None:
        return found.verdict.value
    return "contained" if execution.stdout_head == b"contained\n" else "clean"


def is_clean(box: Box, build: Build) -> None:
    """See that an honest program is judged as ever, and finds nothing in its folder."""
    honest = run(box, build("honest"))
    assert finding(honest) == "clean"
    assert honest.stdout_head == b"3\n"
    assert honest.orphans == 0
    assert honest.peak_memory_bytes < 4 * MEBIBYTE
    assert honest.stdout_bytes == 2
    finder = run(box, build("finder"))
    assert finder.stdout_head == b"contained\n"
    runner = runner_of(box)
    alone = Path(f"/proc/{runner}/task/{runner}/children").read_text().split() == []
    assert alone, "the runner is alone"


def is_contained(name: str, box: Box, build: Build, *words: str) -> None:
    (verdicts,) = re.findall(r"verdict: (.+)", SOURCES[name].read_text())
    execution = run(box, build(name), *words)
    assert finding(execution) in verdicts.split(), execution
    assert b"LEAK" not in execution.stdout_head, execution.stdout_head.decode()
    is_clean(box, build)


@pytest.mark.parametrize("name", STATIC)
def test_a_program_is_contained(name: str, box: Box, build: Build, secret: str) -> None:
    """It gets the verdict it declares, nothing gets through, and the next run is clean."""
    is_contained(name, box, build, FORBIDDEN[0] if name == "forbidden" else secret)


@pytest.mark.parametrize(
    "name", [*FORKING, "fork_bomb", "thread_bomb", "signals", "devices", "proc", "finder"]
)
def test_a_program_with_processes_is_contained(
    name: str, forking: Box, build: Build, secret: str
) -> None:
    """What it may start counts as its own, and is gone with it."""
    is_contained(name, forking, build, secret)


def test_time_of_orphans_is_told(forking: Box, build: Build) -> None:
    """They are stopped by the time that they used, not by the clock, and it is in the result."""
    patient = msgspec.structs.replace(LIMITS, wall_s=60)
    execution = run(forking, build("tree_orphans"), limits=patient)
    assert execution.stopped_by is StoppedBy.CPU
    assert LIMITS.cpu_s <= execution.cpu_s < 3 * LIMITS.cpu_s
    is_clean(forking, build)


@pytest.mark.parametrize("name", PYTHON)
def test_an_interpreted_program_is_contained(
    name: str, runtime: Box, build: Build, secret: str
) -> None:
    """The same where a slot shows the machine's runtimes."""
    is_contained(name, runtime, build, secret)
    assert run(runtime, build("python_honest")).stdout_head == b"3\n"


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    """At least 45 programs, in three languages."""
    assert len(SOURCES) >= 45
    assert {place.suffix for place in SOURCES.values()} == {".c", ".cpp", ".py"}


@pytest.mark.parametrize("call", [*FORBIDDEN, "x32", "int80"])
def test_a_forbidden_call_ends_the_program(call: str, box: Box, build: Build) -> None:
    """A call that no contest program makes is an end by signal, and says so."""
    execution = run(box, build("forbidden"), call)
    found = classify(execution, LIMITS.cpu_s, LIMITS.memory_bytes)
    assert found is not None
    assert found.reason == "forbidden system call"


def test_no_secret_is_found(box: Box, build: Build, secret: str) -> None:
    """A file outside, named by its full path, is not there for a program."""
    places = [Path(secret), PROGRAMS, Path("/runner"), Path("/toolchain")]
    if isinstance(box, EmbeddedBox):
        places += [slot_of(box), slot_of(box) / "blobs"]
    execution = run(box, build("reader"), *map(str, places))
    assert execution.stdout_head == b"contained\n"


def test_a_message_to_the_next_program_is_lost(box: Box, build: Build) -> None:
    """Files, attributes, modes and times of folder and outputs do not outlive a run."""
    for _ in range(2):
        left = run(box, build("leaver"))
        assert finding(left) == "clean"
        assert (left.stdout_head[:4], left.stderr_head[:4]) == (b"note", b"note")
        assert run(box, build("finder")).stdout_head == b"contained\n"


@pytest.mark.parametrize("mode", ISOLATED)
def test_a_slot_leaves_nothing_behind(mode: Mode, cache: Path, build: Build) -> None:
    """One slot runs many attacks, each after the other, and ends without process or folder."""
    with opened(mode, cache) as box:
        left = remains(box)
        for name in ("fork_bomb", "thread_bomb", "disk_files", "leaver", "signals", "memory_heap"):
            run(box, build(name))
        is_clean(box, build)
    assert left() == []
