"""Every command, flag, rule, strategy, task and error code is documented, and nothing else is."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from harness import errors
from harness.cli.parser import COMMANDS, build
from harness.plugins import BACKENDS, STRATEGIES, TASKS, load_strategy, names
from harness.rules import RULES
from harness.types import Submission
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run

ROOT = Path(__file__).resolve().parents[2]
CORE = (ROOT / "harness" / "README.md").read_text()
README = (ROOT / "README.md").read_text()


def error_classes() -> list[type[errors.HarnessError]]:
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, errors.HarnessError)
    ]


def test_error_codes_are_headings_and_headings_are_error_codes() -> None:
    """The list of codes in the documentation is the list of codes in the program."""
    documented = re.findall(r"^### ([A-Z]\d{3})$", CORE, re.MULTILINE)
    assert sorted(documented) == sorted(error.code for error in error_classes())
    assert len(set(documented)) == len(documented)


def test_the_drawn_tree_of_errors_is_the_real_one() -> None:
    """Every error class stands in the drawing at the top of errors.py."""
    drawing = errors.__doc__ or ""
    for error in error_classes():
        assert error.__name__ in drawing


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def test_every_command_is_documented() -> None:
    """The commands of the program are those of the documentation."""
    assert set(subparsers(build({}))) == set(COMMANDS)
    for command in COMMANDS:
        assert f"`harness {command}" in CORE


@pytest.mark.parametrize("command", COMMANDS)
def test_every_flag_is_documented(command: str) -> None:
    """Each flag, and each other spelling of it, is in the tables."""
    parser = subparsers(build({}))[command]
    for owner in (parser, *subparsers(parser).values()):
        for action in owner._actions:
            for flag in action.option_strings:
                assert flag in ("-h", "--help") or f"`{flag}`" in CORE, flag


@pytest.mark.parametrize("name", [*names(TASKS), *names(BACKENDS), *names(STRATEGIES), *RULES])
def test_every_plugin_and_rule_is_documented(name: str) -> None:
    """What can be named on the command line or in a contest is described somewhere a user looks."""
    pages = (ROOT / "harness" / "backends" / "README.md", ROOT / "tasks" / "README.md")
    tables = CORE + "".join(page.read_text() for page in pages)
    assert f"`{name}`" in tables


@pytest.mark.parametrize("name", names(STRATEGIES))
def test_every_setting_of_a_strategy_is_documented(name: str) -> None:
    """What can be given with --strategy-args has a row or a word where strategies are told of."""
    (section,) = re.findall(r"^## Strategies$(.*?)^## ", CORE, re.MULTILINE | re.DOTALL)
    strategy = type(load_strategy(name))
    fields = msgspec.structs.fields(strategy) if issubclass(strategy, msgspec.Struct) else ()
    for field in fields:
        assert f"`{field.name}`" in section, f"{name}: {field.name}"


def test_the_exit_codes_are_documented() -> None:
    """Every exit code an error can lead to has a row."""
    for error in error_classes():
        assert f"| {error.exit_code} |" in CORE


def test_links_lead_somewhere() -> None:
    """Links and pictures in the documentation exist."""
    for page in (
        ROOT / "README.md",
        *sorted(ROOT.glob("*/README.md")),
        *ROOT.glob("*/*/README.md"),
    ):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_nothing_speaks_of_the_machine_it_was_written_on() -> None:
    """No tracked text names a place that only exists where it was written."""
    places = [
        path
        for top in ("harness", "tasks", "sandbox", "reports")
        for path in (ROOT / top).rglob("*")
        if path.suffix in {".py", ".md", ".toml", ".c", ".h", ".html", ".css", ".js"}
    ]
    for path in [*places, ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "Makefile"]:
        assert not re.search(r"/work/|/root/|/home/\w", path.read_text()), path


def test_the_strategy_that_the_documentation_shows_can_be_played(tmp_path: Path) -> None:
    """Whoever copies it has a strategy: it asks as often as it is set to, and hands in."""
    (source,) = re.findall(r"^```python\n(.*?)^```$", CORE, re.MULTILINE | re.DOTALL)
    made: dict[str, Any] = {}
    exec(source, made)  # our own documentation
    strategy = made["Twice"](times=3)
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "run", backend, contest(problem("one"), rules="ioi")) as writer:
        run_all(writer, backend, strategy=strategy)
        handed_in = [record for record in writer.replay() if isinstance(record, Submission)]
    assert (len(backend.asked), len(handed_in)) == (strategy.ceiling(1).generations, 3)
