"""``harness selftest``, the certificate it leaves, and what a run and its report make of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.store import RunFolder
from tests.fakes.command import Command
from tests.fakes.kattis import CRASH, CURRENT, LEGACY, RIGHT, WRONG, change, write
from tests.fakes.packages import write_package
from tests.tasks.test_ioi2025 import write_worldmap

PROGRAMS = {
    "submissions/accepted/sum.py": None,
    "submissions/accepted/sum.c": RIGHT,
    "submissions/accepted/too.c": RIGHT + "\n",
    "submissions/wrong_answer/a.zig": "",
    "submissions/wrong_answer/b.c": WRONG,
    "submissions/wrong_answer/c.c": WRONG + "\n",
    "submissions/run_time_error/trap.c": CRASH,
}


def certificates(harness: Command) -> list[dict[str, Any]]:
    found = (harness.home / "data").rglob("certificates/*/*.json")
    return [json.loads(place.read_text()) for place in found]


def test_references_and_one_of_each_label_are_tested(harness: Command) -> None:
    """The next of a label where the first cannot be judged; a certificate says what was shown."""
    write(harness.home / "sum", LEGACY, PROGRAMS)
    outcome = harness("selftest", "sum")
    assert outcome.code == 0, outcome.out + outcome.err
    assert "| `accepted/sum.c` | c | accepted | AC | 1 of 1 | agrees |" in outcome.out
    assert "`accepted/too.c`" in outcome.out
    assert "| `wrong_answer/b.c` | c | wrong_answer | WA | 0 of 1 | agrees |" in outcome.out
    assert "`run_time_error/trap.c`" in outcome.out
    assert "a.zig" not in outcome.out
    assert "c.c" not in outcome.out.replace("trap.c", "")
    assert (
        "**sum**: judge certificate: passed 4 of 4 programs, slowest reference under 0.01"
        in outcome.out
    )
    (kept,) = certificates(harness)
    assert (kept["problem"], kept["time_limit_s"], kept["whole"]) == ("sum", 1.5, False)
    assert dict(kept["judge"])["tier"] == "embedded"
    assert "g++" in dict(kept["judge"])["compiler"]
    assert [name for name, _ in kept["tools"]] == ["gcc"]
    assert kept["cpu"]
    assert {p["name"]: (p["expected"], p["got"]) for p in kept["programs"]} == {
        "accepted/sum.c": ("accepted", "AC, 1 of 1"),
        "accepted/too.c": ("accepted", "AC, 1 of 1"),
        "wrong_answer/b.c": ("wrong_answer", "WA, 0 of 1"),
        "run_time_error/trap.c": ("run_time_error", "RTE, 0 of 1"),
    }


def test_a_wrong_label_makes_it_fail(harness: Command) -> None:
    """The exit code is 1, and the certificate names the program: it is no proof."""
    write(harness.home / "sum", LEGACY, PROGRAMS, {"submissions/wrong_answer/b.c": RIGHT})
    outcome = harness("selftest", "sum", "--json")
    assert outcome.code == 1, outcome.err
    *rows, last = map(json.loads, outcome.out.splitlines())
    assert [row["agrees"] for row in rows] == [True, True, True, False]
    assert rows[-1] | {"problem": "sum", "label": "wrong_answer"} == rows[-1]
    assert last["passed"] is False
    assert last["sentence"] == (
        "failed: 3 of 4 programs as declared (wrong_answer/b.c: the verdict is AC, not WA)"
    )
    assert last["certificate"] == certificates(harness)[0]


def test_all_takes_every_program(harness: Command) -> None:
    """Also those that cannot be judged, by name."""
    write(harness.home / "sum", LEGACY, PROGRAMS)
    outcome = harness("selftest", "sum", "--all", "--json")
    assert outcome.code == 0, outcome.err
    *rows, last = map(json.loads, outcome.out.splitlines())
    assert len(rows) == 6
    assert ".zig" in next(row for row in rows if row["submission"].endswith(".zig"))["skipped"]
    assert last["sentence"].startswith("passed 5 of 5 programs")
    assert last["certificate"]["whole"] is True


def test_what_shows_nothing_is_no_success(harness: Command) -> None:
    """A label none of whose programs can be judged is said; without references, exit code 1."""
    names = ("a.zig", "b.c", "c.c")
    broken: dict[str, str | None] = {f"submissions/wrong_answer/{name}": None for name in names}
    broken["submissions/wrong_answer/b.c"] = "int main("
    write(harness.home / "sum", LEGACY, PROGRAMS, broken)
    outcome = harness("selftest", "sum")
    assert outcome.code == 0, outcome.err
    assert (
        "| `wrong_answer/b.c` | c | wrong_answer |  |  | skipped: it does not comp" in outcome.out
    )
    change(harness.home / "sum", {f"submissions/accepted/{n}.c": None for n in ("sum", "too")})
    outcome = harness("selftest", "sum")
    assert outcome.code == 1
    assert "no reference solution was judged" in outcome.out
    write(harness.home / "none", LEGACY, {"submissions/accepted/sum.py": None})
    outcome = harness("selftest", "none")
    assert outcome.code == 1
    assert "none brings no program" in outcome.err


def test_a_judge_that_fails_shows_nothing(harness: Command) -> None:
    """A validator that breaks its contract: exit code 3, and no certificate of it."""
    write(
        harness.home / "sum",
        LEGACY,
        PROGRAMS,
        {
            "problem.yaml": "name: Sum\nvalidation: custom\n",
            "output_validators/v/v.c": "int main(void) { return 7; }\n",
        },
    )
    outcome = harness("selftest", "sum")
    assert outcome.code == 3
    assert "no certificate is kept" in outcome.err
    assert certificates(harness) == []


def test_rules_of_the_current_edition_are_tested(harness: Command) -> None:
    """Of single tests; the certificate is of the problem as it is judged otherwise."""
    write(
        harness.home / "sum",
        CURRENT,
        PROGRAMS,
        {"submissions/submissions.yaml": "wrong_answer/b.c: {secret/1: {permitted: [AC]}}\n"},
    )
    assert harness("selftest", "sum").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere",), "demo"),
        (("demo", "--time-limit", "2"), "--time-limit"),
        (("ioi2025",), "harness data status ioi2025"),
        ((), "TASK|PACKAGE"),
    ],
)
def test_mistakes_are_said(harness: Command, words: tuple[str, ...], said: str) -> None:
    """A name of nothing, a flag that a task cannot have, a task without packages."""
    outcome = harness("selftest", *words)
    assert outcome.code == 64
    assert said in outcome.err


# --- in a run ---------------------------------------------------------------------------------

RUN = ("run", "--task", "ioi2025", "--model", "oracle", "--json")


def pages_and_tests(outcome_out: str) -> tuple[str, Any]:
    """Return the text of the run's page, and what the run recorded of self-tests."""
    told = json.loads(outcome_out)
    report = Path(told["report"]).parent
    page = next(report.glob("run/*.html")).read_text()
    (found,) = RunFolder(report.parent).record.self_tests or ()
    return " ".join(page.split()), found


