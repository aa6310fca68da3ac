"""Our tasks inside lm-eval, as far as lm-eval is not needed to see it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import yaml

from harness.cli import main
from harness.errors import UsageError
from harness.history import history
from harness.lm_eval.folder import TEMPLATE, write_folder
from harness.lm_eval.judging import Judged, judge
from harness.lm_eval.settings import (
    Asked,
    alike,
    check_draws,
    model_name,
    read_asked,
    sampling,
    seed_of,
    seeded,
)
from harness.plugins import TASKS, load_task, names
from harness.store import RunFolder
from harness.types import AttemptEnd, AttemptStatus, Sampling, Verdict
from tests.fakes.plugins import install
from tests.fakes.scripted import problem


class Loader(yaml.SafeLoader):
    """Reads a task's file as theirs does, without importing what it names."""


Loader.add_constructor("!function", lambda loader, node: loader.construct_scalar(node))  # type: ignore[arg-type]


def test_there_is_a_file_for_every_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of other distributions too, and each names the class and the task."""
    install(tmp_path / "site", "someone-else", "theirs = someone_else:Task")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "cache"))
    assert main(["lm-eval-path"]) == 0
    folder = Path(capsys.readouterr().out.strip())
    found = {}
    for file in folder.glob("*.yaml"):
        told = yaml.load(file.read_text(), Loader)
        assert told["class"] == "harness.lm_eval.task.HarnessTask"
        assert told["task"] == f"harness_{told['harness_task']}"
        found[told["harness_task"]] = file
    assert set(found) == set(names(TASKS)) >= {"demo", "theirs", "ioi2025"}
    assert TEMPLATE.is_file()


def test_a_task_that_is_gone_has_no_file_any_more(tmp_path: Path) -> None:
    """What lists a folder lists what there is; files of others stay."""
    folder = write_folder(tmp_path, ["a", "b"])
    (folder / "own.yaml").write_text("task: own\n")
    assert write_folder(tmp_path, ["b"]) == folder
    assert sorted(file.name for file in folder.iterdir()) == ["harness_b.yaml", "own.yaml"]


def test_answers_are_as_long_as_ours_unless_told_otherwise() -> None:
    """Their defaults end an answer at 256 tokens, or at an empty line."""
    assert sampling()["max_gen_toks"] == Sampling().max_tokens
    assert sampling()["until"] == []


def test_no_two_samples_have_one_seed() -> None:
    """Every sample of a problem is another one, and a run with another seed is another run."""
    seeds = {seed_of(run, sample) for run in range(4) for sample in range(64)}
    assert len(seeds) == 4 * 64
    assert all(0 <= seed < 1 << 63 for seed in seeds)


def test_a_seed_of_its_own_is_what_a_server_gets() -> None:
    """Weights in the same process draw by themselves; whoever asks decides."""
    assert seeded(Asked(), True)
    assert seeded(Asked(), None)
    assert not seeded(Asked(), False)
    assert seeded(Asked(own_seeds=True), False)


@pytest.mark.parametrize(
    ("asked", "drawn", "server", "words"),
    [
        (Asked(num_samples=4), {"temperature": 0.0}, True, "without chance"),
        (Asked(num_samples=4), {"do_sample": False}, None, "without chance"),
        (Asked(num_samples=4, own_seeds=False), {}, True, "drawn with one seed"),
        (Asked(num_samples=4, own_seeds=False), {"seed": 3}, False, "drawn with one seed"),
    ],
)
def test_samples_that_would_be_one_text_are_refused_before_they_are_drawn(
    asked: Asked, drawn: dict[str, object], server: bool | None, words: str
) -> None:
    """Four repeats of one request are no four samples, and it is said why."""
    with pytest.raises(UsageError, match=words):
        check_draws(asked, drawn, server)
    check_draws(Asked(), drawn, server)


def test_samples_that_can_differ_are_not_refused() -> None:
    """Seeds of their own, or weights that draw by themselves."""
    check_draws(Asked(num_samples=4), {"temperature": 1.0, "seed": 3}, True)
    check_draws(Asked(num_samples=4, own_seeds=False), {"temperature": 1.0}, False)


def test_samples_that_were_one_text_are_noticed() -> None:
    """Whatever was asked for, what came back says what it was."""
    assert alike({"a": ["x", "x"], "b": ["y", "y"]})
    assert not alike({"a": ["x", "x"], "b": ["y", "z"]})
    assert not alike({"a": ["x"], "b": ["y"]})


@pytest.mark.parametrize("bad", [{"num_samples": 0}, {"num_samples": "4"}, {"own_seeds": "no"}])
def test_metadata_that_say_nothing_of_use_are_refused(bad: dict[str, object]) -> None:
    """A value of the wrong kind is a mistake; what is not ours is none."""
    with pytest.raises(UsageError, match="--metadata"):
        read_asked(bad)
    assert read_asked({"base_url": "http://x", "num_samples": 4}).num_samples == 4


def test_the_contestant_is_the_model() -> None:
    """Its arguments come with the metadata."""
    assert model_name({"model": "tiny"}) == "tiny"
    assert model_name({"pretrained": "org/tiny", "contestant": "mine"}) == "mine"
    assert model_name({}) == "lm-eval"


def rows(contestant: str) -> dict[str, str]:
    place = load_task("demo").recordings  # type: ignore[attr-defined]
    found: dict[str, str] = {}
    for row in map(json.loads, place.read_text().splitlines()):
        if row["contestant"] == contestant:
            found.setdefault(row["problem"], row["text"])
    return found


@pytest.mark.long
def test_what_lm_eval_generated_gets_the_points_of_harness_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same texts, handed over by lm-eval and replayed by us, are worth the same."""
    monkeypatch.setenv("HARNESS_OUTPUT_PATH", str(tmp_path / "kept"))
    monkeypatch.setenv("HARNESS_LIMIT", "1")  # of other commands, and no matter of this one
    task = load_task("demo")
    whole = task.contest(None)  # type: ignore[arg-type]
    full, partial = rows("full"), rows("partial")
    texts = {name: [full[name], partial[name]] for name in full}
    found, run = judge("demo", whole.problems, texts, "tiny", {"tool": "lm-eval"})
    monkeypatch.delenv("HARNESS_LIMIT")
    words = ["run", "--task", "demo", "--no-report", "-q", "-o", str(tmp_path / "ours")]
    assert main([*words, "--model-args", "contestants=full+partial"]) == 0
    (ours,) = (tmp_path / "ours").iterdir()
    ends = {past.start.id: past.end for past in history(RunFolder(ours)).values() if past.start}
    for name, judged in found.items():
        points = [end.points for end in judged.ends]
        replayed = [ends[f"{name}:full:0"], ends[f"{name}:partial:0"]]
        assert points == [end.points for end in replayed if end is not None]
        assert judged.metrics()["points"] == sum(p or 0.0 for p in points) / 2
    assert sum(judged.ends[0].points or 0.0 for judged in found.values()) == 250
    assert run.record.ended
    assert run.record.contestants[0].id == "tiny"


