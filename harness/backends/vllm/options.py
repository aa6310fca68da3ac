"""What may be said in ``--model-args`` to the vllm backend: a table, and its reader.

Settings of the engine have vLLM's own names. Those of the requests are the ones of
the openai backend, and are read by its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.backends.arguments import (
    Reader,
    Setting,
    check_names,
    count,
    flag,
    one_of,
    seconds,
)
from harness.backends.openai import options as openai
from harness.config import place_of
from harness.errors import UsageError

REQUESTS = ("stream", "max_tries", "idle_s", "wall_s", "think_tags", "extra_body")
"""Settings of the openai backend that mean the same here."""

SETTINGS: Mapping[str, Setting] = {
    "pretrained": Setting(
        "required",
        "Folder of the checkpoint, in Hugging Face's format, or the name of a model in the "
        "Hugging Face cache.",
    ),
    "revision": Setting("main", "Branch, tag or commit of a model that is named and not a folder."),
    "id": Setting("the checkpoint's name", "Id of the contestant in records and reports."),
    "title": Setting("the id", "Name of the contestant on pages."),
    "python": Setting(
        "this one", "Interpreter that has vLLM: /path/to/venv/bin/python, or the venv's folder."
    ),
    "replicas": Setting(
        "1", "Servers to start, each with GPUs of its own; samples are spread over them."
    ),
    "tensor_parallel_size": Setting("1", "GPUs that each layer is spread over."),
    "pipeline_parallel_size": Setting("1", "GPUs that the layers are spread over, in stages."),
    "data_parallel_size": Setting("1", "Copies of the model in one server."),
    "max_model_len": Setting(
        "the model's", "Tokens of prompt and answer together; a number above 0."
    ),
    "dtype": Setting(
        "auto", "Type of the weights: auto, bfloat16, float16, half, float or float32."
    ),
    "quantization": Setting("the checkpoint's", "How weights are quantized, such as fp8."),
    "kv_cache_dtype": Setting("auto", "Type of the key-value cache, such as fp8."),
    "gpu_memory_utilization": Setting(
        "vLLM's", "Share of each GPU's memory to take, above 0 and at most 1."
    ),
    "max_num_seqs": Setting("vLLM's", "Samples in one batch; a number above 0."),
    "enforce_eager": Setting(
        "false; true without a GPU", "Run without compiled graphs: starts sooner, writes slower."
    ),
    "trust_remote_code": Setting("false", "Run code that comes with the checkpoint."),
    "tokenizer": Setting("the checkpoint's", "Folder of another tokenizer."),
    "chat_template": Setting("the checkpoint's", "File of another chat template."),
    "reasoning_parser": Setting(
        "none", "Parser of vLLM that takes the reasoning out of the answer, such as qwen3."
    ),
    "generation_config": Setting(
        "vllm",
        "Sampling values that no flag sets: vllm takes neutral ones, auto the checkpoint's "
        "generation_config.json.",
    ),
    "engine_args": Setting(
        "{}",
        "JSON object of further flags of the server, such as "
        '{"max-num-batched-tokens": 16384, "enable-expert-parallel": true}.',
    ),
    "start_s": Setting("3600", "Seconds a server may take until it is ready."),
    "logs": Setting("vllm in the cache folder", "Folder for what the servers print."),
    **{name: openai.SETTINGS[name] for name in REQUESTS},
}
"""Every name that ``--model-args`` knows, with default and meaning."""

ENGINE = (
    "dtype",
    "quantization",
    "kv_cache_dtype",
    "tensor_parallel_size",
    "pipeline_parallel_size",
    "data_parallel_size",
    "max_model_len",
    "gpu_memory_utilization",
    "max_num_seqs",
    "enforce_eager",
    "trust_remote_code",
    "tokenizer",
    "chat_template",
    "reasoning_parser",
    "generation_config",
)
"""Settings that are flags of the server."""

OURS = {
    "model": "pretrained",
    "served-model-name": "id",
    "revision": "revision",
    **{name.replace("_", "-"): name for name in ENGINE},
}
"""Flags of the server that a setting of ours stands for."""

KEPT = {
    "hf-token",
    "host",
    "port",
    "api-key",
    "uds",
    "root-path",
    "disable-uvicorn-access-log",
    "headless",
}
"""Flags of the server that the program needs for itself."""

OTHER_NAMES = {
    "model": "pretrained",
    "model_name": "pretrained",
    "model_path": "pretrained",
    "path": "pretrained",
    "checkpoint": "pretrained",
    "name": "title",
    "tp": "tensor_parallel_size",
    "tp_size": "tensor_parallel_size",
    "pp": "pipeline_parallel_size",
    "dp": "data_parallel_size",
    "max_length": "max_model_len",
    "context_length": "max_model_len",
    "max_retries": "max_tries",
    "timeout": "wall_s",
    "enable_expert_parallel": 'engine_args={"enable-expert-parallel": true}',
}
"""What others call it."""

ELSEWHERE = {
    "base_url": "a server that is there already is asked with --model openai",
    "api_key": "the server that is started gets a key of its own; leave this out",
    "hf_token": "set HF_TOKEN in the environment: arguments are recorded",
    "device": "set CUDA_VISIBLE_DEVICES in the environment to choose GPUs",
    "devices": "set CUDA_VISIBLE_DEVICES in the environment to choose GPUs",
    "batch_size": "vLLM fills its batches itself: say --max-connections N for requests in flight",
    "max_batch_size": "say max_num_seqs=N for samples in one batch",
    "port": "a free port is found for each server; leave this out",
    "host": "the servers listen on this machine only; leave this out",
    "enable_thinking": 'say extra_body={"chat_template_kwargs": {"enable_thinking": true}}',
    "lora_local_path": "merge the adapter into the checkpoint first",
}
"""Names that no setting has, and what to do instead."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one backend, checked; it holds no secret."""

    pretrained: str
    revision: str
    python: Path | None
    """None: the interpreter that the program runs on."""
    replicas: int
    devices: int
    """GPUs of one server."""
    max_model_len: int | None
    chat_template: Path | None
    engine: Mapping[str, str | bool]
    """Flags of the server that were set, by our names."""
    engine_args: Mapping[str, Any]
    """Further ones, by vLLM's names, without hyphens in front."""
    start_s: float
    logs: Path | None
    requests: openai.Options


