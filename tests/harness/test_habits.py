"""Help with examples, completion in a real shell, and colour that says nothing by itself."""

from __future__ import annotations

import io
import json
import os
import pty
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

from harness.cli.argument_parser import EXAMPLES
from harness.cli.colours import Colour, painted, shows_colour
from harness.cli.parser import COMMANDS, build, parse
from tests.architecture.test_docs import subparsers
from tests.fakes.command import Command

SHOWN: dict[str, list[list[str]]] = tomllib.loads(EXAMPLES.read_text())


@pytest.fixture
def harness(tmp_path: Path, cache: Path) -> Command:
    return Command(tmp_path, cache)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_ends_with_examples(command: str) -> None:
    """A user sees what to type, and what it is for."""
    text = subparsers(build({}))[command].format_help()
    assert "\nexamples:\n" in text
    for example, purpose in SHOWN[command]:
        assert f"  {example}\n      {purpose}\n" in text


@pytest.mark.parametrize(
    "words",
    [
        shlex.split(example.partition(" > ")[0])[1:]
        for shown in SHOWN.values()
        for example, _ in shown
        if example.startswith("harness ")
    ],
    ids=" ".join,
)
def test_examples_are_commands_that_can_be_given(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each flag of an example is one that the command has."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.toml").write_text("")
    assert parse(words, {}).command == words[0]


BASH = """
source <(harness completion bash)
COMP_WORDS=({words}) COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
function=$(complete -p harness | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
$function harness "${{COMP_WORDS[COMP_CWORD]}}" ""
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("harness r", {"run", "report", "rejudge", "rubric"}),
        ("harness run --max", {"--max-tokens", "--max-connections", "--max-sandboxes"}),
        ("harness run --phase ''", {"both", "generate", "judge"}),
        ("harness run --model o", {"openai", "oracle"}),
        ("harness run --task io", {"ioi2024", "ioi2025"}),
        ("harness data s", {"status"}),
        ("harness data status im", {"imo2025", "imo_answerbench"}),
        ("harness completion f", {"fish"}),
    ],
)
def test_bash_completes_commands_flags_and_names(
    harness: Command, words: str, offered: set[str]
) -> None:
    """A real bash, with the script that the program prints."""
    place = harness.home / "bin" / "harness"
    place.parent.mkdir()
    place.write_text(f'#!/bin/sh\nexec {shlex.join(harness.argv())} "$@"\n')
    place.chmod(0o755)
    path = f"{place.parent}{os.pathsep}{harness.environment['PATH']}"
    done = subprocess.run(
        ["bash", "--norc", "-c", BASH.format(words=words)],
        env=harness.environment | {"PATH": path},
        cwd=harness.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert offered <= set(done.stdout.split()), done.stderr


@pytest.mark.long
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_with_every_command(harness: Command, shell: str) -> None:
    """What is printed names all commands."""
    outcome = harness("completion", shell)
    assert outcome.code == 0, outcome.err
    assert all(command in outcome.out for command in COMMANDS)


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_that_want_it() -> None:
    """Not in a file, not where NO_COLOR is set, not on a terminal without any."""
    assert shows_colour(Terminal(), {"TERM": "xterm"})
    assert not shows_colour(Terminal(), {"NO_COLOR": "1"})
    assert not shows_colour(Terminal(), {"TERM": "dumb"})
    assert not shows_colour(io.StringIO(), {})
    assert not shows_colour(None, {})
    assert painted("works", Colour.GOOD, io.StringIO()) == "works"


@pytest.mark.parametrize(("variables", "red"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_an_error_is_red_on_a_terminal_and_readable_without(
    harness: Command, variables: dict[str, str], red: bool
) -> None:
    """The words are the same; only the colour of one of them comes and goes."""
    ours, theirs = pty.openpty()
    environment = harness.environment | {"TERM": "xterm"} | variables
    subprocess.run(harness.argv("runn"), stderr=theirs, env=environment, check=False)
    os.close(theirs)
    said = os.read(ours, 4096).decode()
    os.close(ours)
    assert ("\x1b[31merror\x1b[0m" in said) == red
    assert "harness: error [U001]" in said.replace("\x1b[31m", "").replace("\x1b[0m", "")


@pytest.mark.long
def test_what_a_machine_reads_is_json(harness: Command) -> None:
    """Without a terminal's colours, and one object each."""
    for words in (
        ("tasks", "--json"),
        ("tasks", "--check", "demo", "--json"),
        ("doctor", "--json"),
        ("data", "status", "ioi2025", "--json"),
        ("protocols", "--json"),
        ("run", "-t", "demo", "--dry-run", "--json"),
    ):
        outcome = harness(*words)
        assert json.loads(outcome.out), (words, outcome.err)
        assert "\x1b" not in outcome.out


@pytest.mark.long
def test_what_commands_over_runs_write_is_told_as_json(harness: Command) -> None:
    """A script needs no parsing of sentences to go on with a file that was written."""
    ran = harness("run", "-t", "demo", "--limit", "1", "-q", "--no-report", "--json")
    run = harness.home / json.loads(ran.out)["runs"][0]
    exported = json.loads(harness("export", run, "-o", "tables", "--json").out)
    assert exported["runs"] == [run.name]
    assert all(Path(name).is_file() for name in exported["files"])
    assert {Path(name).stem for name in exported["files"]} >= {"attempts", "tests"}
    packed = json.loads(harness("pack", run, "-o", "one.zip", "--json").out)
    assert Path(packed["file"]).is_file()
    assert (packed["runs"], packed["missing"]) == ([run.name], 0)
