"""Runs as lm-eval 0.4.13 would have written them: ``results_*.json`` and ``samples_*.jsonl``.

A contest is a task, a problem a document, and the attempts at it are its repeats. Two metrics:
``score`` is the mean share of a problem's points, ``solved`` how often it has all of them. Attempts
that do not count are in no metric, and a problem without any that counts is no sample. Fields are
those of ``lm_eval.result_schema`` and of ``EvaluationTracker``; of our own is nothing but values.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from harness import __version__
from harness.errors import CorruptLog, UsageError
from harness.history import AttemptLog, history
from harness.store import RunFolder
from harness.types import (
    AnswerBody,
    AttemptStatus,
    Contestant,
    Problem,
    RunRecord,
    RunSpec,
    TextRef,
)

METRICS = ("score", "solved")
FILTER = "none"

Json = dict[str, Any]


def lm_eval_files(runs: Sequence[RunFolder], folder: Path) -> list[Path]:
    """Write the files of every contestant into a folder of its name, and return their paths.

    Raises :class:`~harness.errors.UsageError` for two runs that would be one file.
    """
    written: list[Path] = []
    for run in runs:
        attempts: dict[tuple[str, str], list[AttemptLog]] = {}
        for past in history(run).values():
            if past.start is not None:
                attempts.setdefault((past.start.contestant, past.start.problem), []).append(past)
        for contestant in run.record.contestants:
            written += _contestant(run, contestant, attempts, folder, written)
    return written


def _contestant(
    run: RunFolder,
    contestant: Contestant,
    attempts: Mapping[tuple[str, str], list[AttemptLog]],
    folder: Path,
    taken: Sequence[Path],
) -> list[Path]:
    record = run.record
    task = re.sub(r"\W", "_", record.contest.id)
    date = record.started.rstrip("Z").replace(":", "-")
    home = folder / _file_name(contestant.id)
    samples_file = home / f"samples_{task}_{date}.jsonl"
    results_file = home / f"results_{date}.json"
    if results_file in taken:
        raise UsageError(
            f"{results_file.name} of {contestant.id} would be written twice",
            hint="export runs that began in the same second one by one",
        )
    home.mkdir(parents=True, exist_ok=True)
    means: dict[str, list[float]] = {metric: [] for metric in METRICS}
    hashes: list[str] = []
    with samples_file.open("w", encoding="utf-8", errors="replace") as file:
        for number, problem in enumerate(record.contest.problems):
            pasts = sorted(
                attempts.get((contestant.id, problem.id), ()),
                key=lambda past: past.start.sample if past.start else 0,
            )
            sample = _sample(run, number, problem, pasts)
            if sample is None:
                continue
            hashes.append(sample["doc_hash"] + sample["prompt_hash"] + sample["target_hash"])
            for metric in METRICS:
                means[metric].append(sample[metric])
            file.write(json.dumps(sample, ensure_ascii=False) + "\n")
    results = _results(record, contestant, task, means, hashes)
    text = json.dumps(results, indent=2, ensure_ascii=False)
    results_file.write_text(text, encoding="utf-8", errors="replace")
    return [results_file, samples_file]


# --- samples --------------------------------------------------------------------------------------


def _sample(
    run: RunFolder, number: int, problem: Problem, pasts: Sequence[AttemptLog]
) -> Json | None:
    """Return the line of one problem, or None where no attempt at it counts."""
    counting = [past for past in pasts if past.end and past.end.status is AttemptStatus.DONE]
    if not counting:
        return None
    doc = {
        "id": problem.id,
        "title": problem.title,
        "statement": problem.statement,
        "max_points": problem.max_points,
        "hash": problem.hash,
    }
    body = problem.body
    target = body.expected if isinstance(body, AnswerBody) else ""
    prompt = _prompt(run, counting[0])
    shares = [_share(past, problem) for past in counting]
    drawn = run.record.spec.sampling
    return {
        "doc_id": number,
        "doc": doc,
        "target": target,
        "arguments": {
            "gen_args_0": {
                "arg_0": prompt,
                "arg_1": {
                    "until": [],
                    "max_gen_toks": drawn.max_tokens,
                    "temperature": drawn.temperature,
                    "top_p": drawn.top_p,
                    "do_sample": drawn.temperature > 0,
                },
            }
        },
        "resps": [[_said(run, past) for past in counting]],
        "filtered_resps": [[_handed_in(run, past) for past in counting]],
        "filter": FILTER,
        "metrics": list(METRICS),
        "doc_hash": _hash(json.dumps(doc, indent=2, ensure_ascii=False)),
        "prompt_hash": _hash(prompt),
        "target_hash": _hash(target),
        "score": fmean(shares),
        "solved": fmean(share >= 1 for share in shares),
    }


def _share(past: AttemptLog, problem: Problem) -> float:
    points = past.end.points if past.end else 0.0
    return (points or 0.0) / problem.max_points if problem.max_points else 0.0


def _prompt(run: RunFolder, past: AttemptLog) -> str:
    """Return the first question as JSON messages; empty where nothing was asked or it is gone."""
    first = min(past.prompts.values(), key=lambda prompt: prompt.ordinal, default=None)
    return "" if first is None else _text(run, first.text)


def _said(run: RunFolder, past: AttemptLog) -> str:
    """Return the last text that the model wrote in an attempt."""
    last = max(past.generations.values(), key=lambda made: made.ordinal, default=None)
    return "" if last is None else _text(run, last.text)


def _handed_in(run: RunFolder, past: AttemptLog) -> str:
    """Return what was handed in last."""
    return _text(run, past.submissions[-1].content) if past.submissions else ""


def _text(run: RunFolder, ref: TextRef) -> str:
    try:
        return run.text(ref)
    except CorruptLog:  # such as of a pack without prompts
        return ""


# --- results --------------------------------------------------------------------------------------


def _results(
    record: RunRecord,
    contestant: Contestant,
    task: str,
    means: Mapping[str, Sequence[float]],
    hashes: Sequence[str],
) -> Json:
    spec, contest = record.spec, record.contest
    number = len(means["score"])
    seconds = _seconds(record)
    return {
        "results": {
            task: {
                "name": task,
                "alias": task,
                "sample_len": number,
                **dict(_metrics(means)),
            }
        },
        "group_subtasks": {},
        "configs": {task: _task_config(record, task)},
        "versions": {task: spec.task_version},
        "n-shot": {task: 0},
        "higher_is_better": {task: dict.fromkeys(METRICS, True)},
        "n-samples": {task: {"original": len(contest.problems), "effective": number}},
        "config": _config(spec),
        "git_hash": record.harness_commit or None,
        "date": _moment(record.started),
        "pretty_env_info": ", ".join(f"{name} {value}" for name, value in record.machine),
        "transformers_version": "N/A",
        "lm_eval_version": f"N/A (written by olympiad-harness {__version__})",
        "upper_git_hash": None,
        "task_hashes": {task: _hash("".join(hashes))} if hashes else {},
        "model_source": spec.backend,
        "model_name": contestant.id,
        "model_name_sanitized": _file_name(contestant.id),
        "system_instruction": spec.system or None,
        "system_instruction_sha": _hash(spec.system) if spec.system else None,
        "fewshot_as_multiturn": None,
        "chat_template": None,
        "chat_template_sha": None,
        "start_time": 0.0,
        "end_time": seconds,
        "total_evaluation_time_seconds": str(seconds),
    }


def _task_config(record: RunRecord, task: str) -> Json:
    spec, contest = record.spec, record.contest
    return {
        "task": task,
        "description": contest.title,
        "output_type": "generate_until",
        "repeats": spec.attempts,
        "num_fewshot": 0,
        "metric_list": [
            {"metric": name, "aggregation": "mean", "higher_is_better": True} for name in METRICS
        ],
        "should_decontaminate": False,
        "metadata": {"version": spec.task_version, "hash": contest.hash},
    }


def _config(spec: RunSpec) -> Json:
    drawn = spec.sampling
    return {
        "model": spec.backend,
        "model_args": dict(spec.backend_args),
        "batch_size": None,
        "batch_sizes": [],
        "device": None,
        "use_cache": None,
        "limit": spec.limit,
        "bootstrap_iters": 0,
        "gen_kwargs": {
            "temperature": drawn.temperature,
            "top_p": drawn.top_p,
            "max_gen_toks": drawn.max_tokens,
        },
        "random_seed": drawn.seed,
        "numpy_seed": drawn.seed,
        "torch_seed": drawn.seed,
        "fewshot_seed": drawn.seed,
    }


def _metrics(means: Mapping[str, Sequence[float]]) -> Iterator[tuple[str, float | str]]:
    """Yield each metric with its standard error over problems, as lm-eval has it of a mean."""
    for name, values in means.items():
        yield f"{name},{FILTER}", fmean(values) if values else "N/A"
        error = stdev(values) / sqrt(len(values)) if len(values) > 1 else "N/A"
        yield f"{name}_stderr,{FILTER}", error


def _seconds(record: RunRecord) -> float:
    return max(0.0, _moment(record.ended) - _moment(record.started)) if record.ended else 0.0


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def _file_name(model: str) -> str:
    """Return the folder of a model, as lm-eval names it, where that is a name at all."""
    name = re.sub(r"[\"<>:/|\\?*\[\]\x00-\x1f]+", "__", model)[:200]
    return name if name.strip(".") else f"model_{_hash(model)[:8]}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
