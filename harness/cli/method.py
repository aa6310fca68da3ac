"""How a run goes about it: a protocol, or what the flags say in place of one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.config import parse_pairs
from harness.errors import UsageError
from harness.protocols import find_protocol, read_protocol, templates_of
from harness.task import Task
from harness.types import RunSpec, Sampling

SETTLED = {
    "strategy": "--strategy",
    "strategy_args": "--strategy-args",
    "system_prompt": "--system-prompt",
    "language": "--language",
    "temperature": "--temperature",
    "top_p": "--top-p",
    "max_tokens": "--max-tokens",
}
"""What a protocol says, and the flag that would say otherwise."""

DEFAULT = Sampling()


def method(args: argparse.Namespace, task: Task, folders: Sequence[Path]) -> dict[str, Any]:
    """Return the fields of a run's spec that say what is asked, and how often.

    Raises :class:`~harness.errors.UsageError` for a flag that contradicts the protocol: a
    number that a protocol gives its name to must have come from it.
    """
    if not args.protocol:
        return {
            "strategy": args.strategy or task.defaults.strategy,
            "settings": encoded(parse_pairs(args.strategy_args, "--strategy-args")),
            "attempts": args.num_samples,
            "sampling": Sampling(
                temperature=_or(args.temperature, DEFAULT.temperature),
                top_p=_or(args.top_p, DEFAULT.top_p),
                max_tokens=args.max_tokens or DEFAULT.max_tokens,
                seed=args.seed,
            ),
            "system": _system(args.system_prompt or ""),
            "prompt_language": args.language or task.defaults.prompt_language,
        }
    for name, flag in SETTLED.items():
        if getattr(args, name) not in ((None,) if name == "system_prompt" else (None, "")):
            raise UsageError(
                f"{flag} is the protocol's to say ({args.protocol})",
                hint=f"leave out {flag}, or copy the protocol's file, change it and name it "
                "with --protocol FILE.toml",
            )
    place = find_protocol(args.protocol, task.id, folders)
    protocol = read_protocol(place)
    return {
        "strategy": protocol.loop.strategy,
        "settings": encoded(protocol.loop.settings),
        "attempts": args.num_samples or protocol.loop.attempts,
        "sampling": Sampling(
            temperature=protocol.sampling.temperature,
            top_p=protocol.sampling.top_p,
            max_tokens=protocol.sampling.max_tokens,
            seed=args.seed,
        ),
        "system": protocol.prompt.system,
        "prompt_language": protocol.prompt.language,
        "templates": templates_of(protocol, place),
        "protocol": protocol,
    }


def settings_of(spec: RunSpec) -> dict[str, Any]:
    """Return the strategy's settings of a run."""
    found: dict[str, Any] = msgspec.json.decode(spec.settings)
    return found


def _system(text: str) -> str:
    """Return a system prompt, if a model can be given it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("--system-prompt is not UTF-8", hint="give it in UTF-8") from None
    return text


def _or(given: float | None, default: float) -> float:
    return default if given is None else given


def encoded(settings: dict[str, Any]) -> str:
    """Return settings as a run's spec keeps them."""
    return msgspec.json.encode(settings, order="sorted").decode()
