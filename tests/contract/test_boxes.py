"""What every judging slot promises, whichever tier it is of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.errors import BoxError
from harness.types import Execution, StoppedBy
from sandbox.box import (
    MEBIBYTE,
    Blob,
    Box,
    Job,
    Limits,
    Output,
    Pipe,
    Process,
    Result,
    Role,
    Step,
)
from sandbox.build import build_runner
from sandbox.embedded import EmbeddedBox
from sandbox.shelf import HELD_JOBS, MOST_BLOBS
from sandbox.uids import FIRST
from tests.fakes import slots
from tests.fakes.slots import MODES, Mode, opened, remains

TOOL = Path(slots.__file__).parent / "programs" / "tool.cpp"
LIMITS = Limits(cpu_s=1, wall_s=5, memory_bytes=64 * MEBIBYTE, output_bytes=4 * MEBIBYTE)

Made = Callable[..., Process]


@pytest.fixture(scope="module")
def tool(cache: Path) -> Path:
    return slots.build(cache, TOOL)


@pytest.fixture(scope="module", params=MODES)
def box(request: pytest.FixtureRequest, cache: Path) -> Iterator[Box]:
    with opened(request.param, cache) as made:
        yield made


@pytest.fixture
def does(box: Box, tool: Path) -> Made:
    """Return a function that makes a process: the words of the tool, and fields to change."""

    def make(*words: str, **more: object) -> Process:
        fields: dict[str, object] = {
            "role": Role.CONTESTANT,
            "argv": ("tool", *words),
            "program": box.put(tool),
            "limits": LIMITS,
        }
        return Process(**fields | more)  # type: ignore[arg-type]

    return make


def run(box: Box, *processes: Process) -> Result:
    ((result,),) = box.run([Job(steps=(Step(processes=processes),))])
    return result


def alone(box: Box, process: Process) -> Execution:
    return run(box, process).executions[0]


def files(box: Box, process: Process) -> dict[str, bytes]:
    (kept,) = run(box, process).fetched
    return {name: box.read(blob) for name, blob in kept}


# --- bytes ----------------------------------------------------------------------------------


def test_bytes_that_were_put_can_be_read(box: Box, tmp_path: Path) -> None:
    """Bytes and files come back as they were, whole or as far as asked for."""
    blob = box.put(b"hello")
    assert box.read(blob) == b"hello"
    assert box.read(blob, 2) == b"he"
    assert box.put(b"hello") == blob
    file = tmp_path / "large"
    file.write_bytes(os.urandom(8 * MEBIBYTE))
    assert box.read(box.put(file)) == file.read_bytes()
    assert box.read(box.put(b"")) == b""


def test_a_file_that_changed_is_put_again(box: Box, tmp_path: Path) -> None:
    """A path is not taken for its content: what it holds now is what counts."""
    file = tmp_path / "file"
    file.write_bytes(b"one")
    box.put(file)
    file.write_bytes(b"other")
    assert box.read(box.put(file)) == b"other"


def test_a_blob_that_is_not_there_is_our_failure(cache: Path) -> None:
    """Asking for bytes that were never put is an error of ours that says so."""
    with opened("unsafe", cache) as box, pytest.raises(BoxError, match="blob"):
        box.read(Blob("0" * 64, 5))


# --- what a program sees --------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
def test_what_was_not_used_for_long_leaves_a_slot(mode: Mode, cache: Path, tool: Path) -> None:
    """A slot serves thousands of candidates; what it holds of them may not grow."""

    def candidate(number: int) -> Job:
        given = box.put(b"candidate %d" % number)
        run = Process(
            role=Role.CONTESTANT,
            argv=("tool", "cat"),
            program=box.put(tool),
            stdin=given,
            limits=LIMITS,
            keep_stdout=True,
        )
        return Job(steps=(Step(processes=(run,)),))

    with opened(mode, cache) as box:
        ((first,),) = box.run([candidate(0)])
        for number in range(1, MOST_BLOBS):
            box.put(b"candidate %d" % number)
        seen = [result for (result,) in box.run(candidate(n) for n in range(HELD_JOBS + 1))]
        assert box.read(box.put(b"candidate 0")) == b"candidate 0"
        assert [box.read(kept.stdout[0]) for kept in seen if kept.stdout[0]] == [
            b"candidate %d" % number for number in range(HELD_JOBS + 1)
        ]
        box.put(b"one more, so that others leave")
        for number in (1, HELD_JOBS + 1, MOST_BLOBS - 1):  # sent again where they left
            ((again,),) = box.run([candidate(number)])
            assert again.executions[0].stdout_head == b"candidate %d" % number
        assert first.stdout[0] is not None
        with pytest.raises(BoxError, match="No such file"):
            box.read(first.stdout[0])


def test_a_program_sees_its_input_arguments_and_environment(box: Box, does: Made) -> None:
    """Standard input, arguments and environment are those of the job and nothing else."""
    assert alone(box, does("cat", stdin=box.put(b"in\0put"))).stdout_head == b"in\0put"
    assert alone(box, does("cat")).stdout_head == b""
    assert alone(box, does("arguments", "a b", "")).stdout_head == b"tool\narguments\na b\n\n"
    shown = alone(box, does("environment", env=(("A", "1"), ("B", "x=y"))))
    assert shown.stdout_head == b"A=1\nB=x=y\n"


def test_files_are_put_into_the_folder_and_cannot_be_changed(box: Box, does: Made) -> None:
    """A file is there by its name, read-only, for as long as the step lasts."""
    files = (("data", box.put(b"content")),)
    assert alone(box, does("show", "data", files=files)).stdout_head == b"content"
    if box.facts.tier != "unsafe":
        assert alone(box, does("change", "data", files=files)).exit_code == 0
    assert alone(box, does("show", "data")).exit_code == 2


def test_files_may_be_in_folders(box: Box, does: Made) -> None:
    """A name with folders makes them; they are gone afterwards, and no name leads outside."""
    put = (("a/b/one", box.put(b"1")), ("a/two", box.put(b"2")))
    assert alone(box, does("show", "a/b/one", files=put)).stdout_head == b"1"
    assert alone(box, does("show", "a/two", files=put)).stdout_head == b"2"
    assert alone(box, does("show", "a/two")).exit_code == 2


@pytest.mark.parametrize("name", ["../x", "/x", "a/../x", "a//x", "a/", ""])
def test_a_file_that_would_lie_elsewhere_is_refused(cache: Path, tool: Path, name: str) -> None:
    """Such a name is an error of ours, and names the file."""
    with opened("unsafe", cache) as box:
        files = ((name, box.put(b"")),)
        process = Process(
            role=Role.CONTESTANT, argv=("it",), program=box.put(tool), files=files, limits=LIMITS
        )
        with pytest.raises(BoxError, match=f"file {name}"):
            run(box, process)


def test_made_files_are_kept_when_asked_for(box: Box, does: Made) -> None:
    """Files are kept by name, whatever the exit code; links, folders and pipes are not."""
    names = ("made", "link", "folder", "pipe", "absent", "../made", "/etc/passwd")
    for code in ("0", "43"):
        assert files(box, does("make", code, fetch=names)) == {"made": b"made here"}
    assert alone(box, does("show", "made")).exit_code == 2, "the folder is emptied"


def test_every_file_that_was_made_is_kept(box: Box, does: Made) -> None:
    """A star stands for all files of the folder but those that were put there to be read."""
    put = (("given", box.put(b"given")), ("state", box.put(b"1")))
    made = does("make", "42", files=put, fetch=("*",))
    assert files(box, made) == {"made": b"made here"}
    added = does("add", "state", files=put, writable=("state",), fetch=("*",))
    assert files(box, added) == {"state": b"1+"}
    assert len(files(box, does("many", "300", fetch=("*",)))) == 256
    assert files(box, does("make", fetch=("made", "*"))) == {"made": b"made here"}


def test_a_file_may_have_any_name(box: Box, does: Made) -> None:
    """Names with line ends, without letters or no text at all come back as they are."""
    names = {"two words", "new\nline", "\udcff\udcfe", "-rf", "*", ".hidden"}
    assert files(box, does("odd", fetch=("*",))) == dict.fromkeys(names, b"")


def test_nothing_is_kept_of_a_program_that_was_stopped(box: Box, does: Made) -> None:
    """What a limit broke off is not half kept."""
    assert files(box, does("print", "100", fetch=("*",))) == {}


def test_programs_that_talk_share_a_core_of_their_slot(box: Box, does: Made) -> None:
    """Partners run on one core, and cannot choose another; a program alone may use all."""
    assert len(alone(box, does("core")).stdout_head.split()) == len(os.sched_getaffinity(0))
    result = run(box, does("core"), does("core"))
    one, two = (execution.stdout_head for execution in result.executions)
    assert one == two
    assert len(one.split()) == 1
    assert [execution.exit_code for execution in result.executions] == [0, 0]


# --- what is reported -----------------------------------------------------------------------


def test_the_way_a_program_ends_is_reported(box: Box, does: Made) -> None:
    """Exit codes and signals are told apart, and what was printed is counted."""
    assert alone(box, does("exit", "0")).exit_code == 0
    assert alone(box, does("exit", "255")).exit_code == 255
    ended = alone(box, does("signal", str(int(signal.SIGSEGV))))
    assert (ended.exit_code, ended.signal) == (None, signal.SIGSEGV)
    said = alone(box, does("say", "x" * 9000, head_bytes=100))
    assert (said.stdout_bytes, said.stdout_head) == (9000, b"x" * 100)
    complained = alone(box, does("complain", "y" * 9000, head_bytes=100))
    assert complained.stderr_head == b"y" * 100


def test_time_and_memory_are_measured(box: Box, does: Made) -> None:
    """A program that does nothing uses nothing; one that takes 20 MiB is seen to."""
    idle = alone(box, does("exit", "0"))
    assert 0 <= idle.cpu_s < 0.5
    assert 0 < idle.peak_memory_bytes < 4 * MEBIBYTE
    taken = alone(box, does("take", "20"))
    assert 20 * MEBIBYTE < taken.peak_memory_bytes < 30 * MEBIBYTE


def test_threads_have_room_for_their_stacks(box: Box, does: Made) -> None:
    """Four threads with 8 MiB each run under a limit of 64 MiB, whatever they reserve."""
    ran = alone(box, does("threads", "4"))
    assert ran.stdout_head == b"4\n", ran
    assert 32 * MEBIBYTE < ran.peak_memory_bytes < 48 * MEBIBYTE


@pytest.mark.parametrize(
    ("words", "stopped_by"),
    [
        (("burn",), StoppedBy.CPU),
        (("take", "200"), StoppedBy.MEMORY),
        (("print", "100"), StoppedBy.OUTPUT),
    ],
)
def test_each_limit_stops_a_program(
    box: Box, does: Made, words: tuple[str, ...], stopped_by: StoppedBy
) -> None:
    """The limit that ended a program is named, and the next one is not touched by it."""
    # CPU time enough that a slow machine's page faults do not come before the memory limit.
    limits = Limits(cpu_s=2, wall_s=60, memory_bytes=64 * MEBIBYTE, output_bytes=4 * MEBIBYTE)
    execution = alone(box, does(*words, limits=limits))
    assert execution.stopped_by is stopped_by
    assert alone(box, does("say", "fine")).stdout_head == b"fine"


def test_a_program_that_waits_is_stopped_by_the_clock(box: Box, does: Made) -> None:
    """Waiting uses no CPU; the wall clock ends it."""
    limits = Limits(cpu_s=1, wall_s=0.3, memory_bytes=64 * MEBIBYTE)
    execution = alone(box, does("wait", limits=limits))
    assert execution.stopped_by is StoppedBy.WALL
    assert execution.cpu_s < 0.2


def test_who_ends_too_late_was_too_slow(box: Box, does: Made) -> None:
    """A program that ends by itself after its time is up is not saved by our not looking."""
    limits = Limits(cpu_s=1, wall_s=0.05, memory_bytes=64 * MEBIBYTE)
    jobs = [Job(steps=(Step(processes=(does("sleep", "50001", limits=limits),)),))] * 20
    found = {results[0].executions[0].stopped_by for results in box.run(jobs)}
    assert found == {StoppedBy.WALL}


def test_output_below_the_limit_is_whole(box: Box, does: Made) -> None:
    """A large output that keeps the limit is kept to its last byte."""
    result = run(box, does("print", "4", keep_stdout=True))
    assert result.executions[0].stopped_by is StoppedBy.NONE
    assert result.stdout[0] is not None
    assert box.read(result.stdout[0]) == bytes(4 * MEBIBYTE)


# --- steps ----------------------------------------------------------------------------------


def test_an_output_tells_nothing_of_the_program_before(box: Box, does: Made) -> None:
    """Where programs have uids of their own its file is kept, but not what was in it, nor when."""
    kept = dict(box.facts.detail)["uids"] == "range"
    for _ in range(2):
        told = alone(box, does("inspect")).stderr_head.decode()
        if kept:
            assert told == "mode 600, times 0 0, 0 and 0 bytes"
        assert told.startswith("mode 600, ")
        assert told.endswith(" 0 and 0 bytes")
        much = alone(box, does("say", "a message", keep_stdout=True))
        assert much.stdout_head == b"a message"


def test_an_output_feeds_a_later_step(box: Box, does: Made) -> None:
    """What one program printed is another's input, or a file of its folder."""
    job = Job(
        steps=(
            Step(processes=(does("say", "from one"),)),
            Step(processes=(does("cat", stdin=Output(step=0)),)),
            Step(processes=(does("show", "f", files=(("f", Output(step=0)),)),)),
        )
    )
    ((_, piped, filed),) = box.run([job])
    assert piped.executions[0].stdout_head == b"from one"
    assert filed.executions[0].stdout_head == b"from one"


