"""Acts of a judge's server: each question is answered by what it asks, and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from aiohttp import web

from tests.fakes.openai_server import says
from tests.fakes.proofs import fenced


class Question(NamedTuple):
    """One question to a judge's server."""

    proof: str
    """What stands behind the fence."""
    again: bool
    """Whether the marks of others are shown."""
    seed: int
    body: dict[str, Any]


class JudgeServer:
    """A judge by a script; with ``serving(judge)`` it has an address."""

    def __init__(self, script: Callable[[Question], str], takes_s: float = 0.0) -> None:
        self.asked: list[Question] = []
        self._script = script
        self._takes_s = takes_s

    async def __call__(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        prompt = body["messages"][-1]["content"]
        question = Question(
            proof=fenced(prompt).get("proof", ""),
            again="\nThe marks so far" in prompt,
            seed=body["seed"],
            body=body,
        )
        self.asked.append(question)
        await asyncio.sleep(self._takes_s)
        return await says(self._script(question), reasoning_content="I read it.")(request, body)


def gives(mark: object, again: object | None = None) -> Callable[[Question], str]:
    """Return a script: one mark for everything, another where others are shown."""
    return lambda question: (
        f"I read it whole.\n\\boxed{{{again if question.again and again is not None else mark}}}"
    )
