"""What goes wrong outside the program is one clear error: what, where, and the next step."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from harness.store import RunFolder
from harness.types import AttemptEnd
from tests.e2e.test_demo import DEMO
from tests.fakes.command import Command, Outcome
from tests.fakes.packages import write_package
from tests.fakes.plugins import install
from tests.tasks.test_ioi2025 import write_worldmap


class Mistake(msgspec.Struct, frozen=True):
    """A command that cannot work, and what must be said of it."""

    words: tuple[str, ...]
    code: int
    said: tuple[str, ...]
    prepare: Callable[[Path], object] = lambda home: None


def broken_line(home: Path) -> None:
    lines = DEMO.read_text().splitlines()
    lines[4] = lines[4][:-20]
    (home / "said.jsonl").write_text("\n".join(lines))


def broken_package(home: Path) -> None:
    write_package(home / "sum")
    (home / "sum" / "subtasks" / "01-small.json").write_text("{")


def no_answers(home: Path) -> None:
    write_package(home / "sum")
    (home / "sum" / "tests" / "2-01.out").unlink()


def a_source(home: Path) -> None:
    write_package(home / "sum")
    (home / "a.cpp").write_text("int x;")
    (home / "a.zig").write_text("x")


def mute_worldmap(home: Path) -> None:
    folder = write_worldmap(home / "data" / "ioi2025" / "worldmap")
    (folder / "statement.md").unlink()


MISTAKES: dict[str, Mistake] = {
    "nothing": Mistake((), 64, ("no command given", "the commands are run")),
    "no task": Mistake(("run",), 64, ("no task given", "harness tasks")),
    "unknown task": Mistake(
        ("run", "--task", "ioi2O25"), 64, ("[U003]", "no task named 'ioi2O25'", "mean ioi2025")
    ),
    "unknown second task": Mistake(
        ("run", "--task", "demo,demoo"), 64, ("[U003]", "no task named 'demoo'", "mean demo")
    ),
    "second task without data": Mistake(
        ("run", "--task", "demo,ioi2025", "--model", "oracle"),
        64,
        ("no problem of ioi2025 can be judged here",),
    ),
    "unknown flag": Mistake(
        ("run", "--task", "demo", "--tempreature", "1"), 64, ("--tempreature", "--temperature")
    ),
    "flag without value": Mistake(("run", "--task"), 64, ("--task", "expected one argument")),
    "wrong number": Mistake(("run", "--task", "demo", "--top-p", "7"), 64, ("--top-p", "7")),
    "unknown backend": Mistake(
        ("run", "--task", "demo", "--model", "opnai"), 64, ("no backend named 'opnai'", "openai")
    ),
    "no model": Mistake(("run", "--task", "ioi2025"), 64, ("no model given", "--model")),
    "unknown strategy": Mistake(
        ("run", "--task", "demo", "--strategy", "singel"), 64, ("strategy", "single")
    ),
    "no file": Mistake(
        ("run", "--task", "demo", "-m", "replay", "-a", "file=absent.jsonl"),
        64,
        ("[U006]", "absent.jsonl cannot be read"),
    ),
    "home of nobody": Mistake(
        ("run", "--task", "demo", "-m", "replay", "-a", "file=~nosuchuser/x.jsonl"),
        64,
        ("[U001]", "--model-args: file=~nosuchuser/x.jsonl: there is no such user"),
    ),
    "broken line": Mistake(
        ("run", "--task", "demo", "-m", "replay", "-a", "file=said.jsonl"),
        64,
        ("[U006]", "said.jsonl, line 5: column", "mend or remove the line"),
        broken_line,
    ),
    "no data": Mistake(
        ("run", "--task", "ioi2025", "--model", "oracle"),
        64,
        ("no problem of ioi2025 can be judged here", "harness data add ioi2025 DIR"),
    ),
    "no source folder": Mistake(
        ("data", "add", "ioi2025", "absent"), 64, ("absent does not exist",)
    ),
    "no package there": Mistake(
        ("data", "add", "ioi2025", "."), 64, ("holds no package of ioi2025", "worldmap")
    ),
    "no package": Mistake(
        ("judge", "absent", "a.cpp"), 64, ("absent is neither a package folder nor",)
    ),
    "broken package": Mistake(
        ("judge", "sum", "a.cpp"), 64, ("[U004]", "01-small.json"), broken_package
    ),
    "package without answers": Mistake(
        ("judge", "sum", "a.cpp"), 64, ("2-01.out is missing", "harness data add"), no_answers
    ),
    "no submission": Mistake(("judge", "sum", "b.cpp"), 64, ("b.cpp cannot be read",), a_source),
    "not the contest's language": Mistake(
        ("run", "--task", "demo", "--model", "oracle", "--language", "python3"),
        64,
        ("[U001]", "demo does not allow 'python3'", "--language cpp"),
    ),
    "no language": Mistake(
        ("judge", "sum", "a.zig"), 64, ("[U005]", ".zig", "--language"), a_source
    ),
    "no run": Mistake(("report", ".", "-o", "site"), 64, ("is not a run folder",)),
    "no run to resume": Mistake(("run", "--resume", "absent"), 64, ("is not a run folder",)),
    "no statement": Mistake(
        ("run", "--task", "ioi2025", "-m", "openai", "-a", "model=m,base_url=http://localhost:9"),
        64,
        ("worldmap: no statement to ask a model with", "next: write statement.md for worldmap"),
        mute_worldmap,
    ),
    "runs where nothing can be": Mistake(
        ("run", "--task", "demo", "-o", "/proc/x"),
        3,
        ("[S000]", "/proc/x", "next: nothing was generated yet; choose a place"),
    ),
    "runs under a file": Mistake(
        ("run", "--task", "demo", "-o", "file/runs"),
        3,
        ("[S000]", "file/runs"),
        lambda home: (home / "file").write_text(""),
    ),
}


def is_one_clear_error(outcome: Outcome, code: int, said: tuple[str, ...]) -> None:
    assert outcome.code == code, outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.err.count("harness: error [") == 1, outcome.err
    assert "next: " in outcome.err
    for words in said:
        assert words in outcome.err


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_one_clear_error(what: str, harness: Command) -> None:
    """Every mistake names the thing, the place and the next step, without a traceback."""
    mistake = MISTAKES[what]
    mistake.prepare(harness.home)
    outcome = harness(*mistake.words)
    is_one_clear_error(outcome, mistake.code, mistake.said)
    assert not outcome.out
    assert not (harness.home / "runs").exists(), "a run was begun all the same"


def test_hyphen_and_underscore_are_the_same(harness: Command) -> None:
    """A flag may be written with hyphens or underscores."""
    outcome = harness("run", "--task", "demo", "--model_args", "file=a", "--max_tokens", "x")
    assert "--max-tokens" in outcome.err


def test_a_flag_can_come_from_the_environment(harness: Command) -> None:
    """A flag of ``run`` may be set in the environment; a wrong value is named as such."""
    outcome = harness("run", "--task", "demo", env={"HARNESS_TOP_P": "7"})
    is_one_clear_error(outcome, 64, ("7",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"HARNESS_UNSAFE=1\n", "gives up isolation (unsafe)"),
        (b"HARNESS_MODEL_ARGS=python=theirs\n", "gives up isolation (model_args)"),
        (b"HARNESS_MODEL=\xff\n", "cannot be read"),
    ],
)
def test_a_wrong_dotenv_is_one_clear_error(harness: Command, text: bytes, said: str) -> None:
    """Of every command, and in words: the message itself must not need the file."""
    (harness.home / ".env").write_bytes(text)
    for words in (("tasks",), ("run", "--task", "demo"), ("--version",)):
        is_one_clear_error(harness(*words), 64, (f"{harness.home / '.env'} {said}",))


def test_a_terminal_without_unicode_is_no_mistake(harness: Command) -> None:
    """What a terminal cannot show is spelt out, and the run ends well."""
    args = ("-m", "replay", "-a", f"file={DEMO},contestants=silent", "--no-report")
    outcome = harness("run", "--task", "demo", *args, env={"PYTHONIOENCODING": "ascii"})
    assert outcome.code == 0, outcome.err
    assert "| silent | \\u2014 |" in outcome.out


def test_a_missing_compiler_is_named(harness: Command, tmp_path: Path) -> None:
    """Without a compiler nothing is judged, and the package to install is named."""
    empty = tmp_path / "bin"
    empty.mkdir()
    outcome = harness(
        "run",
        "--task",
        "demo",
        env={"PATH": str(empty), "HARNESS_CACHE": str(tmp_path / "fresh")},
    )
    is_one_clear_error(outcome, 3, ("[I002]", "compiler", "apt-get install g++"))


def in_a_namespace(harness: Command, line: str) -> Outcome:
    """Run a line of shell where mounting is allowed and seen by nobody else."""
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", line],
        cwd=harness.home,
        env=harness.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.mark.long
def test_a_full_disk_loses_nothing(harness: Command) -> None:
    """When the disk is full the run stops with one error; what was logged continues elsewhere."""
    program = f"{sys.executable} -m harness run --no-progress --no-report"
    (harness.home / "runs").mkdir()
    outcome = in_a_namespace(
        harness,
        f"mount -t tmpfs -o size=200k none runs && {program} --task demo; "
        "code=$?; cp -r runs saved; exit $code",
    )
    is_one_clear_error(outcome, 3, ("[S000]", "No space left on device"))
    saved = next((harness.home / "saved").iterdir())
    before = [r for r in RunFolder(saved).replay() if isinstance(r, AttemptEnd)]
    assert before
    assert in_a_namespace(harness, f"{program} --resume {saved}").code == 0
    after = [r for r in RunFolder(saved).replay() if isinstance(r, AttemptEnd)]
    assert after[: len(before)] == before
    assert len({end.attempt for end in after}) == 21


def test_a_run_on_changed_data_is_not_continued(harness: Command) -> None:
    """A run is refused when the judge it was started with is not the one here."""
    args = ("-m", "replay", "-a", f"file={DEMO},contestants=silent", "--no-report")
    assert harness("run", "--task", "demo", *args).code == 0
    folder = next((harness.home / "runs").iterdir())
    manifest = json.loads((folder / "run.json").read_text())
    manifest["contest"]["problems"][0]["hash"] = "another"
    (folder / "run.json").write_text(json.dumps(manifest))
    outcome = harness("run", "--resume", folder)
    is_one_clear_error(outcome, 64, ("[U002]", "calm", "start a new run"))


def test_a_damaged_log_is_named_by_its_line(harness: Command) -> None:
    """A record that cannot be read stops the report, with file and line."""
    args = ("-m", "replay", "-a", f"file={DEMO},contestants=silent", "--no-report")
    assert harness("run", "--task", "demo", *args).code == 0
    log = next((harness.home / "runs").iterdir()) / "log.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join([lines[0], "garbage\n", *lines[1:]]))
    outcome = harness("report", log.parent, "-o", "site")
    is_one_clear_error(outcome, 3, ("[S001]", "log.jsonl, line 2"))
    assert not (harness.home / "site").exists()


def test_what_nobody_foresaw_is_one_clear_error(harness: Command) -> None:
    """A fault of a plugin is one line that asks for a report; its traceback is shown on demand."""
    install(
        harness.home / "site",
        "careless",
        "careless = careless:Careless",
        "from tasks.demo.task import Demo\n"
        "class Careless(Demo):\n"
        "    def contest(self, data):\n"
        "        {}['tests']\n",
    )
    path = {"PYTHONPATH": str(harness.home / "site")}
    outcome = harness("run", "--task", "careless", env=path)
    is_one_clear_error(outcome, 3, ("[H000] KeyError: 'tests' (careless.py, line 4)", "report it"))
    debugged = harness("run", "--task", "careless", env=path | {"HARNESS_DEBUG": "1"})
    assert debugged.code == 3
    assert "Traceback" in debugged.err
    assert "harness: error [H000] KeyError: 'tests'" in debugged.err


def test_a_folder_that_shadows_ours_is_named(harness: Command) -> None:
    """A package called tasks in the current folder is found out, not imported in our place."""
    (harness.home / "tasks").mkdir()
    (harness.home / "tasks" / "__init__.py").write_text("")
    outcome = harness("tasks")
    is_one_clear_error(outcome, 64, ("[U000]", "'tasks'", "another folder"))
    shutil.rmtree(harness.home / "tasks")
