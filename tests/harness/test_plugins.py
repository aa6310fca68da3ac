"""Plugins come in through entry points; a bad one says which package to mend."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import PluginError, UsageError
from harness.plugins import STRATEGIES, TASKS, load_strategy, load_task, names, near, origin
from harness.strategies.single import Single
from tests.fakes.plugins import install


def test_names_are_listed_without_importing() -> None:
    """Listing tasks loads none of them."""
    code = (
        "import sys; from harness.plugins import TASKS, names; names(TASKS); "
        "print([m for m in sys.modules if m.startswith('tasks')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_what_is_asked_for_is_loaded() -> None:
    """A task by name is an object of its class, a strategy one of its struct."""
    assert load_task("demo").id == "demo"
    assert load_strategy("single") == Single()
    assert "demo" in names(TASKS)
    assert {"recorded", "single"} <= set(names(STRATEGIES))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_a_plugin_of_another_package_is_loaded(site: Path) -> None:
    """A task of another distribution comes in through the same door as ours."""
    install(site, "mine-a", "mine-task = mine_a:Mine", "class Mine:\n    id = 'mine-task'\n")
    assert load_task("mine-task").id == "mine-task"


def test_a_strategy_of_another_package_is_known_by_its_version(site: Path) -> None:
    """Its code is part of what a number is a number of; our own has the program's version."""
    install(site, "mine-s", "own-way = mine_s:solve", "async def solve(session): ...\n", STRATEGIES)
    assert origin("own-way") == "mine-s 1.0"
    assert origin("single") == ""


def test_a_broken_plugin_names_its_package(site: Path) -> None:
    """A plugin that cannot be imported is an error with package, object and cause."""
    install(site, "mine-b", "broken-task = mine_b:Mine", "import nothing_of_this_name\n")
    with pytest.raises(PluginError, match=r"mine_b:Mine of mine-b failed with ModuleNotFound"):
        load_task("broken-task")


BROKEN = {
    "class Mine:\n    def __init__(self): 1 / 0\n": r"failed with ZeroDivisionError: division",
    "import sys; sys.exit(3)\n": r"failed with SystemExit: 3",
    "Mine = 5\n": r"is no task, but of type int, without an id",
}


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_plugin_that_is_no_task_names_its_package(site: Path, number: int) -> None:
    """One that fails when it is made, ends the program, or is something else."""
    text, said = list(BROKEN.items())[number]
    module = f"mine-n{number}"
    install(site, module, f"no-task = mine_n{number}:Mine", text)
    with pytest.raises(PluginError, match=rf"mine_n{number}:Mine of {module} {said}"):
        load_task("no-task")


def test_a_name_offered_twice_is_not_guessed(site: Path) -> None:
    """Two packages with one name are an error that names both."""
    install(site, "mine-c", "demo = mine_c:Mine", "class Mine: pass\n")
    with pytest.raises(PluginError, match="mine-c and olympiad-harness"):
        load_task("demo")


@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({"order": "shortest"}, "order is one of longest, random"),
        ({"candidates": "many"}, "candidates is a whole number"),
        ({"samples": "perhaps"}, "samples is true or false"),
        ({"candidates": "0"}, "see harness/README.md for what each may be"),
    ],
)
def test_a_setting_that_cannot_be_says_what_can(settings: dict[str, str], hint: str) -> None:
    """The next step names the values there are; a rule of the strategy's own stands before it."""
    with pytest.raises(UsageError) as caught:
        load_strategy("filter-longest", settings)
    assert caught.value.hint == hint


def test_near_misses_are_offered() -> None:
    """A misspelt name brings the one that was meant; a strange one brings the list."""
    assert near("ioi2052", ["demo", "ioi2025"]) == "did you mean ioi2025?"
    assert near("zzz", ["demo", "ioi2025"]) == "there is demo, ioi2025"
    assert near("zzz", []) == "there is none"
