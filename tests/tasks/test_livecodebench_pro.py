"""LiveCodeBench Pro from statements and packages to points by difficulty."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.task import DataProblem
from harness.types import CodeBody, Contest, Source, Verdict
from sandbox.judge import CodeJudge
from tasks.livecodebench_pro.task import LiveCodeBenchPro, LiveCodeBenchPro25Q1
from tests.fakes.polygon import CHECK, FILES, LATE, RIGHT, SLOW
from tests.fakes.scripted import AnswersOnly

CONFIG = """\
type: default
time_limit: 500ms
memory_limit: 64m
checker: chk.cc
input_prefix: ''
output_prefix: ''
input_suffix: .in
output_suffix: .ans
subtasks:
  - score: 100
    n_cases: 2
"""


def package(folder: Path, config: str = CONFIG) -> Path:
    (folder / "testdata").mkdir(parents=True)
    (folder / "config.yaml").write_text(config)
    (folder / "chk.cc").write_text(CHECK)
    for name, text in (("1.in", "1 2\n"), ("1.ans", "3\n"), ("2.in", "5 6\n"), ("2.ans", "11\n")):
        (folder / "testdata" / name).write_text(text)
    return folder


def statements(place: Path, *names: str, difficulty: str = "easy") -> None:
    rows = [
        {
            "problem_id": name,
            "problem_title": f"Title of {name}",
            "difficulty": difficulty,
            "platform": "codeforces",
            "problem_statement": f"Statement of {name}.",
        }
        for name in names
    ]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder with a zip, a package, and a problem without one, of two quarters."""
    folder = tmp_path / "in"
    statements(folder / "quater_2025_1_3.jsonl", "2053A", "2053B", difficulty="hard")
    statements(folder / "quater_2025_4_6-00000-of-00001.jsonl", "2101A")
    (folder / "testlib.h").write_text(FILES["files/testlib.h"] or "")
    zipped = package(tmp_path / "zipped")
    shutil.make_archive(str(folder / "2053A"), "zip", zipped)
    package(folder / "2101A")
    return folder


def add(source: Path, data: Path) -> dict[str, DataProblem]:
    told = LiveCodeBenchPro().add_data(DataStore(data), source, AnswersOnly())  # type: ignore[arg-type]
    return {one.problem: one for one in told}


def contest(data: Path, task: LiveCodeBenchPro | None = None) -> Contest:
    return (task or LiveCodeBenchPro()).contest(DataStore(data))


def test_packages_come_in_with_their_statements(source: Path, tmp_path: Path) -> None:
    """By difficulty, with the package's own limits; what has no tests is left out by name."""
    told = add(source, tmp_path / "data")
    assert {name: (one.ready, one.tests) for name, one in told.items()} == {
        "2053A": (True, 2),
        "2053B": (False, 0),
        "2101A": (True, 2),
    }
    of = contest(tmp_path / "data")
    assert [(p.id, p.subset) for p in of.problems] == [("2101A", "easy"), ("2053A", "hard")]
    (left,) = of.left_out
    assert (left.id, "config.yaml: is no file" in left.reason) == ("2053B", True)
    body = of.problems[0].body
    assert isinstance(body, CodeBody)
    assert (body.time_limit_s, body.memory_limit_bytes) == (0.5, 64 << 20)
    quarter = contest(tmp_path / "data", LiveCodeBenchPro25Q1())
    assert [p.id for p in quarter.problems] == ["2053A"]
    assert quarter.notes[0].endswith("it is known to have 166")


@pytest.mark.long
def test_programs_are_judged_by_the_packages_checker(
    source: Path, tmp_path: Path, cache: Path
) -> None:
    """One point for all tests; the checker alone says what is right."""
    add(source, tmp_path / "data")
    task = LiveCodeBenchPro()
    problem = contest(tmp_path / "data").problems[0]
    asked = task.prompt(problem, "cpp17").messages[0].content
    assert asked.endswith("Statement of 2101A.\n")
    found = task.extract(problem, f"So:\n```cpp\n{RIGHT}```\n")
    assert found is not None
    assert found.language == "cpp17"
    with CodeJudge(cache=cache, sandbox="embedded") as judge:
        grades = {
            code: judge.judge(problem, Source.of(code), "cpp17", submission="s", attempt="a")
            for code in (RIGHT, LATE, SLOW)
        }
    assert [(g.verdict, g.points) for g in grades.values()] == [
        (Verdict.AC, 1.0),
        (Verdict.WA, 0.0),
        (Verdict.TLE, 0.0),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("type: default", "type: interactive", "the type interactive is not judged"),
        ("n_cases: 2", "n_cases: 3", "3.in is missing"),
        ("n_cases: 2", "n_cases: 2\n    time_limit: 1s", "limits of subtasks of their own"),
        ("n_cases: 2", "cases: [{input: ../../x.in, output: 1.ans}]", "leaves the package"),
        ("    n_cases: 2", "", "neither n_cases nor cases"),
        ("checker: chk.cc", "checker: other.cc", "other.cc is missing: it is the checker"),
        ("time_limit: 500ms", "time_limit: soon", "the time limit is 'soon'"),
        ("subtasks:", "subtask:", "`subtasks`"),
        ("type: default", "type: [", "config.yaml: while parsing"),
    ],
)
def test_what_is_not_judged_is_left_out_by_name(
    source: Path, tmp_path: Path, old: str, new: str, reason: str
) -> None:
    """With the file and what is wrong; the other problems come in."""
    shutil.rmtree(source / "2101A")
    package(source / "2101A", CONFIG.replace(old, new))
    told = add(source, tmp_path / "data")
    assert reason in told["2101A"].missing[0]
    assert told["2053A"].ready


def test_bare_numbers_are_nanoseconds_and_bytes(source: Path, tmp_path: Path) -> None:
    """As in LightCPVerifier; and answers may be named .out."""
    shutil.rmtree(source / "2101A")
    text = CONFIG.replace("500ms", "2000000000").replace("64m", "1000000")
    text = text.replace("n_cases: 2", "cases: [{input: 1.in, output: 1.out}]")
    package(source / "2101A", text)
    add(source, tmp_path / "data")
    body = contest(tmp_path / "data").problems[0].body
    assert isinstance(body, CodeBody)
    assert (body.time_limit_s, body.memory_limit_bytes, len(body.tests)) == (2.0, 1_000_000, 1)


def test_a_checker_without_testlib_is_left_out(source: Path, tmp_path: Path) -> None:
    """Packages do not hold it, so it comes from the folder that is brought in."""
    (source / "testlib.h").unlink()
    told = add(source, tmp_path / "data")
    assert "testlib.h is missing" in told["2101A"].missing[0]


def test_damaged_statements_are_named(source: Path, tmp_path: Path) -> None:
    """With the line and the column, and nothing comes in."""
    place = source / "quater_2025_1_3.jsonl"
    place.write_text(place.read_text().replace('"difficulty": "hard"', '"level": "hard"'))
    with pytest.raises(TaskDataError, match=r"line 1: .*`difficulty`"):
        add(source, tmp_path / "data")
    assert not contest(tmp_path / "data").problems
    with pytest.raises(TaskDataError, match="holds no statements"):
        add(tmp_path / "in" / "2101A", tmp_path / "data")
