"""One real engine for all tests of this folder, and what it needs."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from harness.backend import BackendContext, Request
from harness.backends.vllm import open_backend
from harness.backends.vllm.backend import VLLMBackend
from harness.types import Message, Sampling
from tests.fakes.scripted import contest

T = TypeVar("T")
CONTEXT = 4096
ENVIRONMENT = {
    "VLLM_CPU_KVCACHE_SPACE": "1",
    # Workers are forked, which saves ten seconds of imports each.
    "VLLM_WORKER_MULTIPROCESSING_METHOD": "fork",
    "HF_HUB_OFFLINE": "1",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/vllm" in item.path.as_posix():
            item.add_marker(pytest.mark.vllm)


@pytest.fixture(scope="session")
def python() -> Path:
    """Return the interpreter that has vLLM."""
    given = os.environ.get("HARNESS_TEST_VLLM")
    if not given:
        pytest.fail("HARNESS_TEST_VLLM names no interpreter with vLLM: see tests/README.md")
    return Path(given)


@pytest.fixture(scope="session")
def tiny(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a model that was made just now."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    maker = Path(__file__).with_name("tiny_model.py")
    subprocess.run([python, maker, folder], check=True, capture_output=True)
    return folder


class Engine:
    """A backend with a loop of its own, so that one server serves many tests."""

    def __init__(self, backend: VLLMBackend, told: list[str], logs: Path) -> None:
        self.backend = backend
        self.told = told
        self.logs = logs
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, what: Callable[[VLLMBackend], Awaitable[T]]) -> T:
        """Do something in the loop of the backend."""

        async def go() -> T:
            return await what(self.backend)

        return asyncio.run_coroutine_threadsafe(go(), self._loop).result()

    def close(self) -> None:
        self.run(lambda backend: backend.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="session")
def engine(python: Path, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    logs = tmp_path_factory.mktemp("logs")
    told: list[str] = []
    backend = open_backend(
        BackendContext(
            args={
                "pretrained": str(tiny),
                "python": str(python),
                "max_model_len": str(CONTEXT),
                "reasoning_parser": "qwen3",
                "logs": str(logs),
            },
            contest=contest(),
            environment={**os.environ, **ENVIRONMENT},
            tell=told.append,
        )
    )
    assert isinstance(backend, VLLMBackend)
    running = Engine(backend, told, logs)
    try:
        yield running
    finally:
        running.close()


def request(seed: int, prompt: str = "What is 6 times 7?", max_tokens: int = 48) -> Request:
    return Request(
        contestant="tiny",
        problem="one",
        sample=seed,
        turn=0,
        messages=(Message(role="user", content=prompt),),
        sampling=Sampling(temperature=1.0, top_p=0.95, max_tokens=max_tokens),
        seed=1_000_003 * seed + 17,
    )