def test_a_run_knows_whether_its_problems_were_tested(harness: Command) -> None:
    """Its report has the certificate of these tests and this judge, or says that there is none."""
    package = write_worldmap(harness.home / "worldmap")
    (package / "solutions" / "incorrect").mkdir()
    (package / "solutions" / "incorrect" / "w.cpp").write_text(
        '#include "sum.h"\nint sum(int a, int b) { return a - b; }\n'
    )
    for name in ("graders/grader.cpp", "solutions/model_solution/sum.cpp"):
        assert (package / name).is_file()
    assert harness("data", "add", "ioi2025", package).code == 0

    outcome = harness(*RUN)
    assert "no self-test on this machine for worldmap (none was made)" in outcome.err
    page, found = pages_and_tests(outcome.out)
    assert found.certificate is None
    assert "No self-test on this machine for problem worldmap" in page

    tested = harness("selftest", "ioi2025")
    assert tested.code == 0, tested.out + tested.err
    outcome = harness(*RUN)
    assert "self-test" not in outcome.err
    page, found = pages_and_tests(outcome.out)
    assert found.holds
    assert "judge certificate: passed 2 of 2 programs, slowest reference" in page
    assert "Not self-tested" not in page

    # Another test is another package, and a certificate of the old one shows nothing of it.
    stored = harness.home / "data" / "ioi2025" / "worldmap"
    change(stored, {"tests/1-01.in": "2 2\n", "tests/1-01.out": "4\n"})
    outcome = harness(*RUN)
    page, found = pages_and_tests(outcome.out)
    assert found.certificate is None
    assert "was of other tests, programs or limits" in found.reason
    assert found.reason in outcome.err
    assert "Not self-tested" in page


