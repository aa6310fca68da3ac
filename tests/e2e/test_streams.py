"""What a terminal is sent, and what happens when it is gone."""

from __future__ import annotations

import json
import subprocess

import pytest

from harness.store import RunFolder
from tests.e2e.test_demo import DEMO
from tests.fakes.command import Command, Outcome
from tests.fakes.packages import SOLUTION, write_package

SILENT = ("--task", "demo", "-m", "replay", "-a", f"file={DEMO},contestants=silent")


def in_a_shell(harness: Command, line: str, *words: str) -> Outcome:
    """Run the program as a line of shell; ``"$@"`` is its command line."""
    done = subprocess.run(
        ["sh", "-c", line, "sh", *harness.argv(*words)],
        cwd=harness.home,
        env=harness.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-", "2>/dev/full >&-"])
def test_a_run_does_not_need_a_standard_error(harness: Command, where: str) -> None:
    """Where progress cannot be written, or has nowhere to go, the run is finished and sealed."""
    outcome = in_a_shell(harness, f'"$@" {where}', "run", *SILENT)
    assert outcome.code == 0
    run = RunFolder(next((harness.home / "runs").iterdir()))
    assert run.record.ended
    assert len(list(run.replay())) == 12
    assert (run.path / "report" / "index.html").is_file()
    assert ("| silent |" in outcome.out) == (" >&-" not in where)
    assert "attempts, 0 void" not in outcome.out, "progress is no result"


@pytest.mark.parametrize("words", [("tasks",), ("run", *SILENT, "--json"), ("tasks", "--no")])
def test_results_that_cannot_be_written_are_an_error(
    harness: Command, words: tuple[str, ...]
) -> None:
    """A full disk under standard output is told in one line, and the exit code says so."""
    outcome = in_a_shell(harness, '"$@" >/dev/full', *words)
    assert outcome.code == (64 if "--no" in words else 3)
    assert outcome.err.count("harness: error [") == 1
    assert "Traceback" not in outcome.err
    assert "next: " in outcome.err


def test_nothing_a_file_says_steers_the_terminal(harness: Command) -> None:
    """Names and compilers' words are shown without control characters; JSON escapes them."""
    write_package(harness.home / "sum")
    name = "a\x1b[2J.cpp"
    (harness.home / name).write_text("#error \x1b]0;mine\x07 \x1b[31m\n")
    (harness.home / "b\x1b[2J.cpp").write_text(SOLUTION)
    outcome = harness("judge", "sum", name, "b\x1b[2J.cpp")
    assert outcome.code == 0, outcome.err
    assert "\ufffd]0;mine" in outcome.out
    assert "a\ufffd[2J.cpp" in outcome.out
    assert "b\ufffd[2J.cpp" in outcome.out
    refused = harness("judge", "sum", "c\x1b[2J.cpp").err
    assert "c\ufffd[2J.cpp cannot be read" in refused
    for text in (outcome.out, outcome.err, refused):
        assert "\x1b" not in text
        assert "\x07" not in text
    found = json.loads(harness("judge", "--json", "sum", name).out)
    assert (found["submission"], found["verdict"]) == (name, "CE")


def test_a_command_that_nobody_reads_to_its_end_has_not_agreed(harness: Command) -> None:
    """0 says of a self-test that all agrees; cut off in the middle it has not found that."""
    process = harness.start("selftest", "demo", "--json")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate()
    assert process.returncode == 141, err
    assert "error" not in err
