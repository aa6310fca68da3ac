"""A folder in which a fake vLLM is started, and what happened to it.

Words of a script, for one start: ``prints`` (a text), ``start_s`` (seconds until it
listens), ``exits`` (a code, at its start), ``killed`` (at its start), ``die_after`` and
``sick_after`` (so many requests), ``answer_s``, ``hangs`` (signs of life, no answer),
``deaf`` (to SIGTERM), ``engine`` (a child that is deaf and in a session of its own),
``version``, ``context``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from harness.backend import BackendContext
from harness.backends.vllm import open_backend
from harness.backends.vllm.backend import VLLMBackend
from tests.fakes.scripted import contest

ROOT = Path(__file__).resolve().parents[2]
PATH = os.pathsep.join((str(ROOT / "tests" / "fakes" / "engine"), str(ROOT)))
PACE = 0.02
"""Pauses are as much shorter."""


class EngineRoom:
    """What a test sees of the servers that were started."""

    def __init__(self, folder: Path, *script: dict[str, Any]) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": PATH,
            "FAKE_VLLM": str(folder),
            "HARNESS_CACHE": str(folder / "cache"),
        }
        folder.mkdir(exist_ok=True)
        self.plan(*(script or ({},)))
        self.checkpoint = checkpoint(folder / "ckpt-4200")

    def plan(self, *script: dict[str, Any]) -> None:
        """Say what happens at each start."""
        (self.folder / "script.json").write_text(json.dumps(script))

    def backend(self, **args: str) -> VLLMBackend:
        backend = open_backend(
            BackendContext(
                args={"pretrained": str(self.checkpoint), **args},
                contest=contest(),
                environment=self.environment,
                tell=self.told.append,
            ),
            pace=PACE,
        )
        assert isinstance(backend, VLLMBackend)
        return backend

    def events(self, kind: str) -> list[dict[str, Any]]:
        file = self.folder / "events.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [event for line in lines if (event := json.loads(line))["event"] == kind]

    @property
    def starts(self) -> int:
        return len(self.events("started"))

    def alive(self) -> list[int]:
        """Return the processes of all servers and engines that still run."""
        pids = [e["pid"] for e in self.events("started")]
        pids += [e["engine"] for e in self.events("engine")]
        return [pid for pid in pids if _runs(pid)]


def checkpoint(folder: Path) -> Path:
    """Write what looks like a checkpoint."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text('{"max_position_embeddings": 8192}')
    (folder / "generation_config.json").write_text('{"eos_token_id": 2}')
    (folder / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}')
    (folder / "model.safetensors").write_bytes(bytes(range(256)) * 8192)
    return folder


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
