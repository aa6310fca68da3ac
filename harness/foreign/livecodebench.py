"""LiveCodeBench's outputs: a JSON list of problems with ``code_list``, and ``output_list``.

Source: LiveCodeBench, ``lcb_runner/runner/custom_evaluator.py`` (``--custom_output_file``) and
``lcb_runner/benchmarks/code_generation.py`` (what its own runner writes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from harness.foreign.found import Found, Origin
from harness.foreign.reading import decode, digest, refuse, whole

WANTED = "a list of outputs of LiveCodeBench"
NAMED = re.compile(r"Scenario\.\w+?_(\d+)_([\d.]+?)(?:_cot)?(?:_eval_all)?\.json")
"""``Scenario.codegeneration_<samples>_<temperature>.json``."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One problem's outputs, as far as they are used."""

    question_id: str
    code_list: list[str | None]
    """Sources as they were found in the answers."""
    output_list: list[str | None] = []
    """The answers; in files made for ``--custom_output_file`` there are none."""
    question_title: str = ""
    question_content: str = ""


def read(file: Path, language: str = "") -> Iterator[Found]:
    """Yield every answer, or the bare source where the answers are not kept."""
    named = NAMED.fullmatch(file.name)
    sampling: dict[str, Any] = {}
    if named:
        sampling = {"n": int(named[1]), "temperature": float(named[2].strip(".") or 0)}
    origin = Origin(tool="livecodebench", file=file.name, sha256=digest(file), sampling=sampling)
    folder = file.absolute().parent
    model = folder.name if named and folder.parent.name == "output" else ""
    listed = decode(whole(file), list[Any], str(file), WANTED)
    for index, one in enumerate(listed):
        place = f"{file}, problem {index + 1}"
        if isinstance(one, list):
            refuse(
                place,
                "is a list without a question_id, so nothing says which problem it is of",
                'write objects: [{"question_id": "…", "code_list": ["…"]}]',
            )
        yield from _problem(one, index, place, origin, model, language)


def _problem(
    one: Any, index: int, place: str, origin: Origin, model: str, language: str
) -> Iterator[Found]:
    problem = decode(msgspec.json.encode(one), Problem, place, WANTED)
    for number, code in enumerate(problem.code_list):
        answers = problem.output_list
        answer = answers[number] if number < len(answers) else None
        bare = answer is None or answer == code
        text = code if bare else answer
        yield Found(
            origin=origin,
            place=f"problem {index + 1}, output {number + 1}",
            names=tuple(filter(None, (problem.question_id, problem.question_title))),
            statements=tuple(filter(None, (problem.question_content,))),
            text=text,
            status="" if text is not None else "the file holds no output",
            sample=number,
            model=model,
            language=language if bare else "",
        )