def test_a_step_can_wait_for_success(box: Box, does: Made) -> None:
    """A checker does not run after a crash."""
    for code, skipped in (("0", False), ("1", True)):
        first = Step(processes=(does("exit", code),))
        job = Job(steps=(first, Step(processes=(does("say", "checked"),), only_if_clean=True)))
        ((_, second),) = box.run([job])
        assert second.skipped is skipped


SAME = [
    (b"1 2\n", b"1 2\n", True),
    (b"1 2", b"1 2\n", True),
    (b"1  2 \n", b"1 2\n", True),
    (b"\t1\v2\r\n", b"1 2\n", True),
    (b"1 2\n\n \n", b"1 2\n", True),
    (b"", b"\n", True),
    (b"1\n2\n", b"1 2\n", False),
    (b"1\n\n2\n", b"1\n2\n", False),
    (b"1 2 3\n", b"1 2\n", False),
    (b"12\n", b"1 2\n", False),
    (b"1.0\n", b"1\n", False),
    (b"a\n", b"A\n", False),
    (b"", b"1\n", False),
    (b"x" * 70000 + b" y\n", b"x" * 70000 + b"  y", True),
    (b"x" * 70000 + b"\n", b"x" * 69999 + b"\n", False),
]


def test_outputs_are_compared_by_the_white_space_rule(box: Box, does: Made) -> None:
    """Tokens of each line count; blanks between them and blank lines at the end do not."""
    jobs = [
        Job(
            steps=(
                Step(processes=(does("cat", stdin=box.put(left)),)),
                Step(processes=(), compare=(Output(step=0), box.put(right))),
            )
        )
        for left, right, _ in SAME
    ]
    found = [results[1].equal for results in box.run(jobs)]
    assert found == [same for _, _, same in SAME]


