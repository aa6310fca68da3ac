"""Programs that attack the judge get their verdict, and the next one finds a clean slot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.types import Execution
from sandbox.box import MEBIBYTE, Job, Limits, Process, Role, Step
from sandbox.classify import classify
from sandbox.embedded import EmbeddedBox
from tests.fakes import slots
from tests.fakes.slots import ISOLATED, Mode, opened, slot_of

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(place.stem for place in PROGRAMS.glob("*.cpp"))
FORBIDDEN = re.findall(r'\{"(\w+)", ', (PROGRAMS / "forbidden.cpp").read_text())

LIMITS = Limits(
    cpu_s=0.5,
    wall_s=2,
    memory_bytes=64 * MEBIBYTE,
    output_bytes=16 * MEBIBYTE,
)

Build = Callable[[str], Path]


@pytest.fixture(scope="module")
def build(cache: Path) -> Build:
    def made(name: str) -> Path:
        return slots.build(cache, PROGRAMS / f"{name}.cpp", PROGRAMS / "attempt.h")

    return made


@pytest.fixture(scope="module", params=ISOLATED)
def box(request: pytest.FixtureRequest, cache: Path) -> Iterator[EmbeddedBox]:
    with opened(request.param, cache) as made:
        uids = "same" if request.param == "landlock" else request.param
        assert dict(made.facts.detail)["uids"] == uids
        yield made


def run(box: EmbeddedBox, program: Path, *words: str) -> Execution:
    process = Process(
        role=Role.CONTESTANT,
        argv=("program", *words),
        program=box.put(program),
        stdin=box.put(b"1 2\n"),
        limits=LIMITS,
    )
    ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
    return result.executions[0]


def finding(execution: Execution) -> str:
    """Return the verdict on a run, or what it came to when it did nothing wrong."""
    found = classify(execution, LIMITS.cpu_s, LIMITS.memory_bytes)
    if found is not None:
        return found.verdict.value
    return "contained" if execution.stdout_head == b"contained\n" else "clean"


def is_clean(box: EmbeddedBox, build: Build) -> None:
    """See that an honest program is judged as ever, and finds nothing in its folder."""
    honest = run(box, build("honest"))
    assert finding(honest) == "clean"
    assert honest.stdout_head == b"3\n"
    assert honest.orphans == 0
    assert honest.peak_memory_bytes < 4 * MEBIBYTE
    assert honest.stdout_bytes == 2
    finder = run(box, build("finder"))
    assert finder.stdout_head == b"contained\n"
    runner = slots.runner_of(box)
    assert not Path(f"/proc/{runner}/task/{runner}/children").read_text().split(), "it is alone"


@pytest.mark.parametrize("name", NAMES)
def test_a_program_is_contained(name: str, box: EmbeddedBox, build: Build) -> None:
    """It gets the verdict it declares, nothing gets through, and the next run is clean."""
    (verdicts,) = re.findall(r"// verdict: (.+)", (PROGRAMS / f"{name}.cpp").read_text())
    words = (FORBIDDEN[0],) if name == "forbidden" else ()
    execution = run(box, build(name), *words)
    assert finding(execution) in verdicts.split(), execution
    assert b"LEAK" not in execution.stdout_head, execution.stdout_head.decode()
    is_clean(box, build)


@pytest.mark.parametrize("call", [*FORBIDDEN, "x32", "int80"])
def test_a_forbidden_call_ends_the_program(call: str, box: EmbeddedBox, build: Build) -> None:
    """A call that no contest program makes is an end by signal, and says so."""
    execution = run(box, build("forbidden"), call)
    found = classify(execution, LIMITS.cpu_s, LIMITS.memory_bytes)
    assert found is not None
    assert found.reason == "forbidden system call"


def test_no_secret_is_found(box: EmbeddedBox, build: Build, tmp_path: Path) -> None:
    """A file outside, named by its full path, is not there for a program."""
    secret = tmp_path / "secret"
    secret.write_text("canary")
    execution = run(
        box, build("reader"), *map(str, (secret, slot_of(box), slot_of(box) / "blobs", PROGRAMS))
    )
    assert execution.stdout_head == b"contained\n"


def test_a_message_to_the_next_program_is_lost(box: EmbeddedBox, build: Build) -> None:
    """Files, attributes, modes and times of the folder do not outlive a run."""
    assert finding(run(box, build("leaver"))) == "clean"
    assert run(box, build("finder")).stdout_head == b"contained\n"


@pytest.mark.parametrize("mode", ISOLATED)
def test_a_slot_leaves_nothing_behind(mode: Mode, cache: Path, build: Build) -> None:
    """One slot runs many attacks, each after the other, and ends without process or folder."""
    with opened(mode, cache) as box:
        place = slot_of(box)
        assert place.is_dir()
        for name in ("fork_bomb", "thread_bomb", "disk_files", "leaver", "signals", "memory_heap"):
            run(box, build(name))
        is_clean(box, build)
        pid = box.pid
    assert not place.exists()
    assert not Path(f"/proc/{pid}").exists()
