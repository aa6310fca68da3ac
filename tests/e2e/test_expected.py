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


def test_programs_are_named_in_any_place_and_by_a_folder_of_them(harness: Command) -> None:
    """After a flag too; a folder of the package's submissions stands for what is in it."""
    write(harness.home / "sum", LEGACY, PROGRAMS)
    place = "sum/submissions"
    named = ("--expected", f"{place}/accepted", "--json", f"{place}/accepted/two")
    outcome = harness("judge", "sum", *named)
    assert outcome.code == 0, outcome.err
    names = [json.loads(line)["submission"] for line in outcome.out.splitlines()]
    assert names == ["accepted/sum.c", "accepted/two"]
    outcome = harness("judge", "sum", "--expected", place, "--json")
    assert len(outcome.out.splitlines()) == 4
    for elsewhere in ("sum", ".", "sum/data"):
        outcome = harness("judge", "sum", "--expected", elsewhere)
        assert outcome.code == 64
        assert f"{elsewhere} is none of the package's own submissions" in outcome.err


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


def test_a_folder_is_one_submission_and_says_so_when_it_is_several(harness: Command) -> None:
    """Programs of several languages beside each other are to be named one by one."""
    write(
        harness.home / "sum", LEGACY, {"submissions/mine/a.c": RIGHT, "submissions/mine/b.py": ""}
    )
    outcome = harness("judge", "sum", "sum/submissions/mine")
    assert outcome.code == 64, outcome.err
    assert "is in several languages (c, python3)" in outcome.err
    assert "a folder is one submission: name the files of several one by one" in outcome.err


def test_accepted_for_fewer_points_agrees_with_a_note(harness: Command) -> None:
    """Where a validator accepted every test; and it bounds the time limit, which is said."""
    write(
        harness.home / "sum",
        LEGACY,
        {
            "problem.yaml": "name: Sum\ntype: scoring\nvalidation: custom score\n",
            ".timelimit": None,
            "submissions/accepted/sum.py": None,
            "submissions/accepted/heuristic.c": RIGHT,
            "submissions/accepted/declared.c": "// @EXPECTED_SCORE@: 96\n" + RIGHT,
            "submissions/accepted/wrong.c": WRONG,
            "data/testdata.yaml": "range: 0 100\ngrader_flags: min ignore_sample\n",
            "output_validators/check/check.py": (
                "import pathlib, sys\n"
                "right = sys.stdin.read().split() == open(sys.argv[2]).read().split()\n"
                "if right:\n    pathlib.Path(sys.argv[3], 'score.txt').write_text('96')\n"
                "sys.exit(42 if right else 43)\n"
            ),
        },
    )
    outcome = harness("judge", "sum", "--expected")
    assert outcome.code == 1, outcome.err
    rows = {line.split("`")[1]: line for line in outcome.out.splitlines() if "`" in line}
    note = "accepted on every test with 96 of 100 points, which are not declared"
    assert f"| PAC | 96 of 100 | agrees ({note}) |" in rows["accepted/heuristic.c"]
    assert "| PAC | 96 of 100 | agrees |" in rows["accepted/declared.c"]
    assert "**disagrees**: the verdict is WA, not AC" in rows["accepted/wrong.c"]
    assert "measured though not for all points: accepted/heuristic.c (96 of 100)" in outcome.err


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
