"""What a number is a number of: two that differ in any of it do not stand in one column.

::

    identity = protocol + data version + judge + sampling + code version

The data are the contest's hash; which model it was is what a column compares. Seeds, machines and
how many attempts were made are no part of it: they are noise, or what an interval speaks of.
"""

from __future__ import annotations

import hashlib

import msgspec

from harness.types import RunRecord, RunSpec

RECORDED = ("replay", "oracle")
"""Backends that draw nothing: the run's sampling says nothing of what they give."""
JUDGES = ("answers", "compiler", "judge")
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
        facts[name] if name != "judge" else f"judge {facts[name]}"
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
    drawn = spec.sampling
    words = f"temperature {drawn.temperature:g}, top-p {drawn.top_p:g}, {drawn.max_tokens} tokens"
    given = dict(spec.backend_args)
    filled = given.get("generation_config", "")
    if filled and filled != "vllm":  # the checkpoint's own values, such as top-k, fill the gaps
        words += f", generation_config={filled}"
    extra = given.get("extra_body", "")
    return f"{words}, {extra}" if extra else words
