"""What a contestant runs for itself: real compiler, real sandbox, a tiny package."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.session import Session
from harness.store import LOG
from harness.trials import Likeness, SampleRun
from harness.types import Problem, Ran, Trial, TrialKind, Verdict
from sandbox.judge import CodeJudge
from tasks.packages.cms import read_package
from tests.fakes.packages import write_package
from tests.fakes.real_code import play_real

RIGHT, WRONG, BROKEN = "return a + b;", "return a == 5 ? 0 : a + b;", "return a +;"


@pytest.fixture(scope="module")
def judge(cache: Path) -> Iterator[CodeJudge]:
    with CodeJudge(cache=cache, sandbox="embedded") as made:
        yield made


@pytest.fixture
def summing(tmp_path: Path) -> Problem:
    return read_package(write_package(tmp_path / "sum", samples=True))


class Samples:
    """Tries as many answers on the samples as there are, and hands in nothing."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.found: list[SampleRun] = []

    async def __call__(self, session: Session) -> None:
        for _ in range(self.count):
            answer = await session.ask()
            assert answer is not None
            self.found.append(await session.own.samples(answer))


@pytest.mark.long
def test_the_samples_say_who_passes_and_why_others_do_not(
    tmp_path: Path, summing: Problem, judge: CodeJudge
) -> None:
    """A right program, one that is wrong on a sample, one that does not compile, and none."""
    trying = Samples(4)
    done = play_real(tmp_path, summing, trying, judge, RIGHT, WRONG, BROKEN, "")
    right, wrong, broken, none = trying.found
    assert [run.passed for run in trying.found] == [True, False, False, False]
    assert [r.test for r in right.results] == ["0-01", "0-02"]  # and no hidden test
    assert [r.verdict for r in wrong.results] == [Verdict.AC, Verdict.WA]
    assert "expected" in broken.message
    assert broken.results == ()
    assert none.message == "nothing found"
    trials = [r for r in done.run.replay() if isinstance(r, Trial)]
    assert [trial.generation for trial in trials] == [f"sum:bot:0#g{n}" for n in range(3)]
    assert {trial.kind for trial in trials} == {TrialKind.SAMPLES}
    assert (done.handed_in, done.points) == ([], 0.0)


def test_a_problem_without_samples_asks_for_a_program_that_compiles(
    tmp_path: Path, judge: CodeJudge
) -> None:
    """There is nothing to fail but the compiler."""
    trying = Samples(2)
    bare = read_package(write_package(tmp_path / "sum"))
    play_real(tmp_path, bare, trying, judge, "return 0;", BROKEN)
    assert [(run.passed, run.results) for run in trying.found] == [(True, ()), (False, ())]


def test_likeness_tells_programs_apart_by_what_they_print(
    tmp_path: Path, summing: Problem, judge: CodeJudge
) -> None:
    """Equal outputs have equal hashes; who crashes, or has no program, has an empty one."""
    found: list[Likeness] = []

    async def compare(session: Session) -> None:
        for _ in range(4):
            answer = await session.ask()
            assert answer is not None
            found.append(await session.own.likeness(answer, [b"1 2\n", b"5 5\n"]))

    crash = "if (a == 5) __builtin_trap(); return a + b;"
    play_real(tmp_path, summing, compare, judge, RIGHT, WRONG, crash, "")
    right, wrong, crashed, none = (one.outputs for one in found)
    assert right[0] == wrong[0] == crashed[0] != ""
    assert right[1] != wrong[1] != ""
    assert crashed[1] == ""
    assert none == ("", "")


def test_a_program_of_its_own_is_run_on_its_own_inputs(
    tmp_path: Path, summing: Problem, judge: CodeJudge
) -> None:
    """It belongs to no problem: it has a main function, and its output is given back."""
    found: list[tuple[Ran, ...]] = []
    text = '#include <cstdio>\nint main() { int n; if (scanf("%d", &n) != 1) return 3;\n'
    text += '  printf("%d", n * 2); }\n'

    async def run(session: Session) -> None:
        answer = await session.ask()
        assert answer is not None
        found.append(await session.own.program(answer, text, "cpp", [b"21", b"x"]))
        found.append(await session.own.program(answer, "int main() {", "cpp", [b"21"]))

    play_real(tmp_path, summing, run, judge, "")
    (doubled, failed), (broken,) = found
    assert (doubled.output, doubled.failure) == (b"42", "")
    assert (failed.output, failed.failure, failed.exit_code) == (None, "RTE", 3)
    assert (broken.output, broken.failure) == (None, "CE")


def test_what_was_tried_is_read_back_when_an_attempt_is_taken_up(
    tmp_path: Path, summing: Problem, judge: CodeJudge
) -> None:
    """Nothing is run again, a draw comes out as it did, and what is missing is made."""
    clock = '#include <chrono>\n#include <cstdio>\nint main() { printf("%lld", (long long)\n'
    clock += "std::chrono::steady_clock::now().time_since_epoch().count()); }\n"
    seen: list[tuple[object, ...]] = []

    async def run(session: Session) -> None:
        answer = await session.ask()
        assert answer is not None
        seen.append(
            (
                await session.own.program(answer, clock, "cpp", [b""]),
                await session.own.likeness(answer, [b"1 2\n"]),
                await session.own.samples(answer),
            )
        )

    first = play_real(tmp_path, summing, run, judge, WRONG)
    log = tmp_path / "run" / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    trials = [at for at, line in enumerate(lines) if b'"trial"' in line[:30]]
    assert len(trials) == 3
    log.write_bytes(b"".join(lines[: trials[-1]]))  # the last of them is lost
    again = play_real(tmp_path, summing, run, judge, WRONG)
    assert seen[0][:2] == seen[1][:2]
    assert [run.passed for run in (seen[0][2], seen[1][2])] == [False, False]  # type: ignore[attr-defined]
    assert again.backend.asked == []
    assert len([r for r in again.run.replay() if isinstance(r, Trial)]) == len(trials)
    assert first.points == again.points
