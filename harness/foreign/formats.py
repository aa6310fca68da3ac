"""The formats by name, and the files of one that are in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from harness.errors import RecordingError, UsageError
from harness.foreign import (
    inspect_ai,
    json_lines,
    livecodebench,
    lm_eval,
    matharena,
    nemo_skills,
)
from harness.foreign.found import Found


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """How files are to be read."""

    fields: Mapping[str, str] = {}
    """Of ``jsonl``: which field holds what."""
    language: str = ""
    """Of bare sources whose file does not say."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """One format."""

    meaning: str
    patterns: tuple[str, ...]
    """Of the files that are taken out of a folder."""
    read: Callable[[Path, Request], Iterator[Found]]


FORMATS: Mapping[str, Format] = {
    "lm-eval": Format(
        meaning="samples_*.jsonl of lm-eval",
        patterns=("samples_*.jsonl",),
        read=lambda file, _: lm_eval.read(file),
    ),
    "nemo-skills": Format(
        meaning="output*.jsonl of NeMo-Skills",
        patterns=("output*.jsonl",),
        read=lambda file, _: nemo_skills.read(file),
    ),
    "livecodebench": Format(
        meaning="outputs of LiveCodeBench: a JSON list with question_id and code_list",
        patterns=("*.json",),
        read=lambda file, asked: livecodebench.read(file, asked.language or "python3"),
    ),
    "inspect": Format(
        meaning="logs of inspect_ai, .eval or .json",
        patterns=("*.eval", "*.json"),
        read=lambda file, _: inspect_ai.read(file),
    ),
    "matharena": Format(
        meaning="runs of MathArena, .json.zst or .json, or rows of its data sets as .jsonl",
        patterns=("*.json.zst", "*.json", "*.jsonl"),
        read=lambda file, _: matharena.read(file),
    ),
    "jsonl": Format(
        meaning="JSON lines, whose fields --fields names",
        patterns=("*.jsonl",),
        read=lambda file, asked: json_lines.read(file, asked.fields),
    ),
}
"""What ``harness import`` reads."""


def files_of(name: str, places: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files that are named, and those of the format in folders that are.

    Raises :class:`~harness.errors.UsageError` for a folder without any.
    """
    found: list[Path] = []
    for place in places:
        if not place.is_dir():
            found.append(place)
            continue
        inside = {
            file
            for pattern in FORMATS[name].patterns
            for file in place.rglob(pattern)
            if file.is_file()
        }
        if not inside:
            raise UsageError(
                f"{place} holds no file of the format {name}",
                hint=f"its files are called {' or '.join(FORMATS[name].patterns)}",
            )
        found += sorted(inside, key=_by_number)
    return tuple(found)


def _by_number(file: Path) -> tuple[str, int, str]:
    """Order files as people count: output-rs2 before output-rs10, 2.json before 10.json."""
    digits = "".join(letter for letter in file.name if letter.isdecimal())
    return str(file.parent), int(digits[:18] or 0), file.name


def generations(name: str, files: Sequence[Path], request: Request) -> Iterator[tuple[Path, Found]]:
    """Yield what is in files of a format; raises for one that is there twice."""
    seen: dict[str, Path] = {}
    for file in files:
        empty = True
        for found in FORMATS[name].read(file, request):
            if empty:
                other = seen.setdefault(found.origin.sha256, file)
                if other != file:
                    raise RecordingError(
                        f"{file} holds the same bytes as {other}",
                        hint="name each file once: its generations would count twice",
                    )
            empty = False
            yield file, found
        if empty:
            raise RecordingError(
                f"{file} holds no generations", hint="is it the right file, and whole?"
            )
