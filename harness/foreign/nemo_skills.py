"""NeMo-Skills' ``output.jsonl`` and ``output-rs<seed>.jsonl``: the data's own fields and an answer.

Source: NeMo-Skills, ``nemo_skills/inference/generate.py``. No model is named in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
from harness.foreign.reading import decode, digest, lines

WANTED = "a line of NeMo-Skills' output"
SEED = re.compile(r"-rs(\d{1,9})\b")
END = "</think>"


class Output(msgspec.Struct, frozen=True, kw_only=True, rename={"full": "_full_generation"}):
    """One line, as far as it is used."""

    generation: str
    full: str | None = None
    """With its thoughts, where they were cut out of ``generation``."""
    reasoning_content: str | None = None
    num_generated_tokens: Any = None
    num_input_tokens: Any = None
    generation_time: Any = None
    finish_reason: Any = None


def read(file: Path) -> Iterator[Found]:
    """Yield every generation; the seed in the file's name is its number."""
    seed = SEED.search(file.name)
    number_of_sample = int(seed[1]) if seed else None
    sampling = {} if number_of_sample is None else {"random_seed": number_of_sample}
    origin = Origin(tool="nemo-skills", file=file.name, sha256=digest(file), sampling=sampling)
    for number, line in lines(file):
        place = f"{file}, line {number}"
        doc = decode(line, dict[str, Any], place, WANTED)
        output = decode(line, Output, place, WANTED)
        yield Found(
            origin=origin,
            place=f"line {number}",
            names=names_in(doc),
            statements=statements_in(doc),
            text=output.generation,
            sample=number_of_sample,
            reasoning=_thoughts(output),
            finish_reason=finish_of(output.finish_reason),
            tokens_in=count_of(output.num_input_tokens),
            tokens_out=count_of(output.num_generated_tokens),
            seconds=seconds_of(output.generation_time),
        )


def _thoughts(output: Output) -> str | None:
    """Return the thoughts: told apart, or what was cut out before the answer."""
    if output.reasoning_content or output.full is None:
        return output.reasoning_content or None
    return (output.full.rpartition(END)[0] or output.full).removeprefix("<think>").strip() or None