# --- several processes ----------------------------------------------------------------------


def test_a_manager_opens_its_pipes_by_name(box: Box, does: Made) -> None:
    """Pipes appear as files of the manager's folder; its partner has them as standard streams."""
    answer, question = Pipe(name="answer"), Pipe(name="question")
    manager = does(
        "manage", "in", "out", role=Role.TRUSTED, fifos=(("in", answer), ("out", question))
    )
    partner = does("greet", "an answer", stdin=question, stdout=answer)
    result = run(box, manager, partner)
    assert result.executions[0].stdout_head == b"got an answer\n"
    assert result.executions[1].stderr_head == b"heard question\n"


def test_two_programs_talk_over_their_standard_streams(box: Box, does: Made) -> None:
    """Each one's output is the other's input; neither has to open anything."""
    there, back = Pipe(name="there"), Pipe(name="back")
    result = run(
        box,
        does("greet", "first", stdin=there, stdout=back),
        does("greet", "second", stdin=back, stdout=there),
    )
    assert [e.stderr_head for e in result.executions] == [b"heard second\n", b"heard first\n"]


def test_who_reads_from_a_partner_that_left_learns_it(box: Box, does: Made) -> None:
    """When the other side has ended, reading gives the end and no wait."""
    there, back = Pipe(name="there"), Pipe(name="back")
    left = does("exit", "0", stdin=back, stdout=there)
    result = run(box, left, does("cat", stdin=there))
    assert result.executions[1].exit_code == 0
    assert result.finish_order == (0, 1)


