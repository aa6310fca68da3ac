"""What a number is a number of: two that differ in any of it do not stand in one column.

::

    identity = protocol + data version + judge + sampling + code version

The data are the contest's hash; which model it was is what a column compares. Seeds, machines and
how many attempts were made are no part of it: they are noise, or what an interval speaks of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

import msgspec

from harness.types import RunRecord, RunSpec

T = TypeVar("T")

RECORDED = ("replay", "oracle")
"""Backends that draw nothing: the run's sampling says nothing of what they give."""
JUDGES = ("answers", "compiler", "judge", "jury", "scoring")
"""Facts of the judges that can change a verdict by what they are, not by where they run."""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a run's numbers are numbers of, but for the model; each in words."""

    protocol: str
    data: str
    judge: str
    sampling: str
    code: str


def identity_of(record: RunRecord) -> Identity:
    """Return the identity of a run's numbers."""
    spec = record.spec
    facts = dict(record.judge)
    judge = [
        f"{name} {facts[name]}" if name in ("judge", "jury", "scoring") else facts[name]
        for name in JUDGES
        if name in facts
    ]
    if facts.get("tier") == "unsafe":
        judge.append("without isolation")
    return Identity(
        protocol=_method(spec),
        data=record.contest.hash,
        judge=", ".join(judge),
        sampling=_sampling(spec),
        code=", ".join(
            filter(
                None,
                (
                    f"harness {record.harness_version}",
                    f"{spec.task} {spec.task_version}",
                    spec.strategy_code,
                ),
            )
        ),
    )


def apart(one: Identity, other: Identity) -> tuple[str, ...]:
    """Return the names of what differs, with both values."""
    return tuple(
        f"{name} ({getattr(one, name) or 'none'} here, {getattr(other, name) or 'none'} there)"
        for name in Identity.__struct_fields__
        if name != "data" and getattr(one, name) != getattr(other, name)
    )


def _method(spec: RunSpec) -> str:
    args = dict(spec.backend_args)
    pooled = spec.backend == "replay" and args.get("pool", "").strip().lower() == "true"
    return _asked(spec) + (", all samples as turns of one attempt" if pooled else "")


def _asked(spec: RunSpec) -> str:
    if spec.protocol is not None:
        return f"{spec.protocol.id} {spec.protocol.sha256[:12]}"
    if spec.backend in RECORDED and spec.strategy == "recorded":
        return "as recorded"
    more = (spec.settings, spec.system, spec.prompt_language, spec.templates)
    if more == ("{}", "", "cpp", ()):
        return spec.strategy
    return f"{spec.strategy} {hashlib.sha256(msgspec.json.encode(more)).hexdigest()[:12]}"


def _sampling(spec: RunSpec) -> str:
    if spec.backend in RECORDED:
        return "as recorded"
    drawn, args = spec.sampling, dict(spec.backend_args)
    words = [
        f"temperature {_exact(drawn.temperature)}",
        f"top-p {_exact(drawn.top_p)}",
        f"{drawn.max_tokens} tokens",
    ]
    wall_s = _read(float, args.get("wall_s", ""))
    if wall_s:
        words.append(f"{_exact(wall_s)} s")
    if args.get("think_tags", "").strip() == "keep":
        words.append("thoughts left in the text")
    if args.get("generation_config", "vllm").strip() != "vllm":
        words.append(f"generation_config {args['generation_config'].strip()}")
    extra = _read(msgspec.json.decode, args.get("extra_body", ""))
    if extra:
        words.append(msgspec.json.encode(extra, order="deterministic").decode())
    return ", ".join(words)


def _exact(number: float) -> str:
    """Return a number in words of its own: two that differ are never written alike."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def _read(reader: Callable[[str], T], text: str) -> T | None:
    """Return what a setting says, however it is written; None where it says nothing."""
    try:
        return reader(text)
    except ValueError:
        return None
