"""Other judges of the format agree with ours on every program of small packages.

Not run unless asked for (``pytest -m oracle``); how to install them is in ``tests/README.md``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.types import Verdict
from sandbox.judge import CodeJudge
from tasks.packages.any import read_any_package
from tasks.packages.jury import read_jury
from tests.fakes.kinds import KINDS, SCORED, as_current
from tests.fakes.problem_package import write

pytestmark = pytest.mark.oracle

JUDGED = re.compile(r"^ *(?:ERROR )?(\w+/[\w.]+) \(.*?\) (?:OK:|got) (\w+)(?: \((\d+)\))?")
"""A program in what ``verifyproblem`` prints: its name, verdict and score."""
RUN = re.compile(r"^(\w+/[\w.]+): +!?([A-Z]+) ")
"""A program in what ``bt run`` prints."""


@pytest.fixture(scope="module")
def judge(cache: Path) -> Iterator[CodeJudge]:
    with CodeJudge(cache=cache, sandbox="embedded") as made:
        yield made


def tool(name: str) -> str:
    """Return another judge's command, from ``HARNESS_ORACLES`` or the path."""
    folders = os.pathsep.join(
        (os.environ.get("HARNESS_ORACLES", ""), os.environ.get("PATH", os.defpath))
    )
    found = shutil.which(name, path=folders)
    if found is None:
        pytest.skip(f"{name} is not installed; tests/README.md says how")
    return found


def said(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    return done.stdout + done.stderr


def ours(judge: CodeJudge, folder: Path) -> dict[str, tuple[str, float]]:
    """Return verdict and points of every program of a package; part of the points is AC."""
    problem = read_any_package(folder).problem
    found = {}
    for program in read_jury(problem):
        source = program.handed.source
        assert source is not None
        grade = judge.judge(problem, source, "cpp", submission=program.name, attempt="")
        verdict = Verdict.AC if grade.verdict is Verdict.PAC else grade.verdict
        found[program.name] = (verdict.value, grade.points)
    return found


@pytest.mark.parametrize("name", KINDS)
def test_problemtools_agrees(judge: CodeJudge, tmp_path: Path, name: str) -> None:
    """Kattis's own tool: every verdict, and every score of a scoring problem."""
    verify = tool("verifyproblem")
    # What has passes is in no legacy edition; a draft is all that it reads of the newer one.
    files = as_current(KINDS[name], "2023-07-draft") if name == "passes" else KINDS[name]
    package = write(tmp_path / name, files)
    shown = said([verify, "-p", "submissions", "-l", "info", str(package)], tmp_path)
    theirs = {
        found[1]: (found[2], float(found[3] or 0))
        for found in map(JUDGED.match, shown.splitlines())
        if found
    }
    mine = ours(judge, package)
    if name not in SCORED:
        mine = {program: (verdict, 0.0) for program, (verdict, _) in mine.items()}
    assert theirs == mine, shown


@pytest.mark.parametrize("name", [name for name in KINDS if name not in SCORED])
def test_bapctools_agrees(judge: CodeJudge, tmp_path: Path, name: str) -> None:
    """The tool of the BAPC, which reads the 2025-09 edition and no scoring problems."""
    bt = tool("bt")
    package = write(tmp_path / name, as_current(KINDS[name]))
    shown = said([bt, "run", "--no-generate", "--no-test-case-sanity-checks", "-B"], package)
    theirs = {found[1]: found[2] for found in map(RUN.match, shown.splitlines()) if found}
    assert theirs == {program: verdict for program, (verdict, _) in ours(judge, package).items()}, (
        shown
    )
