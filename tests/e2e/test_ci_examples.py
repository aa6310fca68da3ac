"""The examples for CI in the README: their shell steps, run as a CI would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fakes.right_and_wrong import run_of

README = Path(__file__).resolve().parents[2] / "README.md"
MARKS = {"PASS": "1" * 20, "REGRESSION": "0" * 20, "INCONCLUSIVE": "11", "UNJUDGED": "1" * 15 + "!"}
CODES = {"PASS": 0, "REGRESSION": 1, "INCONCLUSIVE": 2, "UNJUDGED": 3}


def example(title: str) -> dict[str, Any]:
    found = re.search(rf"^{title}.*?```yaml\n(.*?)^```", README.read_text(), re.S | re.M)
    assert found is not None
    held: dict[str, Any] = yaml.safe_load(found[1])
    return held


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout beside a base run, with the program on the path."""
    tmp_path = tmp_path_factory.mktemp("ci")
    names = [f"p{n}" for n in range(10)]
    run_of(tmp_path / "base", dict.fromkeys(names, "1" * 20), contestants=("base",))
    for ruling, word in MARKS.items():
        run_of(tmp_path / ruling / "run", dict.fromkeys(names, word), contestants=("new",))
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "harness"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m harness "$@"\n')
    command.chmod(0o755)
    return tmp_path


def shell(workspace: Path, ruling: str, script: str) -> tuple[int, str]:
    """Run a script as runners do, in a folder where the evaluation has left ``new``."""
    place = workspace / f"job-{ruling}"
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    (place / "new").symlink_to(workspace / ruling)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
        cwd=place,
        env=os.environ
        | {
            "PATH": f"{workspace / 'bin'}:{os.environ['PATH']}",
            "BASE": str(workspace / "base"),
            "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("ruling", CODES)
def test_github_fails_on_what_is_shown_and_warns_of_what_cannot_be_told(
    workspace: Path, ruling: str
) -> None:
    steps = example("GitHub Actions")["jobs"]["gate"]["steps"]
    (script,) = (step["run"] for step in steps if step.get("name") == "gate")
    code, out = shell(workspace, ruling, script)
    assert code == (0 if ruling == "INCONCLUSIVE" else CODES[ruling])
    assert ("::warning::" in out) == (ruling == "INCONCLUSIVE")
    summary = (workspace / f"job-{ruling}" / "summary.md").read_text()
    assert f"**{ruling}**" in summary


@pytest.mark.parametrize("ruling", CODES)
def test_gitlab_allows_what_cannot_be_told(workspace: Path, ruling: str) -> None:
    job = example("GitLab CI")["gate"]
    code, _ = shell(workspace, ruling, job["script"][-1])
    assert code == CODES[ruling]
    assert job["allow_failure"]["exit_codes"] == CODES["INCONCLUSIVE"]
    for name in (job["artifacts"]["paths"][0], job["artifacts"]["reports"]["junit"]):
        assert (workspace / f"job-{ruling}" / name).stat().st_size


def test_what_the_examples_evaluate_with_is_a_command() -> None:
    """Flags and task of the step that needs a GPU are those of the program."""
    from harness.cli.parser import parse

    steps = example("GitHub Actions")["jobs"]["gate"]["steps"]
    (script,) = (step["run"] for step in steps if step.get("name") == "evaluate")
    for line in (script, example("GitLab CI")["gate"]["script"][0]):
        args = parse(line.replace('"', "").split()[1:], {})
        assert (args.task, args.num_samples, args.output_path) == ("aime2025", 32, "new")
