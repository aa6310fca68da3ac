"""Interpreters that have lm-eval and inspect_ai; ``tests/README.md`` says how to make them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.fakes.openai_server import COUNTED, serving


def interpreter(name: str) -> Path:
    given = os.environ.get(name)
    if not given:
        pytest.skip(f"{name} names no interpreter; tests/README.md says how to make one")
    return Path(given)


@pytest.fixture(scope="session")
def lm_eval() -> Path:
    return interpreter("HARNESS_TEST_LM_EVAL")


@pytest.fixture(scope="session")
def inspect_ai() -> Path:
    return interpreter("HARNESS_TEST_INSPECT")


RIGHT, WRONG = "It is $\\boxed{788}$.", "It is $\\boxed{7}$."


class Model:
    """A server that draws by the seed, as vLLM does, and remembers every request."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    async def act(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        self.asked.append(body)
        text = self.text(body["messages"][-1]["content"], body.get("seed") or 0)
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": "stop",
        }
        usage = {**COUNTED, "total_tokens": sum(COUNTED.values())}
        named = {"id": "c-1", "object": "chat.completion", "created": 1, "model": body["model"]}
        return web.json_response({**named, "choices": [choice], "usage": usage})

    @staticmethod
    def text(prompt: str, seed: int) -> str:
        """Answer the demonstration's last problem by chance, and the others not at all."""
        return RIGHT if "Multiples" in prompt and seed % 2 else WRONG

    @property
    def seeds(self) -> list[int]:
        return [body.get("seed", -1) for body in self.asked]


@pytest.fixture
def model() -> Iterator[tuple[Model, str]]:
    held = Model()
    with serving(held.act) as url:
        yield held, url


Environment = Callable[..., dict[str, str]]


@pytest.fixture
def apart(tmp_path: Path) -> Environment:
    """Return an environment in which nothing of the user's is touched or asked for."""

    def made(**more: str) -> dict[str, str]:
        held = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(tmp_path)}
        places = {"HARNESS_DATA": "store", "HARNESS_CACHE": "cache", "HF_HOME": "hf"}
        offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "OPENAI_API_KEY": "none"}
        return {**held, **{k: str(tmp_path / v) for k, v in places.items()}, **offline, **more}

    return made