def test_only_a_trusted_program_outlives_a_broken_pipe(box: Box, does: Made) -> None:
    """A contestant ends by SIGPIPE as anywhere; a manager goes on to say its verdict."""
    for role, ends in ((Role.CONTESTANT, (None, signal.SIGPIPE)), (Role.TRUSTED, (7, None))):
        there = Pipe(name="there")
        left = does("exit", "0", stdin=there, role=Role.TRUSTED)
        execution = run(box, left, does("persist", stdout=there, role=role)).executions[1]
        assert (execution.exit_code, execution.signal) == ends


def test_a_last_word_to_an_interactor_that_left_breaks_nobody(box: Box, does: Made) -> None:
    """A language that makes an exception of a broken pipe has the end that others have."""
    question, answer = Pipe(name="question"), Pipe(name="answer")
    left = does("exit", "0", stdin=answer, stdout=question, role=Role.TRUSTED)
    late = does("late", stdin=question, stdout=answer)
    result = run(box, left, late)
    assert (result.executions[1].exit_code, result.finish_order) == (0, (0, 1))


def test_what_is_said_to_a_contestant_that_left_breaks_nothing(box: Box, does: Made) -> None:
    """An interactor that does not expect it would fail, and the contestant have no verdict."""
    question, answer = Pipe(name="question"), Pipe(name="answer")
    left = does("exit", "0", stdin=question, stdout=answer)
    much = does("print", "8", stdin=answer, stdout=question, role=Role.TRUSTED)
    executions = run(box, left, much).executions
    assert (executions[1].exit_code, executions[1].signal) == (0, None)