def end(status: AttemptStatus, points: float | None, verdict: Verdict | None = None) -> AttemptEnd:
    return AttemptEnd(attempt="a", status=status, points=points, max_points=10.0, verdict=verdict)


def test_a_void_sample_is_in_no_mean() -> None:
    """What our own side lost is counted, and costs no points."""
    done, void = end(AttemptStatus.DONE, 10.0), end(AttemptStatus.VOID, None)
    found = Judged(problem=problem("one"), ends=(done, void)).metrics()
    assert (found["points"], found["score"], found["solved"], found["void"]) == (
        10.0,
        1.0,
        1.0,
        1.0,
    )


def test_a_problem_of_void_samples_alone_has_no_points() -> None:
    """Neither it nor the sum is known, and nothing is a zero."""
    found = Judged(problem=problem("one"), ends=(end(AttemptStatus.VOID, None),)).metrics()
    assert math.isnan(found["points"])
    assert "score" not in found
    assert "solved" not in found


def test_an_answer_that_could_not_be_told_is_counted() -> None:
    """Unresolved is a number of its own, beside the points."""
    unsure = end(AttemptStatus.DONE, 0.0, Verdict.UR)
    assert Judged(problem=problem("one"), ends=(unsure,)).metrics()["unresolved"] == 1.0
