"""Small files in the formats of other programs, as those programs write them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import zstandard

STATEMENT = "What is the sum of all multiples of 3 or 5 below 60, and why is it not another number?"
TEXTS = ("It is $\\boxed{7}$.", "It is $\\boxed{8}$.")


def lines(place: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return place


def lm_eval(folder: Path, name: str = "one") -> Path:
    """Two repeats, logged once for each of two filters, with the results beside them."""
    asked = json.dumps([{"role": "user", "content": f"Solve this. {STATEMENT}"}])
    drawn = {"until": [], "temperature": 0.6, "max_gen_toks": 64}
    sample = {
        "doc_id": 0,
        "doc": {"id": name, "question": STATEMENT, "answer": "7"},
        "target": "7",
        "arguments": {"gen_args_0": {"arg_0": asked, "arg_1": drawn}},
        "resps": [list(TEXTS)],
        "filtered_resps": [TEXTS[0]],
        "metrics": ["acc"],
        "acc": 1.0,
    }
    (folder / "tiny").mkdir(parents=True, exist_ok=True)
    results = {
        "results": {},
        "config": {"model": "local-chat-completions", "model_args": {"model": "tiny"}},
        "lm_eval_version": "0.4.13",
        "model_name": "tiny",
    }
    stamp = "2026-11-28T09-32-44.190697"
    (folder / "tiny" / f"results_{stamp}.json").write_text(json.dumps(results))
    rows = [{**sample, "filter": "strict"}, {**sample, "filter": "flexible"}]
    return lines(folder / "tiny" / f"samples_some_task_{stamp}.jsonl", rows)


def nemo_skills(folder: Path, name: str = "one") -> Path:
    """Name a seed in the file's name; the first one's thoughts were cut out of its answer."""
    first = {
        "id": name,
        "problem": STATEMENT,
        "expected_answer": "7",
        "generation": TEXTS[0],
        "_full_generation": f"<think>hm</think>{TEXTS[0]}",
        "num_generated_tokens": 12,
        "num_input_tokens": 5,
        "generation_time": 1.5,
        "finish_reason": "length",
    }
    second = {"id": name, "problem": STATEMENT, "generation": TEXTS[1], "reasoning_content": "so"}
    return lines(folder / "output-rs3.jsonl", [first, second])


def livecodebench(folder: Path, name: str = "one") -> Path:
    """Answers with the sources that were found in them, in the runner's own place."""
    problem = {
        "question_id": name,
        "question_title": "One",
        "question_content": STATEMENT,
        "output_list": [f"```python\n{TEXTS[0]}\n```", TEXTS[1]],
        "code_list": [TEXTS[0], TEXTS[1]],
    }
    place = folder / "output" / "tiny" / "Scenario.codegeneration_2_0.2.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps([problem]))
    return place


def inspect_log(name: str = "one") -> dict[str, Any]:
    """Two epochs: parts with thoughts and a long question put aside, and one that failed."""
    spec = {"task": "sums", "model": "mock/tiny", "packages": {"inspect_ai": "0.3.285"}}
    answered = {
        "id": name,
        "epoch": 1,
        "input": [{"role": "user", "content": "attachment://abc"}],
        "target": "7",
        "attachments": {"abc": f"Solve. {STATEMENT}"},
        "output": {
            "model": "mock/tiny",
            "choices": [
                {
                    "message": {
                        "role": "assistant",
                        "content": [
                            {"type": "reasoning", "reasoning": "hm"},
                            {"type": "text", "text": TEXTS[0]},
                        ],
                    },
                    "stop_reason": "max_tokens",
                }
            ],
            "usage": {"input_tokens": 5, "output_tokens": 12, "total_tokens": 17},
            "time": 1.5,
        },
    }
    failed = {
        "id": name,
        "epoch": 2,
        "input": STATEMENT,
        "target": "7",
        "output": {"choices": []},
        "error": {"message": "the server\nwent away", "traceback": ""},
    }
    return {
        "version": 2,
        "status": "error",
        "eval": spec,
        "plan": {"config": {"temperature": 0.6}},
        "samples": [answered, failed],
    }


def inspect_json(folder: Path, name: str = "one") -> Path:
    place = folder / "2026-11-28_sums.json"
    place.write_text(json.dumps(inspect_log(name)))
    return place


def inspect_eval(folder: Path, name: str = "one") -> Path:
    log = inspect_log(name)
    place = folder / "2026-11-28_sums.eval"
    samples = log.pop("samples")
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_journal/start.json", json.dumps({"version": 2, "eval": log["eval"]}))
        for sample in samples:
            archive.writestr(f"samples/{name}_epoch_{sample['epoch']}.json", json.dumps(sample))
        archive.writestr("summaries.json", "[]")
        archive.writestr("header.json", json.dumps(log))
    return place


def matharena_runs(name: str | int = 3) -> dict[str, Any]:
    """Two answers: one with thoughts in a block of their own, one in the older form."""
    asked = {"role": "user", "content": STATEMENT}
    return {
        "idx": name,
        "problem": STATEMENT,
        "gold_answer": "7",
        "N": 2,
        "answers": ["7", "8"],
        "correct": [True, False],
        "messages": [
            [
                asked,
                {"role": "assistant", "type": "cot", "content": "hm"},
                {"role": "assistant", "type": "response", "content": TEXTS[0]},
            ],
            [asked, {"role": "assistant", "content": TEXTS[1]}],
        ],
        "detailed_costs": [
            {"cost": 0.1, "input_tokens": 5, "output_tokens": 12, "time": 1.5},
            {"cost": 0.1, "input_tokens": 5, "output_tokens": 9, "time": None},
        ],
    }


def matharena(folder: Path, name: str | int = "one") -> Path:
    place = folder / "outputs" / "sums" / "maker" / "tiny" / "3.json.zst"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(zstandard.compress(json.dumps(matharena_runs(name)).encode()))
    return place


def matharena_rows(folder: Path, name: str | int = "one") -> Path:
    rows = [
        {
            "problem_idx": name,
            "problem": STATEMENT,
            "model_name": "tiny",
            "idx_answer": index,
            "answer": text,
            "input_tokens": 5,
            "output_tokens": 12,
        }
        for index, text in enumerate(TEXTS)
    ]
    return lines(folder / "sums_outputs.jsonl", rows)


def json_lines(folder: Path, name: str = "one") -> Path:
    rows = [{"problem_id": name, "model": "tiny", "text": list(TEXTS), "finish_reason": "stop"}]
    return lines(folder / "said.jsonl", rows)


EXAMPLES: dict[str, tuple[str, Callable[..., Path]]] = {
    "lm-eval": ("lm-eval", lm_eval),
    "nemo-skills": ("nemo-skills", nemo_skills),
    "livecodebench": ("livecodebench", livecodebench),
    "inspect .json": ("inspect", inspect_json),
    "inspect .eval": ("inspect", inspect_eval),
    "matharena": ("matharena", matharena),
    "matharena rows": ("matharena", matharena_rows),
    "jsonl": ("jsonl", json_lines),
}
"""By what they show: the format's name, and what writes one."""
