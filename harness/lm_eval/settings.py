"""What ``--metadata`` says of our tasks, and how lm-eval is to draw samples."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from harness.errors import UsageError
from harness.types import MOST_ATTEMPTS, Sampling


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of lm-eval may set; its other metadata are not ours."""

    num_samples: int = 1
    """Of each problem."""
    own_seeds: bool | None = None
    """Whether samples of one problem are requests of their own, each with a seed, or one request
    that lm-eval repeats; None is the first for servers, the second for weights in this process."""
    language: str = ""
    """That programs are asked for in; empty is the task's."""
    contestant: str = ""
    """Empty is the model's name."""


def read_asked(metadata: Mapping[str, Any]) -> Asked:
    """Check the metadata; raises :class:`~harness.errors.UsageError` for a wrong one."""
    own = {name: metadata[name] for name in Asked.__struct_fields__ if name in metadata}
    try:
        asked = msgspec.convert(own, Asked)
    except msgspec.ValidationError as error:
        raise UsageError(f"--metadata: {error}", hint=FORM) from None
    if not 1 <= asked.num_samples <= MOST_ATTEMPTS:
        raise UsageError(
            f"--metadata: num_samples is {asked.num_samples}, not 1 to {MOST_ATTEMPTS:,}", hint=FORM
        )
    return asked


FORM = """such as --metadata '{"num_samples": 4}'"""


def model_name(metadata: Mapping[str, Any]) -> str:
    """Return the model's name as its arguments have it, which lm-eval adds to the metadata."""
    found = (metadata.get(name) for name in ("contestant", "model", "pretrained"))
    return next((str(name) for name in found if name), "lm-eval")


def sampling() -> dict[str, Any]:
    """Return how samples are drawn unless ``--gen_kwargs`` says otherwise: as ``harness run`` does.

    Without this an answer would end at 256 tokens, or at the first empty line.
    """
    usual = Sampling()
    return {
        "until": [],
        "max_gen_toks": usual.max_tokens,
        "temperature": usual.temperature,
        "top_p": usual.top_p,
        "do_sample": True,
    }


def seeded(asked: Asked, server: bool | None) -> bool:
    """Return whether each sample is given a seed; ``server`` is None where nobody knows."""
    return server is not False if asked.own_seeds is None else asked.own_seeds


def check_draws(asked: Asked, given: Mapping[str, Any], server: bool | None) -> None:
    """Refuse several samples that could only be one text, drawn again and again.

    lm-eval repeats a request as it is, and a server is sent one seed (1234) with all of them.
    """
    if asked.num_samples == 1:
        return
    several = f"{asked.num_samples} samples of each problem"
    if not given.get("do_sample", True) or not given.get("temperature", 1.0):
        raise UsageError(
            f"{several} are asked for without chance (temperature 0, or do_sample=False): they "
            "would be one text",
            hint="leave out num_samples in --metadata, or raise the temperature in --gen_kwargs",
        )
    if not seeded(asked, server) and (server or given.get("seed") is not None):
        raise UsageError(
            f"{several} are to be drawn with one seed, because own_seeds is false: lm-eval repeats "
            "a request with its seed, and they would be one text",
            hint="leave out own_seeds in --metadata, and each sample has a seed of its own",
        )


def seed_of(run_seed: int, sample: int) -> int:
    """Return the 63-bit seed of a sample, the same for every problem.

    lm-eval asks for requests with equal settings side by side, and for those with others after
    them: with a seed for each request, none would be asked beside another.
    """
    text = "\x1f".join((str(run_seed), "lm-eval", str(sample)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def alike(texts: Mapping[str, Sequence[str]]) -> bool:
    """Whether there are several samples, and all of each problem are the same text."""
    several = any(len(samples) > 1 for samples in texts.values())
    return several and all(len(set(samples)) == 1 for samples in texts.values())
