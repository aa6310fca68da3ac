"""What lm-eval's own tools read of a run: its fields, its hashes, its way to a standard error."""

from __future__ import annotations

import hashlib
import json
from math import sqrt
from pathlib import Path
from statistics import stdev
from typing import Any

import pytest

from harness.board import rows
from harness.errors import UsageError
from harness.export import lm_eval_files
from harness.packing import pack_runs
from harness.store import RunFolder, open_runs
from tests.fakes.scripted import ScriptedBackend, run_all, says, start_run
from tests.reports.examples import hostile_run, ordinary_run

SAMPLE = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
    *("doc_hash", "prompt_hash", "target_hash"),
}
"""Keys of ``SampleResult`` of lm-eval 0.4.13 (``lm_eval/result_schema.py``)."""

RESULTS = {
    *("results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better"),
    *("n-samples", "config", "git_hash", "date", "pretty_env_info", "transformers_version"),
    *("lm_eval_version", "upper_git_hash", "task_hashes", "model_source", "model_name"),
    *("model_name_sanitized", "system_instruction", "system_instruction_sha"),
    *("fewshot_as_multiturn", "chat_template", "chat_template_sha", "start_time", "end_time"),
    "total_evaluation_time_seconds",
}
"""Keys of ``EvalResults`` and of ``GeneralConfigTracker``, without those of a tokenizer."""


def read(place: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    (results,) = place.glob("results_*.json")
    (samples,) = place.glob("samples_*.jsonl")
    lines = samples.read_text().splitlines()
    return json.loads(results.read_text()), [json.loads(line) for line in lines]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """Return a run of four attempts at two problems: half right at one, all at the other."""
    backend = ScriptedBackend(
        lambda r: says("7" if r.problem == "two" or r.sample < 2 else "8"), ("org/model:1",)
    )
    with start_run(tmp_path / "run", backend, attempts=4) as writer:
        run_all(writer, backend)
    return RunFolder(tmp_path / "run")


def test_fields_are_those_of_lm_eval(run: RunFolder, tmp_path: Path) -> None:
    """Nothing is missing that lm-eval writes, and nothing is there that it does not."""
    lm_eval_files([run], tmp_path / "out")
    results, samples = read(tmp_path / "out" / "org__model__1")
    assert set(results) == RESULTS
    for sample in samples:
        assert set(sample) == SAMPLE | set(sample["metrics"])
        assert list(sample["arguments"]) == ["gen_args_0"]
        assert set(sample["arguments"]["gen_args_0"]) == {"arg_0", "arg_1"}
    metrics = results["results"]["scripted"]
    assert set(metrics) == {
        *("name", "alias", "sample_len", "score,none", "score_stderr,none"),
        *("solved,none", "solved_stderr,none"),
    }
    assert results["n-samples"] == {"scripted": {"original": 2, "effective": 2}}
    assert results["model_name_sanitized"] == "org__model__1"


def test_numbers_are_those_of_the_scoreboard(run: RunFolder, tmp_path: Path) -> None:
    """The score is the mean share of points over problems, its error that of a mean."""
    lm_eval_files([run], tmp_path / "out")
    results, samples = read(tmp_path / "out" / "org__model__1")
    assert [(s["score"], s["solved"]) for s in samples] == [(0.5, 0.5), (1.0, 1.0)]
    metrics = results["results"]["scripted"]
    assert metrics["score,none"] == 0.75
    assert metrics["score_stderr,none"] == pytest.approx(stdev([0.5, 1.0]) / sqrt(2))
    mean = rows(run)[0].mean_total
    assert mean == metrics["score,none"] * 20
    assert samples[0]["resps"] == [["7", "7", "8", "8"]]
    assert samples[0]["filtered_resps"] == [["7", "7", "8", "8"]]
    assert samples[0]["target"] == "7"


def test_hashes_are_over_what_lm_eval_hashes(run: RunFolder, tmp_path: Path) -> None:
    """Document, prompt and target as they stand in the line; the task over all of them."""
    lm_eval_files([run], tmp_path / "out")
    results, samples = read(tmp_path / "out" / "org__model__1")
    for sample in samples:
        assert sample["doc_hash"] == sha(json.dumps(sample["doc"], indent=2, ensure_ascii=False))
        assert sample["prompt_hash"] == sha(sample["arguments"]["gen_args_0"]["arg_0"])
        assert sample["target_hash"] == sha(sample["target"])
    parts = [s["doc_hash"] + s["prompt_hash"] + s["target_hash"] for s in samples]
    assert results["task_hashes"] == {"scripted": sha("".join(parts))}


def test_file_names_are_told_apart_by_lm_evals_rule(run: RunFolder, tmp_path: Path) -> None:
    """The time stands behind the last low line, as lm-eval reads a file's task and time."""
    for place in lm_eval_files([run], tmp_path / "out"):
        start, _, moment = place.name.rpartition("_")
        assert moment.split(".")[0] == "2025-01-01T00-00-00"
        assert start in ("results", "samples_scripted")


def test_attempts_that_do_not_count_are_in_no_number(tmp_path: Path) -> None:
    """Void attempts are left out, a problem without any that counts is no sample."""
    run = ordinary_run(tmp_path / "run")
    lm_eval_files([run], tmp_path / "out")
    results, samples = read(tmp_path / "out" / "broken")
    assert [sample["doc"]["id"] for sample in samples] == ["rivers"]
    (counts,) = results["n-samples"].values()
    assert counts == {"original": 2, "effective": 1}
    (metrics,) = results["results"].values()
    assert (metrics["sample_len"], metrics["score_stderr,none"]) == (1, "N/A")
    results, samples = read(tmp_path / "out" / "absent")
    assert samples == []
    (metrics,) = results["results"].values()
    assert metrics["score,none"] == "N/A"
    _, samples = read(tmp_path / "out" / "weak")
    assert len(samples[0]["resps"][0]) == 2, "one of three was void"


def test_the_same_run_gives_the_same_files_packed_or_not(run: RunFolder, tmp_path: Path) -> None:
    """No clock is in a name or a file, and a pack is as good as a folder."""
    lm_eval_files([run], tmp_path / "one")
    pack_runs([run], tmp_path / "run.zip")
    lm_eval_files(open_runs(tmp_path / "run.zip"), tmp_path / "two")
    names = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*.json*"))
    assert len(names) == 2
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_two_runs_of_one_second_are_not_one_file(run: RunFolder, tmp_path: Path) -> None:
    """What would be written over is refused by name."""
    with pytest.raises(UsageError, match="written twice"):
        lm_eval_files([run, run], tmp_path / "out")


@pytest.mark.parametrize("payload", ["../../evil", "..", "a/b\\c:d", "\x00\x1b"])
def test_a_contestants_name_leads_nowhere(tmp_path: Path, payload: str) -> None:
    """Whatever a model is called, its files are in a folder inside the one that was named."""
    run = hostile_run(tmp_path / "run", payload)
    for place in lm_eval_files([run], tmp_path / "out"):
        assert place.resolve().parent.parent == (tmp_path / "out").resolve()
        assert place.is_file()