@pytest.mark.long
def test_who_talks_without_end_to_a_contestant_that_left_is_stopped(box: Box, does: Made) -> None:
    """Reading for somebody may not keep the runner from holding limits."""
    question = Pipe(name="question")
    endless = does("persist", stdout=question, role=Role.TRUSTED)
    executions = run(box, does("exit", "0", stdin=question), endless).executions
    assert executions[1].stopped_by in (StoppedBy.CPU, StoppedBy.WALL)


def test_a_manager_that_leaves_at_once_ends_the_step(box: Box, does: Made) -> None:
    """Nobody waits for ever for the other end of a pipe that a manager never opened."""
    answer, question = Pipe(name="answer"), Pipe(name="question")
    manager = does("exit", "0", role=Role.TRUSTED, fifos=(("in", answer), ("out", question)))
    result = run(box, manager, does("greet", "anyone?", stdin=question, stdout=answer))
    assert result.executions[0].exit_code == 0
    assert result.executions[1].stopped_by is StoppedBy.WALL


# --- processes of their own ------------------------------------------------------------------


@pytest.fixture(scope="module", params=MODES)
def forking(request: pytest.FixtureRequest, cache: Path) -> Iterator[Box]:
    with opened(request.param, cache, processes=True) as made:
        yield made


@pytest.fixture(scope="module")
def parent(cache: Path) -> Path:
    return slots.build(cache, TOOL.with_name("parent.cpp"))


def test_processes_are_started_only_where_they_may(box: Box, forking: Box, parent: Path) -> None:
    """What children used is in the result of their parent, and without leave there are none."""

    def ran(where: Box) -> Execution:
        return alone(
            where,
            Process(
                role=Role.CONTESTANT,
                argv=("it", "20"),
                program=where.put(parent),
                limits=LIMITS,
            ),
        )

    allowed, refused = ran(forking), ran(box)
    assert (allowed.exit_code, refused.exit_code) == (0, 3)
    # The kernel counts resident pages in batches: a few of the twenty mebibytes may be missing.
    assert 19 * MEBIBYTE < allowed.peak_memory_bytes < 30 * MEBIBYTE
    assert refused.peak_memory_bytes < 5 * MEBIBYTE
    assert 0 < allowed.cpu_s < LIMITS.cpu_s


