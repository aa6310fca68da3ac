"""Answers that admit that they do not solve the problem."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from harness.desk import Answer
from harness.session import Session

PHRASES = Path(__file__).with_suffix(".txt")
"""One phrase a line, in lower case; lines that begin with ``#`` are no phrases."""
PROMPT = Path(__file__).parent / "prompts" / "filter-longest" / "refusal.md"

_FENCED = re.compile(r"^ *(`{3,}|~{3,}).*?(?:^ *\1|\Z)", re.MULTILINE | re.DOTALL)


def admits(text: str) -> bool:
    """Return whether the prose of an answer has one of the phrases.

    Thoughts are left out, and so are code blocks: whoever doubts on the way may have come to an
    answer, and a comment speaks of a line of the program.
    """
    prose = _FENCED.sub(" ", text.rpartition("</think>")[2])
    words = " ".join(prose.lower().replace("\u2019", "'").split())
    return any(phrase in words for phrase in phrases())


@cache
def phrases() -> tuple[str, ...]:
    """Return the phrases of the file."""
    lines = (line.strip() for line in PHRASES.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


async def model_says(session: Session, answer: Answer) -> bool:
    """Ask the model whether an answer admits that it is none; what it does not say is no."""
    asked = session.render(PROMPT, {"answer": answer.text.rpartition("</think>")[2]})
    said = await session.ask(asked)
    words = re.findall(r"[A-Z]+", said.text.rpartition("</think>")[2].upper()) if said else []
    return words[-1:] == ["REFUSAL"]
