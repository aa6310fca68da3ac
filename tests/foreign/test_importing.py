"""From another program's file to a judged run, by the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main
from harness.history import history
from harness.store import RunFolder
from harness.types import AttemptStatus
from tests.foreign import examples
from tests.foreign.examples import EXAMPLES

RIGHT, WRONG = "It is $\\boxed{788}$.", "It is $\\boxed{7}$."


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(examples, "TEXTS", (RIGHT, WRONG))
    return tmp_path


def rows_of(place: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in place.read_text().splitlines()]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_file_of_each_format_is_judged(
    example: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each becomes a recording, a replay judges it, and its provenance stands in every row."""
    name, write = EXAMPLES[example]
    file = write(tmp_path, "multiples")
    asked = ["--contestant", "somebody"] if example == "nemo-skills" else []
    assert main(["import", name, str(file), "--task", "demo", *asked]) == 0
    rows = rows_of(tmp_path / "recording.jsonl")
    assert [row["sample"] for row in rows] == [0, 1]
    assert all(row["source"]["sha256"] and row["source"]["place"] for row in rows)
    words = ["run", "--task", "demo", "--model", "replay", "--no-report", "-q"]
    assert main([*words, "--model-args", "file=recording.jsonl"]) == 0
    (run,) = (tmp_path / "runs").iterdir()
    ends = [past.end for past in history(RunFolder(run)).values()]
    points = {end.attempt.rpartition(":")[2]: end.points for end in ends if end is not None}
    status = [end.status for end in ends if end is not None]
    assert points["0"] == 50.0
    # A sample that failed there was never generated, and is no zero.
    assert points["1"] == (None if example.startswith("inspect") else 0.0)
    assert status.count(AttemptStatus.EMPTY) == (1 if example.startswith("inspect") else 0)


def test_rows_of_no_problem_are_told_by_name_and_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are not in the recording, and nobody can overlook them."""
    said = [("multiples", 1), ("their-17", 2), ("their-18", 1)]
    rows = [{"id": n, "model": "m", "text": str(i)} for n, count in said for i in range(count)]
    file = examples.lines(tmp_path / "said.jsonl", rows)
    assert main(["import", "jsonl", str(file), "--task", "demo", "-o", "r.jsonl"]) == 1
    out = capsys.readouterr().out
    assert "1 of 4 generations are in r.jsonl: 1 by name" in out
    assert "- their-17 (2): neither its name nor its statement is known" in out
    assert f"(first: {file}: line 2)" in out
    assert "- their-18 (1)" in out
    assert "none of: calm, luggage" in out
    assert len(rows_of(tmp_path / "r.jsonl")) == 1


def test_a_machine_reads_what_became_of_every_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sum of what was written and what was not is what the file holds."""
    rows = [{"id": name, "model": "m", "text": "x"} for name in ("multiples", "calm", "x", "x")]
    file = examples.lines(tmp_path / "said.jsonl", rows)
    main(["import", "jsonl", str(file), "--task", "demo", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == told["written"] + sum(each["rows"] for each in told["unmatched"]) == 4
    assert told["problems"] == {"calm": 1, "luggage": 0, "multiples": 1}
    assert told["unmatched"][0]["name"] == "x"


def test_a_map_brings_their_names_to_our_problems(tmp_path: Path) -> None:
    """With it nothing is unmatched, and the map is what the match rests on."""
    file = examples.lines(tmp_path / "said.jsonl", [{"id": "17", "model": "m", "text": RIGHT}])
    (tmp_path / "map.csv").write_text("17,multiples\n")
    words = ["import", "jsonl", str(file), "--task", "demo", "--map", "map.csv"]
    assert main(words) == 0
    assert rows_of(tmp_path / "recording.jsonl")[0]["problem"] == "multiples"


def test_files_of_nothing_of_the_task_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The wrong task is a mistake, and the first row says whose file it is."""
    file = examples.lm_eval(tmp_path, "gsm8k-1")
    assert main(["import", "lm-eval", str(file), "--task", "demo"]) == 64
    assert "none of 2 generations is of a problem of the task" in capsys.readouterr().err
    assert not (tmp_path / "recording.jsonl").exists()
    assert not list(tmp_path.glob(".recording*"))


def test_a_file_that_names_no_model_asks_for_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A contestant is never made up."""
    file = examples.nemo_skills(tmp_path, "multiples")
    assert main(["import", "nemo-skills", str(file), "--task", "demo"]) == 64
    assert "say --contestant NAME" in capsys.readouterr().err


def test_two_models_are_not_made_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each keeps its name, unless one name is given for both: then it is refused."""
    rows = [{"id": "multiples", "model": name, "text": RIGHT} for name in ("a", "b")]
    file = examples.lines(tmp_path / "said.jsonl", rows)
    words = ["import", "jsonl", str(file), "--task", "demo"]
    assert main([*words, "--contestant", "both"]) == 64
    assert "has a generation of b, after those of a" in capsys.readouterr().err
    assert main(words) == 0
    assert [row["contestant"] for row in rows_of(tmp_path / "recording.jsonl")] == ["a", "b"]


def test_a_recording_is_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there may be what a run is bound to."""
    (tmp_path / "recording.jsonl").write_text("mine")
    file = examples.json_lines(tmp_path, "multiples")
    assert main(["import", "jsonl", str(file), "--task", "demo"]) == 64
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "recording.jsonl").read_text() == "mine"


def test_samples_that_are_one_sample_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Repeats with one seed are no more evidence than one of them."""
    rows = [{"id": "multiples", "model": "m", "text": [RIGHT] * 4}]
    file = examples.lines(tmp_path / "said.jsonl", rows)
    assert main(["import", "jsonl", str(file), "--task", "demo"]) == 0
    assert "all samples of multiples are the same text" in capsys.readouterr().out


def test_a_source_is_judged_in_the_language_that_is_named(tmp_path: Path) -> None:
    """Bare sources of LiveCodeBench are Python unless something else is said."""
    for place, more, key in (("a", [], "python3"), ("b", ["--language", "cpp"], "cpp")):
        (tmp_path / place).mkdir()
        file = tmp_path / place / "outputs.json"
        file.write_text(json.dumps([{"question_id": "calm", "code_list": [place]}]))
        words = ["import", "livecodebench", str(file), "--task", "demo", "--contestant", "m"]
        assert main([*words, *more, "-o", f"{place}.jsonl"]) == 0
        assert rows_of(tmp_path / f"{place}.jsonl")[0]["language"] == key


def test_half_of_a_surrogate_pair_comes_through(tmp_path: Path) -> None:
    """What a model wrote is not mended on its way."""
    file = tmp_path / "said.jsonl"
    file.write_text('{"id": "multiples", "model": "m", "text": "\\ud83d 788"}\n')
    assert main(["import", "jsonl", str(file), "--task", "demo"]) == 0
    assert rows_of(tmp_path / "recording.jsonl")[0]["text"] == "\ud83d 788"
