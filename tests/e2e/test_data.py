"""``harness data``: what came in, how the store stands after it, and how it is carried."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.e2e.test_own_contest import JURY
from tests.fakes.command import Command
from tests.fakes.hub import COMMIT, fake_hub
from tests.fakes.kattis import LEGACY
from tests.fakes.kattis import write as write_kattis
from tests.fakes.livecodebench import SUM
from tests.fakes.livecodebench import write as write_livecodebench
from tests.fakes.papers import write_matharena
from tests.fakes.published import open_r1_problems, open_r1_tests, solution
from tests.tasks.test_ioi2025 import write_worldmap

NILE = (6, 13, 17, 11, 20, 15, 18)


def test_adding_tells_of_the_store_and_not_of_the_folder(harness: Command) -> None:
    """A folder without a problem that is ready already does not make it look missing."""
    whole = write_worldmap(harness.home / "whole")
    assert harness("data", "add", "ioi2025", whole).code == 0
    part = write_worldmap(harness.home / "part", code="festival")
    (part / "tests" / "1-01.in").unlink()
    outcome = harness("data", "add", "ioi2025", part)
    assert outcome.code == 0, outcome.err
    assert "worldmap: ready, 2 tests" in outcome.out
    assert "festival: not ready\n  missing: 1 test inputs, such as 1-01.in" in outcome.out
    assert "1 of 6 problems ready" in outcome.out


def test_a_pulled_contest_is_judged_here_and_where_no_hub_is_reached(harness: Command) -> None:
    """From the hub's tables to the same verdicts on two machines, by way of one file."""
    (harness.home / "right.cpp").write_text(solution("nile"))
    (harness.home / "wrong.cpp").write_text(solution("nile").replace("a + b", "a + b + a / 4"))
    with fake_hub(harness.home / "hub") as hub:
        hub.put("open-r1/ioi", "data/test-0.parquet", open_r1_problems(2024, "nile", NILE))
        tests = open_r1_tests(2024, "nile", len(NILE))
        hub.put("open-r1/ioi-test-cases", "2024/train-0.parquet", tests[:3])
        hub.put("open-r1/ioi-test-cases", "2024/train-1.parquet", tests[3:])
        outcome = harness("data", "pull", "ioi2024", env=hub.environment)
    assert outcome.code == 0, outcome.err
    assert f"open-r1/ioi at {COMMIT} (no commit is pinned" in outcome.out
    assert "nile: ready, 8 tests" in outcome.out
    assert "--model openai" in outcome.out, "no program of the jury came with it"
    here = judged(harness)
    assert here == [("AC", 100.0), ("PAC", 6.0 + 13 + 17)]
    outcome = harness("data", "export", "ioi2024", "--to", "ioi2024.zip")
    assert outcome.code == 0, outcome.err
    assert f"datasets/open-r1/ioi, at {COMMIT}, licence CC-BY-4.0" in outcome.out
    shutil.rmtree(harness.home / "data")
    outcome = harness("data", "import", "ioi2024.zip")
    assert outcome.code == 0, outcome.err
    assert "100 of 600 points can be judged" in outcome.out
    assert harness("data", "verify").code == 0
    assert judged(harness) == here


def judged(harness: Command) -> list[tuple[str, float]]:
    """Return verdicts and points of a right and of a wrong program."""
    outcome = harness("judge", "ioi2024/nile", "right.cpp", "wrong.cpp", "--json")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    return [(line["verdict"], line["points"]) for line in found]


def test_verifying_names_what_is_missing_or_changed(harness: Command) -> None:
    """Exit 1 until it is brought in again, or written down as it is."""
    write_matharena(harness.home / "in" / "aime_2025_I")
    harness("data", "add", "aime2025", "in")
    write_worldmap(harness.home / "worldmap")
    harness("data", "add", "ioi2025", "worldmap")
    outcome = harness("data", "verify")
    assert outcome.code == 0
    assert "2 of 2 packages are as they came in (17 files)" in outcome.out
    store = harness.home / "data" / "ioi2025" / "worldmap"
    (store / "tests" / "1-01.out").write_text("4\n")
    (store / "tests" / "2-01.in").unlink()
    (store / "note.txt").write_text("mine")
    outcome = harness("data", "verify")
    assert outcome.code == 1
    assert "ioi2025/worldmap: missing: tests/2-01.in" in outcome.out
    assert "ioi2025/worldmap: changed: tests/1-01.out" in outcome.out
    assert "added by hand (not checked, and in no pack): note.txt" in outcome.out
    assert "1 of 2 packages" in outcome.out
    assert harness("data", "verify", "aime2025").code == 0
    (told,) = json.loads(harness("data", "verify", "ioi2025", "--json").out)
    assert told["deviation"]["changed"] == ["tests/1-01.out"]
    outcome = harness("data", "export", "ioi2025", "--to", "x.zip")
    assert (outcome.code, (harness.home / "x.zip").exists()) == (64, False)
    assert harness("data", "add", "ioi2025", "worldmap").code == 0
    assert harness("data", "verify").code == 0