def test_a_certificate_of_another_judge_does_not_count(harness: Command) -> None:
    """Another compiler may judge otherwise; the report says which one it was."""
    assert harness("data", "add", "ioi2025", write_worldmap(harness.home / "w")).code == 0
    assert harness("selftest", "ioi2025/worldmap").code == 0
    (place,) = (harness.home / "data").rglob("certificates/*/*.json")
    kept = json.loads(place.read_text())
    kept["judge"] = [
        [key, "g++ 4.8" if key == "compiler" else value] for key, value in kept["judge"]
    ]
    place.write_text(json.dumps(kept))
    page, found = pages_and_tests(harness(*RUN).out)
    assert "of another judge: compiler g++ 4.8 then, g++" in found.reason
    assert "compiler g++ 4.8 then" in page


def test_a_certificate_from_elsewhere_starts_nothing(harness: Command) -> None:
    """It names the tools that it was made with, and only the judge's own are asked."""
    assert harness("data", "add", "ioi2025", write_worldmap(harness.home / "w")).code == 0
    assert harness("selftest", "ioi2025").code == 0
    script = harness.home / "script"
    script.write_text(f"#!/bin/sh\ntouch {harness.home}/started\necho version 1\n")
    script.chmod(0o755)
    (place,) = (harness.home / "data").rglob("certificates/*/*.json")
    kept = json.loads(place.read_text())
    place.write_text(json.dumps(kept | {"tools": [[str(script), "version 1"]]}))
    _, found = pages_and_tests(harness(*RUN).out)
    assert "version 1 then, no tool of this judge now" in found.reason
    assert not (harness.home / "started").exists()


def test_a_failed_self_test_is_told_with_every_number(harness: Command) -> None:
    """A run after it can be made, but its report says loudly what was wrong."""
    package = write_worldmap(harness.home / "w")
    (package / "solutions" / "incorrect").mkdir()
    right = (package / "solutions" / "model_solution" / "sum.cpp").read_text()
    (package / "solutions" / "incorrect" / "right.cpp").write_text(right)
    assert harness("data", "add", "ioi2025", package).code == 0
    assert harness("selftest", "ioi2025").code == 1
    outcome = harness(*RUN)
    page, found = pages_and_tests(outcome.out)
    assert not found.holds
    assert "failed: 1 of 2 programs as declared (incorrect/right.cpp" in outcome.err
    assert "Self-test failed" in page


# --- inferred limits --------------------------------------------------------------------------


def test_an_open_limit_is_inferred_once(harness: Command) -> None:
    """Said with its evidence, marked in every result, kept for later; a flag outranks it."""
    write(harness.home / "sum", LEGACY, PROGRAMS, {".timelimit": None})
    program = ("judge", "sum", "sum/submissions/accepted/sum.c", "--json")
    outcome = harness(*program)
    assert outcome.code == 64
    assert "--time-limit" in outcome.err
    assert "harness selftest" in outcome.err

    outcome = harness("judge", "sum", "--expected", "--allow-missing")
    assert outcome.code == 0, outcome.err
    assert "sum says no time limit: measuring it, under 60 s of CPU" in outcome.err
    assert "time limit 1 s inferred: slowest accepted/" in outcome.out
    assert "(c) took 0.00 s x 5" in outcome.out

    outcome = harness(*program)
    assert "sum: time limit 1 s inferred: slowest accepted/" in outcome.err
    assert "this machine has" not in outcome.err
    (line,) = map(json.loads, outcome.out.splitlines())
    assert line["time_limit_s"] == 1.0
    assert line["inferred_limit"]["rule"]["multiplier"] == 5.0
    assert line["inferred_limit"]["cpu"]

    (place,) = (harness.home / "data").rglob("limits/*.json")
    place.write_text(place.read_text().replace(line["inferred_limit"]["cpu"], "Abacus"))
    assert "on Abacus; this machine has " in harness(*program).err

    given = harness(*program, "--time-limit", "7")
    (line,) = map(json.loads, given.out.splitlines())
    assert (line["time_limit_s"], line["inferred_limit"]) == (7.0, None)

    outcome = harness("selftest", "sum")
    assert outcome.code == 0
    assert "measuring" not in outcome.err
    assert "time limit 1 s inferred" in outcome.out
    assert "measuring it" in harness("selftest", "sum", "--again").err
    (kept,) = certificates(harness)
    assert kept["inferred"]["seconds"] == 1.0


def test_a_package_with_a_limit_is_not_measured(harness: Command) -> None:
    """What is published counts."""
    write_package(harness.home / "sum")
    outcome = harness("selftest", "sum", "--json")
    assert outcome.code == 0, outcome.err
    assert "measuring" not in outcome.err
    row = json.loads(outcome.out.splitlines()[0])
    assert (row["time_limit_s"], row["inferred_limit"]) == (1.0, None)
