"""inspect_ai's logs: ``.eval`` (a zip archive of JSON files) and ``.json`` (one document).

Source: inspect_ai 0.3.285, ``log/_log.py`` and ``log/_recorders/eval.py``. An archive has
``header.json`` (``_journal/start.json`` where the run was cut off) and
``samples/<id>_epoch_<n>.json``, compressed with Deflate or, in newer versions, with Zstandard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.foreign.found import (
    Found,
    Origin,
    count_of,
    finish_of,
    names_in,
    seconds_of,
    statements_in,
)
from harness.foreign.packed import archive, entry
from harness.foreign.reading import decode, digest, refuse, whole
from harness.types import FinishReason

WANTED = "a log of inspect_ai"
ATTACHED = "attachment://"
LIMITS = {"time": FinishReason.TIMEOUT, "working": FinishReason.TIMEOUT}
"""How a sample ends that a limit of time cut off; other limits are lengths."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said."""

    role: str = ""
    content: Any = ""
    """A text, or parts that are texts, thoughts or pictures."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One answer."""

    message: Message
    stop_reason: str = ""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """The last that the model said."""

    model: str = ""
    choices: list[Choice] = []
    usage: Mapping[str, Any] | None = None
    time: Any = None


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why a sample failed."""

    message: str = ""


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What cut a sample off."""

    type: str = ""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One sample, as far as it is used."""

    id: int | str
    epoch: int
    input: str | list[Message]
    output: Output = Output()
    metadata: dict[str, Any] = {}
    attachments: dict[str, str] = {}
    error: Trouble | None = None
    limit: Limit | None = None


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """What was evaluated, with what."""

    task: str
    model: str
    packages: dict[str, str] = {}
    model_generate_config: dict[str, Any] = {}


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The solver's settings."""

    config: dict[str, Any] = {}


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a log."""

    eval: Spec
    plan: Plan = Plan()


class Log(Header, frozen=True, kw_only=True):
    """A log in one document."""

    samples: list[Sample] | None = None


def read(file: Path) -> Iterator[Found]:
    """Yield the last answer of each sample; one that failed has none, and says why."""
    if file.suffix.lower() == ".json":
        log = decode(whole(file), Log, str(file), WANTED)
        origin = _origin(file, log)
        for index, sample in enumerate(log.samples or ()):
            yield from _found(sample, f"sample {index + 1}", origin, log.eval.model)
        return
    with archive(file) as opened:
        names = {info.filename: info for info in opened.infolist()}
        head = next((n for n in ("header.json", "_journal/start.json") if n in names), None)
        if head is None:
            refuse(str(file), "has no header.json, so it is not " + WANTED, "is it the right file?")
        held = entry(opened, names[head], f"{file}: {head}")
        header = decode(held, Header, f"{file}: {head}", WANTED)
        origin = _origin(file, header)
        for name, info in names.items():
            if name.startswith("samples/") and name.endswith(".json"):
                place = f"{file}: {ascii(name)[1:-1]}"
                sample = decode(entry(opened, info, place), Sample, place, WANTED)
                yield from _found(sample, ascii(name)[1:-1], origin, header.eval.model)


def _origin(file: Path, header: Header) -> Origin:
    spec = header.eval
    return Origin(
        tool="inspect_ai",
        version=spec.packages.get("inspect_ai", ""),
        file=file.name,
        sha256=digest(file),
        task=spec.task,
        sampling={**spec.model_generate_config, **header.plan.config},
    )


def _found(sample: Sample, place: str, origin: Origin, model: str) -> Iterator[Found]:
    asked = sample.input
    said = asked if isinstance(asked, str) else "\n".join(_text(m.content) for m in asked)
    base = Found(
        origin=origin,
        place=place,
        names=tuple(dict.fromkeys((str(sample.id), *names_in(sample.metadata)))),
        statements=(_whole(sample, said), *statements_in(sample.metadata)),
        text=None,
        status=_lack(sample),
        sample=sample.epoch - 1,
        model=model,
    )
    if sample.error is not None or not sample.output.choices:
        yield base
    usage = sample.output.usage or {}
    for choice in sample.output.choices if sample.error is None else ():
        yield msgspec.structs.replace(
            base,
            text=_whole(sample, _text(choice.message.content)),
            status="",
            reasoning=_whole(sample, _thoughts(choice.message.content)) or None,
            finish_reason=_finish(sample, choice),
            tokens_in=count_of(usage.get("input_tokens")),
            tokens_out=count_of(usage.get("output_tokens")),
            seconds=seconds_of(sample.output.time),
        )


def _lack(sample: Sample) -> str:
    if sample.error is not None:
        return f"inspect_ai says: {' '.join(sample.error.message.split())[:200] or 'an error'}"
    return "the log holds no answer"


def _finish(sample: Sample, choice: Choice) -> FinishReason:
    if sample.limit is not None:
        return LIMITS.get(sample.limit.type, FinishReason.LENGTH)
    return finish_of(choice.stop_reason)


def _parts(content: Any, kind: str) -> list[str]:
    listed = content if isinstance(content, list) else ()
    found = (part.get(kind) for part in listed if isinstance(part, dict))
    return [text for text in found if isinstance(text, str)]


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "\n".join(_parts(content, "text"))


def _thoughts(content: Any) -> str:
    return "\n\n".join(_parts(content, "reasoning"))


def _whole(sample: Sample, text: str) -> str:
    """Return a text with what was put aside for its length back in its place."""
    if ATTACHED not in text:
        return text
    for name, held in sample.attachments.items():
        text = text.replace(f"{ATTACHED}{name}", held)
    return text