def read_options(args: Mapping[str, str], identity: str | None = None) -> Options:
    """Check the settings; raises :class:`~harness.errors.UsageError` for the first mistake.

    ``identity`` is what the contestant is called where the settings do not say.
    """
    for name in args:
        if name in ELSEWHERE:
            raise UsageError(f"the backend vllm has no setting {name!r}", hint=ELSEWHERE[name])
        if name not in SETTINGS:
            openai.refuse_misplaced("vllm", name, OTHER_NAMES)
    check_names("vllm", args, tuple(SETTINGS))
    if not args.get("pretrained", "").strip():
        raise UsageError(
            "the vllm backend needs a checkpoint",
            hint="say --model-args pretrained=FOLDER, or the name of a model in the cache",
        )
    read = Reader(args, SETTINGS)
    parallel = ("tensor_parallel_size", "pipeline_parallel_size", "data_parallel_size")
    devices = 1
    for name in parallel:
        devices *= read(name, count, 1)
    pretrained = args["pretrained"].strip()
    identity = args.get("id") or identity or name_of(pretrained)
    template = args.get("chat_template")
    return Options(
        pretrained=pretrained,
        revision=args.get("revision", "").strip() or "main",
        python=_place("python", args["python"]) if args.get("python") else None,
        replicas=read("replicas", count, 1),
        devices=devices,
        max_model_len=read("max_model_len", count, 0) or None,
        chat_template=_place("chat_template", template) if template else None,
        engine=_engine(args, read),
        engine_args=read("engine_args", _engine_args, {}),
        start_s=read("start_s", seconds, 3600.0),
        logs=_place("logs", args["logs"]) if args.get("logs") else None,
        requests=openai.read_options(
            {
                "model": identity,
                "title": args.get("title") or identity,
                # The server's address is known when it has one.
                "base_url": "http://127.0.0.1",
                **{name: args[name] for name in REQUESTS if name in args},
            },
            {},
        ),
    )


def name_of(pretrained: str) -> str:
    """Return what a checkpoint is called: the last folder of a path, or a model's whole name."""
    if pretrained.startswith(("/", ".", "~")) or pretrained.count("/") != 1:
        return Path(pretrained).name or pretrained
    return pretrained


def _engine(args: Mapping[str, str], read: Reader) -> dict[str, str | bool]:
    """Return the flags of the server that were set, each checked as far as we can."""
    checked: dict[str, Callable[[str], object | None]] = {
        "gpu_memory_utilization": _share,
        "max_num_seqs": count,
        "max_model_len": count,
        "dtype": one_of("auto", "bfloat16", "float16", "half", "float", "float32"),
        "generation_config": one_of("vllm", "auto"),
        "enforce_eager": flag,
        "trust_remote_code": flag,
    }
    found: dict[str, str | bool] = {}
    for name in ENGINE:
        if name in args:
            value = read(name, checked.get(name, str), None)
            found[name] = value if isinstance(value, bool) else args[name].strip()
    return found


def _place(name: str, text: str) -> Path:
    return place_of(text.strip(), f"--model-args: {name}").absolute()


def _share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value <= 1 else None


def _engine_args(text: str) -> dict[str, Any] | None:
    """Read further flags; those that have a setting, or are ours to give, are refused."""
    try:
        given = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError:
        return None
    flags = {name.strip().lstrip("-").replace("_", "-"): value for name, value in given.items()}
    for name in flags:
        plain = name.removeprefix("no-")
        if plain in OURS:
            raise UsageError(
                f"--model-args: engine_args may not set {name}",
                hint=f"say {OURS[plain]}=... instead",
            )
        if plain in KEPT:
            raise UsageError(
                f"--model-args: engine_args may not set {name}: the program sets it itself",
                hint="leave it out",
            )
    return flags
