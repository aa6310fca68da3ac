"""Which GPUs, or which cores, each of several servers gets."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping

from harness.errors import UsageError

QUERY = ("nvidia-smi", "--query-gpu=index", "--format=csv,noheader")
QUERY_S = 30


def gpus(environment: Mapping[str, str], replicas: int, each: int) -> list[Mapping[str, str]]:
    """Return the variables that give each server its GPUs; none leave all of them to it.

    Raises UsageError where there are too few.
    """
    there = _visible(environment)
    needed = replicas * each
    if there is not None and len(there) < needed:
        raise UsageError(
            f"{_count(replicas, 'server')} with {_count(each, 'GPU')} each need {needed}; "
            f"{len(there)} can be seen here",
            hint="lower replicas or tensor_parallel_size, or make more visible with "
            "CUDA_VISIBLE_DEVICES",
        )
    if replicas == 1:
        return [{}]
    names = there if there is not None else [str(number) for number in range(needed)]
    return [
        {"CUDA_VISIBLE_DEVICES": ",".join(names[each * number : each * (number + 1)])}
        for number in range(replicas)
    ]


def cores(replicas: int) -> list[Mapping[str, str]]:
    """Return the variables that give each server its cores; none leave all of them to it."""
    there = sorted(os.sched_getaffinity(0))
    if replicas == 1 or len(there) < replicas:
        return [{}] * replicas
    share = len(there) // replicas
    return [
        {"VLLM_CPU_OMP_THREADS_BIND": ",".join(map(str, there[share * n : share * (n + 1)]))}
        for n in range(replicas)
    ]


def _visible(environment: Mapping[str, str]) -> list[str] | None:
    """Return the GPUs that can be seen, or None where that cannot be said."""
    said = environment.get("CUDA_VISIBLE_DEVICES")
    if said is not None:
        return [name.strip() for name in said.split(",") if name.strip()]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        asked = subprocess.run(QUERY, capture_output=True, text=True, timeout=QUERY_S, check=True)
        return asked.stdout.split()
    return None


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
