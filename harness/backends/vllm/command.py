"""The command that starts one server, and its environment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from harness.backends.vllm.checkpoint import Checkpoint
from harness.backends.vllm.interpreter import Interpreter
from harness.backends.vllm.options import ENGINE, Options
from harness.errors import UsageError

MODULE = ("-m", "vllm.entrypoints.openai.api_server")
CLI = ("-m", "vllm.entrypoints.cli.main", "serve")
"""The ``vllm`` command, which dies where the distribution has another name."""

SERVING = (
    # Partial texts and signs of life at the price of an answer that is not streamed.
    ("--stream-interval", "50"),
    ("--sse-keep-alive-interval", "30"),
    ("--disable-uvicorn-access-log",),
)

ENVIRONMENT = {
    # Idle connections are dropped by us, before the server does.
    "VLLM_HTTP_TIMEOUT_KEEP_ALIVE": "120",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "PYTHONUNBUFFERED": "1",
}
"""Set unless whoever started the program has set it."""

NUMERIC = ("VLLM_ATTENTION_", "VLLM_BATCH_INVARIANT", "VLLM_FLASH_", "VLLM_USE_")
"""Beginnings of variables that may change what is written."""


def flags(options: Options, checkpoint: Checkpoint, *, cpu: bool) -> tuple[str, ...]:
    """Return the flags that replies may depend on: all but addresses and names."""
    given: dict[str, str | bool] = {"generation_config": "vllm", **options.engine}
    if cpu:
        given = {"enforce_eager": True, **given}
    words: list[str] = []
    for name in ENGINE:
        value = str(options.chat_template) if name == "chat_template" else given.get(name)
        if name in given and value is not None:
            words += _flag(name.replace("_", "-"), value)
    further = dict(options.engine_args)
    if cpu:
        words += _for_processors(options, checkpoint, further)
    for name, value in further.items():
        words += _flag(name, value)
    return tuple(words)


def command(
    interpreter: Interpreter, checkpoint: Checkpoint, name: str, flags: Sequence[str], port: int
) -> list[str]:
    """Return the command of one server."""
    model = str(checkpoint.path)
    start = [*MODULE, "--model", model] if interpreter.has_api_server else [*CLI, model]
    return [
        str(interpreter.path),
        *start,
        *("--served-model-name", name, "--host", "127.0.0.1", "--port", str(port)),
        *(word for words in SERVING for word in words if words[0] not in flags),
        *flags,
    ]


def environment(given: Mapping[str, str], key: str) -> dict[str, str]:
    """Return the environment of one server: ours, and the key that it asks for."""
    # The current folder is no place to find modules in.
    found = {**ENVIRONMENT, **given, "VLLM_API_KEY": key, "PYTHONSAFEPATH": "1"}
    found.pop("OPENAI_API_KEY", None)
    return found


def numeric(environment: Mapping[str, str]) -> str:
    """Return the variables that may change what is written, in one line."""
    chosen = {"VLLM_BATCH_INVARIANT": "0"} | {
        name: value for name, value in environment.items() if name.startswith(NUMERIC)
    }
    return " ".join(f"{name}={value}" for name, value in sorted(chosen.items()))


def _for_processors(
    options: Options, checkpoint: Checkpoint, further: Mapping[str, object]
) -> list[str]:
    """Return what keeps vLLM alive on processors.

    A request with a seed whose prompt is read in several pieces kills the engine ("CPU
    Generator does not use offset", vLLM 0.32), so prompts are read whole.
    """
    context = options.max_model_len or checkpoint.context
    if context is None:
        raise UsageError(
            "the checkpoint does not say how many tokens it can hold",
            hint="say max_model_len=N in --model-args",
        )
    words = [] if options.max_model_len else ["--max-model-len", str(context)]
    if not {"enable-chunked-prefill", "no-enable-chunked-prefill"} & further.keys():
        words.append("--no-enable-chunked-prefill")
        if "max-num-batched-tokens" not in further:
            words += ["--max-num-batched-tokens", str(max(context, 2048))]
    return words


def _flag(name: str, value: object) -> list[str]:
    """Return one flag as words."""
    if value is True or value is None:
        return [f"--{name}"]
    if value is False:
        return [f"--no-{name}"]
    if isinstance(value, dict):
        return [f"--{name}", json.dumps(value)]
    if isinstance(value, list):
        return [f"--{name}", *map(str, value)]
    return [f"--{name}", str(value)]
