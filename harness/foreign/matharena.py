"""MathArena's runs: a file for each problem and model, and the data sets that are made of them.

Source: MathArena, ``src/matharena/runs.py`` (``outputs/<competition>/<model>/<problem>.json.zst``,
in older versions ``.json``) and ``scripts/curation/upload_outputs.py`` (rows of ``*_outputs``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.foreign.found import Found, Origin, count_of, seconds_of
from harness.foreign.packed import zstandard
from harness.foreign.reading import decode, digest, lines, unreadable, whole

WANTED = "a run of MathArena"


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """All answers of a model to one problem, as far as they are used."""

    messages: list[list[dict[str, Any]]]
    problem: str | None = None
    idx: int | str | None = None
    detailed_costs: list[dict[str, Any]] = []


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a data set of outputs."""

    problem_idx: int | str
    answer: str | None
    model_name: str = ""
    problem: str | None = None
    user_message: str | None = None
    idx_answer: int | None = None
    input_tokens: Any = None
    output_tokens: Any = None


def read(file: Path) -> Iterator[Found]:
    """Yield every answer; what the model thought before it is its reasoning."""
    if file.suffix == ".jsonl":
        yield from _rows(file)
        return
    runs = decode(_document(file), Runs, str(file), WANTED)
    model, competition = _model(file)
    origin = Origin(tool="matharena", file=file.name, sha256=digest(file), task=competition)
    names = (str(runs.idx) if runs.idx is not None else file.name.partition(".")[0],)
    for index, blocks in enumerate(runs.messages):
        costs = runs.detailed_costs[index] if index < len(runs.detailed_costs) else {}
        text = _said(blocks, thoughts=False)
        yield Found(
            origin=origin,
            place=f"answer {index + 1}",
            names=names,
            statements=tuple(filter(None, (runs.problem,))),
            text=text,
            status="" if text is not None else "the conversation ends without an answer",
            sample=index,
            model=model,
            reasoning=_said(blocks, thoughts=True),
            tokens_in=count_of(costs.get("input_tokens")),
            tokens_out=count_of(costs.get("output_tokens")),
            seconds=seconds_of(costs.get("time")),
        )


def _rows(file: Path) -> Iterator[Found]:
    origin = Origin(tool="matharena", file=file.name, sha256=digest(file))
    for number, line in lines(file):
        row = decode(line, Answer, f"{file}, line {number}", WANTED)
        yield Found(
            origin=origin,
            place=f"line {number}",
            names=(str(row.problem_idx),),
            statements=tuple(filter(None, (row.problem, row.user_message))),
            text=row.answer,
            status="" if row.answer is not None else "the file holds no answer",
            sample=row.idx_answer,
            model=row.model_name,
            tokens_in=count_of(row.input_tokens),
            tokens_out=count_of(row.output_tokens),
        )


def _document(file: Path) -> bytes:
    if file.suffix != ".zst":
        return whole(file)
    try:
        with file.open("rb") as opened:
            return zstandard(opened, str(file))
    except OSError as error:
        raise unreadable(file, error) from error


def _model(file: Path) -> tuple[str, str]:
    """Return the model and the competition that the folders under ``outputs`` name."""
    parts = file.absolute().parent.parts
    if "outputs" not in parts:
        return "", ""
    inside = parts[len(parts) - parts[::-1].index("outputs") :]
    # A model is a provider and a name; what stands before them is the competition.
    return "/".join(inside[-2:]), "/".join(inside[:-2])


def _said(blocks: Sequence[Mapping[str, Any]], *, thoughts: bool) -> str | None:
    """Return what the model said last, or what it thought before it; None where it did not."""
    last: list[Mapping[str, Any]] = []
    for block in reversed(blocks):
        if block.get("role", "assistant") != "assistant":
            break
        last.insert(0, block)
    found = [_content(each) for each in last if _is_thought(each) is thoughts]
    return "\n\n".join(found) if found else None


def _is_thought(block: Mapping[str, Any]) -> bool | None:
    """Return whether a block holds thoughts; None for what is neither, such as a call of a tool."""
    kind = block.get("type", "response")
    return {"cot": True, "reasoning": True, "response": False, "text": False}.get(str(kind))


def _content(block: Mapping[str, Any]) -> str:
    content = block.get("content", "")
    if isinstance(content, list):
        parts = (part.get("text", "") for part in content if isinstance(part, dict))
        return "\n".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""
