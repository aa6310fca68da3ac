"""lm-eval's ``samples_<task>_<time>.jsonl``: a line for each document and filter.

Source: lm-evaluation-harness 0.4.13, ``evaluator.evaluate`` and ``EvaluationTracker``. The model,
the version and the sampling stand in ``results_<time>.json`` of the same folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from harness.foreign.found import Found, Origin, names_in, statements_in
from harness.foreign.reading import decode, digest, lines, refuse, whole

WANTED = "a samples file of lm-eval"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One line, as far as it is used."""

    doc_id: int | str
    doc: dict[str, Any]
    resps: list[Any]
    """A list for each request of the document, with an answer for each repeat."""
    filter: str = ""
    arguments: Any = None
    """``[[prompt, settings], …]``, or the same as objects with names."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """How lm-eval was started."""

    model: str = ""
    gen_kwargs: Any = None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """The file of results beside the samples."""

    config: Config = Config()
    model_name: str | None = None
    lm_eval_version: str | None = None


def read(file: Path) -> Iterator[Found]:
    """Yield every generation once; lines of further filters hold the same ones."""
    task, time = _name(file)
    results = _results(file.with_name(f"results_{time}.json"))
    model = results.model_name or ""
    origin = Origin(
        tool="lm-eval",
        version=results.lm_eval_version or "",
        file=file.name,
        sha256=digest(file),
        task=task,
    )
    first: str | None = None
    for number, line in lines(file):
        place = f"{file}, line {number}"
        sample = decode(line, Sample, place, WANTED)
        first = sample.filter if first is None else first
        if sample.filter != first:
            continue
        settings = _settings(sample.arguments)
        answers = [text for texts in sample.resps for text in _listed(texts)]
        for index, text in enumerate(answers):
            if not isinstance(text, str):
                refuse(
                    f"{place}: resps",
                    "holds likelihoods and no text",
                    "only tasks of the type generate_until have something to judge",
                )
            yield Found(
                origin=origin,
                place=f"line {number}",
                names=names_in(sample.doc),
                statements=(*statements_in(sample.doc), *_prompts(sample.arguments)),
                text=text,
                sample=index,
                model=model,
                sampling=settings[min(index, len(settings) - 1)] if settings else {},
            )


def _name(file: Path) -> tuple[str, str]:
    """Return the task and the time that a file's name tells."""
    stem = file.stem.removeprefix("samples_")
    task, _, time = stem.rpartition("_")
    return task, time


def _results(file: Path) -> Results:
    if not file.is_file():
        return Results()
    return decode(whole(file), Results, str(file), "a results file of lm-eval")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _requests(arguments: Any) -> list[list[Any]]:
    """Return the arguments of each request, in whichever of two forms they are written."""
    given = list(arguments.values()) if isinstance(arguments, dict) else _listed(arguments)
    return [list(one.values()) if isinstance(one, dict) else list(_listed(one)) for one in given]


def _settings(arguments: Any) -> list[Mapping[str, Any]]:
    """Return the sampling of each request."""
    found = [
        [part for part in request if isinstance(part, dict)] for request in _requests(arguments)
    ]
    return [parts[-1] for parts in found if parts]


def _prompts(arguments: Any) -> list[str]:
    """Return what was asked, once."""
    found = (part for request in _requests(arguments) for part in request)
    return list(dict.fromkeys(_said(part) for part in found if isinstance(part, str)))


def _said(prompt: str) -> str:
    """Return a prompt's words; for a chat it is written as JSON."""
    if not prompt.startswith("["):
        return prompt
    try:
        messages = msgspec.json.decode(prompt, type=list[dict[str, Any]])
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return prompt
    return "\n".join(str(message.get("content", "")) for message in messages)
