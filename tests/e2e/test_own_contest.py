"""A contest of one's own, from a folder of packages to a leaderboard, as its tutorial says."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from harness.store import RunFolder
from harness.types import AttemptEnd
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command
from tests.fakes.kattis import LEGACY, RIGHT, WRONG, write

TUTORIAL = Path(__file__).resolve().parents[2] / "tasks" / "own" / "README.md"

JURY = {
    "submissions/accepted/sum.py": None,
    "submissions/accepted/sum.c": RIGHT,
    "submissions/wrong_answer/over.c": WRONG,
}


@pytest.fixture
def spring(harness: Command) -> Path:
    """Return the file of a contest of two packages."""
    for name in ("one", "two"):
        write(harness.home / "in" / "spring" / name, LEGACY, JURY)
    place = harness.home / "in" / "spring" / "contest.toml"
    place.write_text('title = "Spring"\ndate = "2026-03-21"\nduration = "5 hours"\n')
    return place


def test_the_tutorial_s_commands_do_what_it_says(harness: Command) -> None:
    """Every command of the page, in its order, in an empty folder."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", TUTORIAL.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) == 4
    script = "\n".join(["set -e", f'harness() {{ {shlex.join(harness.argv())} "$@"; }}', *blocks])
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=harness.home,
        env=harness.environment | {"OPENAI_API_KEY": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "spring: 0 errors, 0 warnings, 1 note" in done.stdout
    assert "judge certificate: passed 2 of 2 programs" in done.stdout
    assert "You are a contestant of Spring contest." in done.stdout
    (run,) = (harness.home / "runs").iterdir()
    ends = [record for record in RunFolder(run).replay() if isinstance(record, AttemptEnd)]
    assert [(end.points, end.submissions) for end in ends] == [(1, 1)]
    table = (harness.home / "runs").glob("*/report/index.html")
    assert "Spring contest" in next(table).read_text()


def test_a_contest_is_listed_checked_tested_run_and_judged_again(
    harness: Command, spring: Path
) -> None:
    """Each command takes the same flag; what goes on with a run needs it no more."""
    include = ("--include_path", spring.parent.parent)
    assert "spring" in json.loads(harness("tasks", *include, "--json").out)["tasks"]
    checked = harness("tasks", *include, "--check", "spring", "--json")
    assert checked.code == 0, checked.err
    assert json.loads(checked.out)["errors"] == 0
    tested = harness("selftest", *include, "spring")
    assert tested.code == 0, tested.err
    ran = harness("run", *include, "--task", "spring", "-m", "oracle", "--json")
    assert ran.code == 0, ran.err
    (run,) = (harness.home / "runs").iterdir()
    assert RunFolder(run).record.contest_file == str(spring)
    assert [each.holds for each in RunFolder(run).record.self_tests or ()] == [True, True]
    again = harness("rejudge", run, "-q")
    assert again.code == 0, again.err
    assert harness("run", "--resume", run, "-q").code == 0
    status = harness("data", "status", "spring", *include, "--json")
    assert json.loads(status.out)["judged_points"] == 2


def test_the_environment_names_the_folders_too(harness: Command, spring: Path) -> None:
    """HARNESS_INCLUDE_PATH is the flag, with colons between folders; the flag wins."""
    env = {"HARNESS_INCLUDE_PATH": f"{spring.parent.parent}{os.pathsep}{harness.home}"}
    assert "spring" in harness("tasks", env=env).out
    assert "spring" in harness("run", "-t", "sprnig", "-m", "oracle", env=env).err
    (harness.home / "none").mkdir()
    assert "spring" not in harness("tasks", "--include-path", "none", env=env).out


def test_a_checker_that_does_not_compile_is_found_by_a_check(
    harness: Command, spring: Path
) -> None:
    """Before anything is generated, with the place and the compiler's words; exit code 1."""
    package = spring.parent / "two"
    write(
        package,
        {
            "problem.yaml": "name: Two\nvalidation: custom\n",
            "output_validators/check/check.cpp": "int main() { return wrong; }\n",
            "problem_statement/problem.en.tex": None,
        },
    )
    checked = harness("tasks", "--include-path", spring.parent, "--check", "spring", "--json")
    assert checked.code == 1
    said = json.loads(checked.out)
    assert said["errors"] == 1
    (error,) = (each for each in said["findings"] if each["level"] == "error")
    assert error["place"] == str(package)
    assert "does not compile" in error["text"]
    assert error["next"]
    (warning,) = (each for each in said["findings"] if each["level"] == "warning")
    assert "no statement" in warning["text"]
    assert "statement.md" in warning["next"]
    text = harness("tasks", "--include-path", spring.parent, "--check", "spring")
    assert (text.code, "spring: 1 error, 1 warning, 1 note" in text.out) == (1, True)


def test_a_check_of_a_damaged_package_names_its_file(harness: Command, spring: Path) -> None:
    """What cannot be read is a finding with the file, and so is a medal nobody can reach."""
    (spring.parent / "one" / "problem.yaml").write_text("name: [")
    checked = harness("tasks", "--include-path", spring.parent, "--check", "spring")
    assert checked.code == 1
    assert str(spring.parent / "one" / "problem.yaml") in checked.out
    is_one_clear_error(
        harness("tasks", "--include-path", spring.parent, "--check", "springs"),
        64,
        ("[U003]", "did you mean spring?"),
    )


def test_medal_lines_beyond_all_points_are_an_error_of_a_check(
    harness: Command, spring: Path
) -> None:
    """A gold that takes more points than there are is a mistake in the contest's file."""
    spring.write_text('title = "Spring"\nrules = "points"\nmedals = {gold = 300}\n')
    checked = harness("tasks", "--include-path", spring.parent, "--check", "spring")
    assert checked.code == 1
    assert "gold takes 300 points, and there are 2" in checked.out


def test_every_task_of_the_program_passes_its_own_check(harness: Command) -> None:
    """The demo has no finding; a contest whose data is not here says how to bring it in."""
    demo = harness("tasks", "--check", "demo")
    assert (demo.code, "demo: 0 errors" in demo.out) == (0, True), demo.out
    ioi = harness("tasks", "--check", "ioi2025")
    assert ioi.code == 1
    assert "harness data add ioi2025 DIR" in ioi.out


ENTRIES = """[harness.tasks]
tiny = tiny_olympiad:Tiny
broken = tiny_olympiad.broken:Task
[harness.backends]
parrot = tiny_olympiad:open_parrot
[harness.strategies]
twice = tiny_olympiad:Twice
"""

MODULE = """
import msgspec
from harness.types import Contestant, FinishReason
from harness.backend import Reply
from tasks.demo.task import Demo

class Tiny(Demo):
    id = "tiny"
    def contest(self, data):
        return msgspec.structs.replace(super().contest(data), id="tiny").sealed()

class Parrot:
    name = "parrot"
    facts = ()
    contestants = (Contestant(id="parrot", title="Parrot", kind="model"),)
    def samples(self, contestant, problem):
        return None
    def turns(self, contestant, problem, sample):
        return None
    async def generate(self, request):
        return Reply(text="The answer is \\\\boxed{3}.", finish_reason=FinishReason.STOP)
    async def close(self):
        pass

def open_parrot(context):
    return Parrot()

class Twice(msgspec.Struct, frozen=True):
    times: int = 2
    async def __call__(self, session):
        for _ in range(self.times):
            answer = await session.ask()
            await session.submit(answer)
"""


def test_an_installed_package_brings_a_task_a_backend_and_a_strategy(
    harness: Command, tmp_path: Path
) -> None:
    """A real package, installed with pip, is used by its names, and its version is on record."""
    info = "tiny_olympiad-2.5.dist-info"
    head = "Metadata-Version: 2.1\nName: tiny-olympiad\nVersion: 2.5\n"
    wheel = tmp_path / "tiny_olympiad-2.5-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_olympiad/__init__.py", MODULE)
        archive.writestr("tiny_olympiad/broken.py", "import no_such_module\n")
        archive.writestr(f"{info}/METADATA", head)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/entry_points.txt", ENTRIES)
        archive.writestr(f"{info}/RECORD", "")
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", site, wheel], check=True, capture_output=True)
    env = {"PYTHONPATH": str(site)}
    listed = json.loads(harness("tasks", "--json", env=env).out)
    assert "tiny" in listed["tasks"]
    assert "parrot" in listed["backends"]
    assert "twice" in listed["strategies"]
    ran = harness("run", "-t", "tiny", "-m", "parrot", "--strategy", "twice", "--json", env=env)
    assert ran.code == 0, ran.err
    (run,) = (harness.home / "runs").iterdir()
    assert RunFolder(run).record.spec.strategy_code == "tiny-olympiad 2.5"
    broken = harness("run", "-t", "broken", "-m", "oracle", env=env)
    said = ("'broken'", "tiny_olympiad.broken:Task of tiny-olympiad", "No module named")
    is_one_clear_error(broken, 64, ("[U003]", *said))
