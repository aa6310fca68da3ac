"""``harness judge --validate-inputs``: a package's tests before its own input validators."""

from __future__ import annotations

import json

from tests.fakes.command import Command
from tests.fakes.kattis import CURRENT, LEGACY, SCORING, write
from tests.fakes.packages import write_package

CHECK = """
import sys
words = sys.stdin.read().split()
most = int(sys.argv[1]) if len(sys.argv) > 1 else 9
if len(words) == 2 and all(word.isdigit() and int(word) <= most for word in words):
    sys.exit(42)
print("more than", most, file=sys.stderr)
sys.exit(1)
"""
COUNT = """
#include <stdio.h>
int main(void) { int a, b; return 42 + (scanf("%d%d", &a, &b) != 2); }
"""

VALIDATORS = {
    "input_validators/check.py": CHECK,
    "input_validators/count/count.c": COUNT,
}


def test_inputs_that_are_right_are_counted(harness: Command) -> None:
    """Every validator sees every input; nothing else is judged, and the exit code is 0."""
    write(harness.home / "sum", LEGACY, VALIDATORS)
    outcome = harness("judge", "sum", "--validate-inputs")
    assert (outcome.code, outcome.out) == (0, "3 of 3 inputs accepted by check, count\n")


def test_an_input_that_is_refused_is_named(harness: Command) -> None:
    """The file, the validator and its words; the exit code is 1, whatever is judged besides."""
    write(harness.home / "sum", LEGACY, VALIDATORS, {"data/secret/1.in": "3 44\n"})
    outcome = harness("judge", "sum", "--validate-inputs")
    assert outcome.code == 1
    assert outcome.out.splitlines() == [
        "data/secret/1.in: refused by check: exit code 1: more than 9",
        "2 of 3 inputs accepted by check, count",
    ]
    write(harness.home / "sum", {"data/secret/1.ans": "47\n"})
    both = harness("judge", "sum", "--validate-inputs", "--expected", "--json")
    assert both.code == 1
    first, total, program = map(json.loads, both.out.splitlines())
    assert (first["input"], first["validator"]) == ("data/secret/1.in", "check")
    assert (total["inputs"], total["refused"]) == (3, 1)
    assert program["agrees"] is True


def test_groups_have_arguments_of_their_own(harness: Command) -> None:
    """The nearest folder's count, for all validators or for one by its name."""
    write(
        harness.home / "legacy",
        SCORING,
        VALIDATORS,
        {
            "data/testdata.yaml": SCORING["data/testdata.yaml"] + "input_validator_flags: 2\n",
            "data/secret/g2/testdata.yaml": SCORING["data/secret/g2/testdata.yaml"]
            + "input_validator_flags:\n  name: check\n  flags: 8\n",
        },
    )
    outcome = harness("judge", "legacy", "--validate-inputs")
    assert [line.partition(":")[0] for line in outcome.out.splitlines()[:-1]] == [
        "data/secret/g2/a.in",
        "data/secret/g2/b.in",
    ]
    assert "more than 8" in outcome.out
    write(
        harness.home / "current",
        CURRENT,
        VALIDATORS,
        {
            "data/secret/test_group.yaml": "input_validator_args: {check: ['4']}\n",
            "data/secret/2.yaml": "input_validator_args: ['6']\n",
        },
    )
    outcome = harness("judge", "current", "--validate-inputs")
    assert (outcome.code, outcome.out) == (0, "3 of 3 inputs accepted by check, count\n")
    write(harness.home / "current", {"data/secret/2.yaml": None})
    outcome = harness("judge", "current", "--validate-inputs")
    assert "data/secret/2.in: refused by check: exit code 1: more than 4" in outcome.out


def test_a_validator_that_fails_has_not_accepted(harness: Command) -> None:
    """Exit code 0, a crash and an endless loop confirm nothing; 42 alone does."""
    bodies = {"zero": "return 0;", "crash": "__builtin_trap();"}
    write(
        harness.home / "sum",
        LEGACY,
        {
            f"input_validators/{name}.c": f"int main(void) {{ {body} }}\n"
            for name, body in bodies.items()
        },
    )
    outcome = harness("judge", "sum", "--validate-inputs")
    assert outcome.code == 1
    assert "data/sample/1.in: refused by zero: exit code 0" in outcome.out
    assert "data/sample/1.in: refused by crash: it was ended by SIGILL" in outcome.out
    assert "0 of 3 inputs accepted" in outcome.out


def test_a_validator_that_does_not_compile_is_the_packages_fault(harness: Command) -> None:
    """It is an error of the package, and no input is said to be wrong."""
    write(
        harness.home / "sum", LEGACY, {"input_validators/check.c": "int main(void) { return x; }"}
    )
    outcome = harness("judge", "sum", "--validate-inputs")
    assert outcome.code == 3
    assert "the input validator of sum does not compile" in outcome.err


def test_what_cannot_be_run_is_named(harness: Command) -> None:
    """Checktestdata is told of beside others, and is an error where there is nothing else."""
    ctd = {"input_validators/form.ctd": "INT(0,9) SPACE INT(0,9) NEWLINE\n"}
    script = {"input_validators/shell/check.sh": "exit 42\n"}
    write(harness.home / "both", LEGACY, VALIDATORS, ctd, script)
    outcome = harness("judge", "both", "--validate-inputs")
    assert outcome.code == 0
    assert "input validator shell: not run, it is in no language that is judged" in outcome.out
    assert "input validator form: not run, Checktestdata is not run" in outcome.out
    write(harness.home / "only", LEGACY, ctd)
    outcome = harness("judge", "only", "--validate-inputs")
    assert outcome.code == 64
    assert "[U005]" in outcome.err
    assert "form: Checktestdata is not run" in outcome.err
    write(harness.home / "none", LEGACY)
    outcome = harness("judge", "none", "--validate-inputs")
    assert (outcome.code, "has no input validators" in outcome.err) == (64, True)
    write_package(harness.home / "ioi")
    outcome = harness("judge", "ioi", "--validate-inputs")
    assert (outcome.code, "packages with a problem.yaml only" in outcome.err) == (64, True)
