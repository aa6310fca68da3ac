"""``harness judge --expected``: what agrees, what does not, and what is skipped."""

from __future__ import annotations

import json

from tests.fakes.command import Command
from tests.fakes.kattis import CRASH, CURRENT, LEGACY, RIGHT, SUM, WRONG, write
from tests.fakes.packages import write_package

PROGRAMS = {
    "submissions/accepted/sum.py": None,
    "submissions/accepted/sum.c": RIGHT,
    "submissions/accepted/two/main.c": '#include "add.h"\n' + SUM.format("ADD(a, b)"),
    "submissions/accepted/two/add.h": "#define ADD(a, b) ((a) + (b))\n",
    "submissions/wrong_answer/late.c": WRONG,
    "submissions/run_time_error/trap.c": CRASH,
}


def test_a_package_that_says_the_truth_agrees(harness: Command) -> None:
    """One row a program, a sum at the end, and exit code 0."""
    write(harness.home / "sum", LEGACY, PROGRAMS, {"submissions/mixed/x.c": WRONG})
    outcome = harness("judge", "sum", "--expected")
    assert outcome.code == 0, outcome.out + outcome.err
    assert "| `accepted/two` | c | accepted | AC | 1 of 1 | agrees |" in outcome.out
    assert "| `wrong_answer/late.c` | c | wrong_answer | WA | 0 of 1 | agrees |" in outcome.out
    assert "| `run_time_error/trap.c` | c | run_time_error | RTE | 0 of 1 | agrees |" in outcome.out
    assert "| `mixed/x.c` | c | mixed: nothing | WA | 0 of 1 | undeclared |" in outcome.out
    assert outcome.out.endswith("**sum**: 4 of 4 agree; 1 with nothing declared.\n")


def test_what_is_not_as_declared_is_said_and_the_exit_code_is_1(harness: Command) -> None:
    """A wrong label, a program that does not compile, and one in a language that is not judged."""
    write(
        harness.home / "sum",
        LEGACY,
        PROGRAMS,
        {
            "submissions/accepted/late.c": WRONG,
            "submissions/accepted/broken.c": "int main(void) { return a; }\n",
            "submissions/accepted/sum.zig": "",
            "data/secret/2.in": None,
        },
    )
    outcome = harness(
        "judge", "sum", "--expected", "--json", "--allow-missing", "--time-limit", "3"
    )
    assert outcome.code == 1, outcome.err
    assert "judged without secret/2" in outcome.err
    lines = {line["submission"]: line for line in map(json.loads, outcome.out.splitlines())}
    assert lines["accepted/sum.c"]["agrees"] is True
    assert lines["accepted/sum.c"]["expected"] == "accepted"
    assert lines["accepted/sum.c"]["dropped_tests"] == 1
    assert lines["accepted/late.c"]["agrees"] is True  # the test it fails is not there
    assert lines["wrong_answer/late.c"]["agrees"] is False
    assert lines["wrong_answer/late.c"]["disagreements"] == ["the verdict is AC, not WA"]
    assert lines["accepted/broken.c"]["verdict"] == "CE"
    assert "does not compile" in lines["accepted/broken.c"]["disagreements"][0]
    assert lines["accepted/sum.zig"]["agrees"] is None
    assert ".zig" in lines["accepted/sum.zig"]["skipped"]


def test_rules_of_single_tests_are_checked_on_all_of_them(harness: Command) -> None:
    """A program that fails the first test is still run on the others."""
    write(
        harness.home / "sum",
        CURRENT,
        PROGRAMS,
        {
            "data/secret/1.in": "5 5\n",
            "data/secret/1.ans": "10\n",
            "data/secret/2.in": "1 6\n",
            "data/secret/2.ans": "7\n",
            "submissions/submissions.yaml": (
                "wrong_answer/late.c:\n"
                "  secret/2: {permitted: [AC]}\n"
                "  secret/1: {permitted: [WA]}\n"
            ),
        },
    )
    outcome = harness("judge", "sum", "--expected", "--json")
    assert outcome.code == 0, outcome.out + outcome.err
    lines = {line["submission"]: line for line in map(json.loads, outcome.out.splitlines())}
    tests = {test["test"]: test["verdict"] for test in lines["wrong_answer/late.c"]["tests"]}
    assert tests == {"sample/1": "AC", "secret/1": "WA", "secret/2": "AC"}


def test_some_programs_can_be_chosen(harness: Command) -> None:
    """By their paths; other paths are a mistake."""
    write(harness.home / "sum", LEGACY, PROGRAMS)
    outcome = harness("judge", "sum", "sum/submissions/accepted/two", "--expected", "--json")
    assert outcome.code == 0, outcome.err
    (line,) = map(json.loads, outcome.out.splitlines())
    assert line["submission"] == "accepted/two"
    (harness.home / "other.c").write_text(RIGHT)
    outcome = harness("judge", "sum", "other.c", "--expected")
    assert outcome.code == 64
    assert "other.c is none of the package's own submissions" in outcome.err


def test_nothing_that_agrees_is_no_success(harness: Command) -> None:
    """Were all programs skipped, nothing would have been shown."""
    write(harness.home / "sum", LEGACY, {"submissions/accepted/sum.py": None})
    outcome = harness("judge", "sum", "--expected")
    assert outcome.code == 64
    assert "holds no jury programs" in outcome.err
    write(
        harness.home / "sum",
        LEGACY,
        {"submissions/accepted/sum.py": None},
        {"submissions/accepted/sum.zig": ""},
    )
    outcome = harness("judge", "sum", "--expected")
    assert outcome.code == 1
    assert "0 of 0 agree; 1 skipped" in outcome.out


def test_a_folder_can_be_judged_by_its_path(harness: Command) -> None:
    """Also outside of a package, and without any expectation."""
    write(harness.home / "sum", LEGACY, PROGRAMS)
    outcome = harness("judge", "sum", "sum/submissions/accepted/two", "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["verdict"] == "AC"
    outcome = harness("judge", "sum")
    assert outcome.code == 64
    assert "--expected" in outcome.err


def test_labels_of_an_ioi_package_are_compared(harness: Command) -> None:
    """Full points for the model solution, fewer for what must fail."""
    folder = write_package(harness.home / "sum")
    for label, source in (
        ("incorrect", '#include "sum.h"\nint sum(int a, int b) { return a - b; }\n'),
        (
            "partially_correct",
            '#include "sum.h"\nint sum(int a, int b) { return a < 2 ? a + b : 0; }\n',
        ),
    ):
        (folder / "solutions" / label).mkdir()
        (folder / "solutions" / label / "a.cpp").write_text(source)
    outcome = harness("judge", "sum", "--expected")
    assert outcome.code == 0, outcome.out + outcome.err
    assert "**sum**: 3 of 3 agree." in outcome.out


def test_names_of_a_package_do_not_steer_the_terminal(harness: Command) -> None:
    """Names of programs are shown without control characters."""
    write(harness.home / "sum", LEGACY, {"submissions/accepted/a\x1b[2J.c": RIGHT})
    outcome = harness("judge", "sum", "--expected")
    assert "`accepted/a\ufffd[2J.c`" in outcome.out, outcome.err
    assert "\x1b" not in outcome.out + outcome.err