@pytest.mark.parametrize("place", [0, 1])
def test_a_program_can_start_itself_again(
    forking: Box, tool: Path, parent: Path, place: int
) -> None:
    """It asks for its own name, as Rust's standard library does, alone or as someone's partner."""
    program = forking.put(parent)
    again = Process(
        role=Role.CONTESTANT,
        argv=("it", "again"),
        program=program,
        limits=LIMITS,
        files=(("beside", forking.put(b"text")),),
    )
    first = Process(
        role=Role.TRUSTED, argv=("it", "say", "first"), program=forking.put(tool), limits=LIMITS
    )
    for _ in range(2):
        execution = run(forking, *(first, again)[1 - place :]).executions[place]
        assert (execution.exit_code, execution.stdout_head) == (0, b"again\n")


def test_a_program_as_large_as_its_folder_runs(cache: Path, tmp_path: Path) -> None:
    """Where it cannot also lie in its folder, that is no failure of the judge."""
    source = tmp_path / "large.cpp"
    source.write_text("char large[48 << 20] = {1};\nint main() { return large[5]; }\n")
    large = slots.build(cache, source)
    limits = Limits(cpu_s=1, wall_s=5, memory_bytes=128 * MEBIBYTE)
    with EmbeddedBox(cache, processes=True, disk_bytes=32 * MEBIBYTE) as box:
        for _ in range(2):
            it = Process(role=Role.CONTESTANT, argv=("it",), program=box.put(large), limits=limits)
            assert alone(box, it).exit_code == 0


def test_time_is_that_of_all_processes(forking: Box, parent: Path) -> None:
    """Children that burn in turns are stopped at the limit of all, though none reaches it."""
    limits = Limits(cpu_s=0.5, wall_s=60, memory_bytes=64 * MEBIBYTE)
    program = forking.put(parent)
    process = Process(role=Role.CONTESTANT, argv=("it", "turns"), program=program, limits=limits)
    execution = alone(forking, process)
    assert execution.stopped_by is StoppedBy.CPU
    assert 0.5 < execution.cpu_s < 1


def test_nobody_waits_for_what_a_partner_left_behind(forking: Box, tool: Path) -> None:
    """A child that holds the partner's pipe open is gone with its parent."""
    there = Pipe(name="there")
    program = forking.put(tool)
    leaver = Process(
        role=Role.CONTESTANT, argv=("it", "leave"), program=program, limits=LIMITS, stdout=there
    )
    reader = Process(
        role=Role.TRUSTED, argv=("it", "cat"), program=program, limits=LIMITS, stdin=there
    )
    left, read = run(forking, leaver, reader).executions
    assert (left.exit_code, read.exit_code) == (0, 0)
    assert read.stopped_by is StoppedBy.NONE
    assert read.wall_s < LIMITS.wall_s / 2


# --- many jobs ------------------------------------------------------------------------------


def test_jobs_are_answered_in_order(box: Box, does: Made) -> None:
    """Three hundred jobs sent ahead come back one by one, each with its own answer."""
    jobs = (Job(steps=(Step(processes=(does("say", str(n)),)),)) for n in range(300))
    said = [results[0].executions[0].stdout_head for results in box.run(jobs)]
    assert said == [str(n).encode() for n in range(300)]


def test_stopping_early_leaves_no_answer_behind(box: Box, does: Made) -> None:
    """After the first answer is taken and the rest left, the next job's answer is its own."""
    jobs = (Job(steps=(Step(processes=(does("say", str(n)),)),)) for n in range(50))
    for results in box.run(jobs):
        assert results[0].executions[0].stdout_head == b"0"
        break
    assert alone(box, does("say", "mine")).stdout_head == b"mine"


def test_bytes_can_be_put_and_read_between_answers(box: Box, does: Made) -> None:
    """Bringing bytes in and out while jobs are under way mixes nothing up."""
    blob = box.put(b"kept")
    jobs = (Job(steps=(Step(processes=(does("say", str(n)),)),)) for n in range(20))
    for number, results in enumerate(box.run(jobs)):
        assert results[0].executions[0].stdout_head == str(number).encode()
        assert box.read(blob) == b"kept"
        box.put(f"new {number}".encode())