def test_a_store_of_an_older_version_is_written_down_when_asked(harness: Command) -> None:
    """Until then nobody can say whether it is as it was."""
    write_matharena(harness.home / "in" / "aime_2025_I")
    harness("data", "add", "aime2025", "in")
    shutil.rmtree(harness.home / "data" / ".inventory")
    outcome = harness("data", "verify")
    assert (outcome.code, "nobody wrote down what it is" in outcome.out) == (1, True)
    assert harness("data", "verify", "--record").code == 64
    assert harness("data", "verify", "aime2025", "--record").code == 0
    assert harness("data", "verify").code == 0
    assert "(record)" in harness("data", "list", "aime2025").out


def test_the_list_says_where_each_task_is_from_and_what_is_there(harness: Command) -> None:
    """Sources, licences, pinned commits and sizes, for people and for machines."""
    write_matharena(harness.home / "somewhere" / "aime_2025_I")
    harness("data", "add", "aime2025", "somewhere")
    outcome = harness("data", "list")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert any(line.startswith("aime2025: 1 package, ") for line in lines)
    assert "    from somewhere (add)" in lines
    assert "ioi2024: nothing in the data store" in lines
    assert (
        "  pull (matharena): MathArena/aime_2025, at c94da77eb22bbd6439e62a323bec18493a421302, "
        "CC-BY-NC-SA-4.0" in lines
    )
    assert any("open-r1/ioi, no commit pinned, CC-BY-4.0; no full commit" in line for line in lines)
    assert "  source: https://github.com/canadavid1/IOI-2025" in lines
    (told,) = json.loads(harness("data", "list", "aime2025", "--json").out)
    size = sum(place.stat().st_size for place in (harness.home / "data/aime2025").rglob("*.json"))
    assert [(each["name"], each["size"]) for each in told["packages"]] == [("I", size)]
    assert told["public"][0]["licence"] == "CC-BY-NC-SA-4.0"


def test_a_pack_of_a_task_that_is_not_installed_does_not_come_in(harness: Command) -> None:
    """The task is named; nothing is left in the store."""
    write_matharena(harness.home / "in" / "aime_2025_I")
    harness("data", "add", "aime2025", "in")
    for folder in (harness.home / "data", harness.home / "data" / ".inventory"):
        (folder / "aime2025").rename(folder / "aime1925")
    program = (
        "import sys; from pathlib import Path; from harness.data import DataStore;"
        "from harness.packs.writing import write_pack;"
        "write_pack(DataStore(Path(sys.argv[1])), 'aime1925', Path(sys.argv[2]))"
    )
    _python(program, harness.home / "data", harness.home / "x.zip")
    outcome = harness("data", "import", "x.zip", env={"HARNESS_DATA": str(harness.home / "new")})
    assert outcome.code == 64
    assert "aime1925" in outcome.err
    assert not (harness.home / "new").exists()


def _python(program: str, *words: Path) -> None:
    import subprocess
    import sys

    subprocess.run([sys.executable, "-c", program, *map(str, words)], check=True)


def test_windows_of_one_store_are_listed_and_carried_by_any_of_their_names(
    harness: Command,
) -> None:
    """Problems that came in by the name of one window are no others by that of the next."""
    write_livecodebench(harness.home / "in" / "test6.jsonl", SUM)
    assert harness("data", "add", "livecodebench_v6", harness.home / "in").code == 0
    listed = harness("data", "list", "livecodebench_v6")
    assert "livecodebench_v6: 1 package," in listed.out
    assert "in the data store, as livecodebench" in listed.out
    outcome = harness("data", "export", "livecodebench_v6", "--to", "lcb.zip")
    assert outcome.code == 0, outcome.err
    shutil.rmtree(harness.home / "data")
    outcome = harness("data", "import", "lcb.zip")
    assert outcome.code == 0, outcome.err
    assert "1 of 1 points" in harness("data", "status", "livecodebench_v6").out


def test_a_contest_of_ones_own_is_carried_as_the_folder_that_it_is(harness: Command) -> None:
    """Nothing of it is in the store, so that no command brings it in there."""
    write_kattis(harness.home / "spring" / "one", LEGACY, JURY)
    (harness.home / "spring" / "contest.toml").write_text('title = "Spring"\n')
    here = ("spring", "--include-path", "spring")
    outcome = harness("data", "export", *here, "--to", "spring.zip")
    assert outcome.code == 64
    assert f"read where it is, beside {harness.home / 'spring' / 'contest.toml'}" in outcome.err
    assert "--include-path" in outcome.err
    assert "data pull" not in outcome.err
    assert "spring: read where it is" in harness("data", "list", *here).out
    added = harness("data", "add", *here[:1], "spring", *here[1:])
    assert f"--task spring --include-path {harness.home / 'spring' / 'contest.toml'}" in added.out


def test_a_contest_that_cannot_be_read_hides_no_other_task_of_the_list(harness: Command) -> None:
    """The list ends with what is wrong, and with 1."""
    (harness.home / "spring").mkdir()
    (harness.home / "spring" / "contest.toml").write_text("title = ")
    outcome = harness("data", "list", "--include-path", ".")
    assert outcome.code == 1
    assert "demo: nothing in the data store" in outcome.out
    assert "livecodebench_v6: nothing" in outcome.out
    assert "not listed: [U004]" in outcome.err
    assert str(harness.home / "spring" / "contest.toml") in outcome.err
