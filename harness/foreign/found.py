"""What a reader finds: one generation, with where it stood and what made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from harness.types import FinishReason

FINISHES = {
    "stop": FinishReason.STOP,
    "eos": FinishReason.STOP,
    "end_turn": FinishReason.STOP,
    "completed": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "model_length": FinishReason.LENGTH,
    "incomplete": FinishReason.LENGTH,
    "timeout": FinishReason.TIMEOUT,
    "content_filter": FinishReason.REJECTED,
    "rejected": FinishReason.REJECTED,
}
"""Why a generation ended, by the words of servers and of other programs."""

NAMES = (
    "problem_id",
    "question_id",
    "task_id",
    "unique_id",
    "id",
    "problem_idx",
    "problem_name",
    "name",
    "slug",
    "idx",
    "problem",
)
"""Fields that may hold the name of a problem, the surest first."""

STATEMENTS = (
    "problem",
    "statement",
    "question",
    "question_content",
    "problem_statement",
    "prompt",
    "input",
    "query",
    "text",
)
"""Fields that may hold a problem's text."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What made the generations of a file."""

    tool: str
    file: str
    """Name, without its folder."""
    sha256: str
    """Of the whole file."""
    version: str = ""
    """Of the tool; empty where the file does not say."""
    task: str = ""
    """What the tool calls the benchmark."""
    sampling: Mapping[str, Any] = {}
    """As the tool names it."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One generation of a file."""

    origin: Origin
    place: str
    """Line, entry or index in the file."""
    names: tuple[str, ...]
    """What the problem may be called, the surest first."""
    statements: tuple[str, ...] = ()
    """Texts that are the statement, or hold it."""
    text: str | None
    """None: there is none, and ``status`` says why."""
    status: str = ""
    sample: int | None = None
    """The tool's own number of it."""
    model: str = ""
    """Empty where the file does not say."""
    reasoning: str | None = None
    finish_reason: FinishReason = FinishReason.RECORDED
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0
    language: str = ""
    """The text is a bare source in this language."""
    sampling: Mapping[str, Any] = {}
    """Where it is told for each."""


def finish_of(word: object) -> FinishReason:
    """Return why a generation ended; what is not known is ``recorded``."""
    return FINISHES.get(str(word).lower(), FinishReason.RECORDED)


def names_in(doc: Mapping[str, Any], fields: Iterable[str] = NAMES) -> tuple[str, ...]:
    """Return the values of fields that may name a problem."""
    found = (doc.get(field) for field in fields)
    told = (str(value).strip() for value in found if isinstance(value, str | int))
    return tuple(dict.fromkeys(name for name in told if name and len(name) <= LONGEST_NAME))


def statements_in(doc: Mapping[str, Any], fields: Iterable[str] = STATEMENTS) -> tuple[str, ...]:
    """Return the values of fields that may hold a problem's text."""
    found = (doc.get(field) for field in fields)
    return tuple(dict.fromkeys(text for text in found if isinstance(text, str) and text.strip()))


def count_of(value: object) -> int | None:
    """Return a number of tokens, or None for what is none."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if known and 0 <= value < 1 << 53 else None  # type: ignore[operator,call-overload]


def seconds_of(value: object) -> float:
    """Return a length of time, or 0 for what is none."""
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and 0 <= value <= 1e12 else 0.0  # type: ignore[operator,arg-type]


LONGEST_NAME = 200
"""Letters of a name; what is longer is a text."""
