"""Plain JSON lines: an object for each generation, whose fields whoever brings them names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.errors import RecordingError, UsageError
from harness.foreign.found import (
    STATEMENTS,
    Found,
    Origin,
    count_of,
    finish_of,
    names_in,
    seconds_of,
    statements_in,
)
from harness.foreign.reading import decode, digest, lines

FIELDS = {
    "text": "text",
    "problem": "",
    "statement": "",
    "model": "",
    "reasoning": "reasoning",
    "finish_reason": "finish_reason",
    "tokens_in": "tokens_in",
    "tokens_out": "tokens_out",
    "seconds": "seconds",
    "language": "language",
    "sample": "sample",
}
"""What a generation has, and the field it stands in unless another is named; without one, the
usual names of problems, statements and models are tried."""

MODELS = ("model", "contestant", "model_name", "generator")


def read(file: Path, fields: Mapping[str, str]) -> Iterator[Found]:
    """Yield every generation; a list of texts is so many."""
    for name in fields:
        if name not in FIELDS:
            raise UsageError(
                f"--fields: a generation has no {name!r}", hint=f"it has {', '.join(FIELDS)}"
            )
    at = {**FIELDS, **fields}
    origin = Origin(tool="jsonl", file=file.name, sha256=digest(file))
    for number, line in lines(file):
        place = f"{file}, line {number}"
        doc = decode(line, dict[str, Any], place, "a JSON object")
        if at["text"] not in doc:
            held = ", ".join(ascii(name)[1:-1][:40] for name in list(doc)[:12])
            raise RecordingError(
                f"{place}: no field {at['text']!r} holds the text; it has {held or 'none'}",
                hint="name the field that does: --fields text=NAME",
            )
        said = doc[at["text"]]
        for index, text in enumerate(said if isinstance(said, list) else [said]):
            yield _found(doc, at, text, place, f"line {number}", index, origin)


def _found(
    doc: Mapping[str, Any],
    at: Mapping[str, str],
    text: Any,
    place: str,
    short: str,
    index: int,
    origin: Origin,
) -> Found:
    if text is not None and not isinstance(text, str):
        raise RecordingError(
            f"{place}: {at['text']} is {type(text).__name__}, and no text",
            hint="name the field that holds the text: --fields text=NAME",
        )
    reasoning, sample = doc.get(at["reasoning"]), doc.get(at["sample"])
    named = (at["problem"],) if at["problem"] else None
    # What a model wrote says nothing of what it was asked, whatever its field is called.
    written = (at["text"], at["reasoning"])
    stated = [name for name in STATEMENTS if name not in written]
    if at["statement"]:
        stated = [at["statement"]]
    return Found(
        origin=origin,
        place=short,
        names=names_in(doc, named) if named else names_in(doc),
        statements=statements_in(doc, stated),
        text=text,
        status="" if text is not None else str(doc.get("status") or "the file holds no text"),
        sample=sample if isinstance(sample, int) else index,
        model=next(iter(names_in(doc, (at["model"],) if at["model"] else MODELS)), ""),
        reasoning=reasoning if isinstance(reasoning, str) else None,
        finish_reason=finish_of(doc.get(at["finish_reason"])),
        tokens_in=count_of(doc.get(at["tokens_in"])),
        tokens_out=count_of(doc.get(at["tokens_out"])),
        seconds=seconds_of(doc.get(at["seconds"])),
        language=str(doc.get(at["language"]) or ""),
    )
