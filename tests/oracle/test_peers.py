"""Other judges of the format agree with ours on every program of small packages.

Both verdicts are also those that the program's folder promises: two judges could be wrong alike.

Not run unless asked for (``pytest -m oracle``); how to install them is in ``tests/README.md``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
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

LABELS = {
    "accepted": "AC",
    "partially_accepted": "AC",
    "wrong_answer": "WA",
    "time_limit_exceeded": "TLE",
    "run_time_error": "RTE",
}
"""The verdict that a folder of ``submissions/`` promises; part of the points is AC."""
FULL_POINTS = 100.0
"""Of a scoring problem of these packages."""


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


def promised(files: Mapping[str, str]) -> dict[str, str]:
    """Return what the folders of the package's programs promise; a folder is one program."""
    programs = (name.split("/")[1:3] for name in files if name.startswith("submissions/"))
    return {f"{label}/{program}": LABELS[label] for label, program in programs}


def verdicts(judged: Mapping[str, tuple[str, float]]) -> dict[str, str]:
    return {program: verdict for program, (verdict, _) in judged.items()}


def points_promised(label: str, points: float) -> bool:
    """Whether points are what a folder of a scoring problem promises."""
    if label == "accepted":
        return points == FULL_POINTS
    return (0 < points < FULL_POINTS) if label == "partially_accepted" else points == 0


@pytest.mark.parametrize("name", KINDS)
def test_problemtools_agrees(judge: CodeJudge, tmp_path: Path, name: str) -> None:
    """Kattis's own tool: every verdict and score, and they are those of the folders."""
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
    assert verdicts(theirs) == promised(files), shown
    assert verdicts(mine) == promised(files)
    if name in SCORED:
        assert theirs == mine, shown
        assert all(points_promised(p.partition("/")[0], mine[p][1]) for p in mine), mine


@pytest.mark.parametrize("name", [name for name in KINDS if name not in SCORED])
def test_bapctools_agrees(judge: CodeJudge, tmp_path: Path, name: str) -> None:
    """The tool of the BAPC, which reads 2025-09 and no scoring: every verdict is the folder's."""
    bt = tool("bt")
    files = as_current(KINDS[name])
    package = write(tmp_path / name, files)
    shown = said([bt, "run", "--no-generate", "--no-test-case-sanity-checks", "-B"], package)
    theirs = {found[1]: found[2] for found in map(RUN.match, shown.splitlines()) if found}
    assert theirs == promised(files), shown
    assert verdicts(ours(judge, package)) == promised(files)