# --- the machine ------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="asks what becomes of root, and this is not root")
def test_even_without_isolation_no_program_is_root(cache: Path, tool: Path) -> None:
    """A hostile one signals every process it may: those of the machine are not among them."""
    with opened("unsafe", cache) as box:
        words = ("it", "show", "/proc/self/status")
        shown = alone(
            box, Process(role=Role.CONTESTANT, argv=words, program=box.put(tool), limits=LIMITS)
        )
    facts = dict(line.split(b":\t") for line in shown.stdout_head.splitlines() if b":\t" in line)
    assert facts[b"Uid"] == facts[b"Gid"]
    assert all(int(one) >= FIRST for one in facts[b"Uid"].split())
    assert not facts[b"Groups"].strip()


LIMITED = """
import sys
from pathlib import Path
from sandbox.box import MEBIBYTE, Job, Limits, Process, Role, Step
from sandbox.embedded import EmbeddedBox
with EmbeddedBox(Path(sys.argv[1]), tier="unsafe") as box:
    limits = Limits(cpu_s=1, wall_s=5, memory_bytes=64 * MEBIBYTE)
    program = box.put(Path(sys.argv[2]))
    process = Process(role=Role.CONTESTANT, argv=("it", "cat"), program=program, limits=limits)
    list(box.run([Job(steps=(Step(processes=(process,)),))]))
"""


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("-Hs 8192", "only 8388608 bytes of stack (ulimit -Hs) and 134217728 are needed"),
        ("-f 16384", "only 16777216 bytes of a file (ulimit -Hf)"),
    ],
)
def test_a_limit_of_the_machine_is_named(cache: Path, tool: Path, limit: str, said: str) -> None:
    """A hard limit below ours cannot be raised: which it is and what helps is in the error."""
    build_runner(cache)
    command = f'ulimit {limit}; exec "$@"'
    words = ["bash", "-c", command, "sh", sys.executable, "-c", LIMITED, str(cache), str(tool)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert said in done.stderr
    assert "raise that hard limit" in done.stderr


# --- the end --------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_slot_that_dies_is_our_failure(mode: Mode, cache: Path, tool: Path) -> None:
    """A runner that was killed makes a BoxError, closing is quiet, and a new slot works."""
    with opened(mode, cache) as box:
        process = Process(
            role=Role.CONTESTANT, argv=("tool", "cat"), program=box.put(tool), limits=LIMITS
        )
        os.kill(slots.runner_of(box), signal.SIGKILL)
        with pytest.raises(BoxError, match="gone"):
            run(box, process)
    with opened(mode, cache) as box:
        assert box.read(box.put(b"alive")) == b"alive"


@pytest.mark.long
@pytest.mark.parametrize("mode", MODES)
def test_closing_leaves_nothing(mode: Mode, cache: Path) -> None:
    """Process, folder or container, and descriptors are gone after a close; a second is quiet."""
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(3):
        with opened(mode, cache) as box:
            left = remains(box)
        box.close()
        assert left() == []
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


@pytest.mark.parametrize("mode", MODES)
def test_a_slot_says_what_it_is(mode: Mode, cache: Path) -> None:
    """The tier, and whether programs have uids of their own, are among the facts."""
    with opened(mode, cache) as box:
        tier, uids = {
            "range": ("embedded", "range"),
            "single": ("embedded", "single"),
            "docker": ("docker", "range"),
            "landlock": ("landlock", "same"),
            "unsafe": ("unsafe", "same"),
        }[mode]
        assert box.facts.tier == tier
        assert dict(box.facts.detail)["uids"] == uids


@pytest.mark.parametrize(
    "job",
    [
        Job(steps=(Step(processes=()),) * 9),
        Job(steps=(Step(processes=(), compare=(Output(step=70), Blob("0" * 64, 0))),)),
    ],
)
def test_a_job_that_makes_no_sense_is_refused(cache: Path, job: Job) -> None:
    """Too many steps, or an output of no step, is an error of ours and not a crash."""
    with opened("unsafe", cache) as box, pytest.raises(BoxError, match=r"malformed|compare"):
        list(box.run([job]))
