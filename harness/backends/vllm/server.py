"""One server process, started under a guard that leaves nothing of it behind."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from harness.backends.vllm.journal import Journal

GUARD = Path(__file__).with_name("guard.py")
GRACE_S = 10.0
"""Between asking a server to end and killing it; nothing of value is in it."""
KILL_S = 30.0
"""How long the guard may take to kill what does not end."""


class Server:
    """A server that was started; it may have ended since."""

    def __init__(self, guard: asyncio.subprocess.Process) -> None:
        self._guard = guard

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._guard.returncode is None

    async def ended(self) -> int:
        """Wait for its end and return its exit code, 128 and the signal's number if killed."""
        return await self._guard.wait()

    async def stop(self) -> None:
        """End it with all its processes; safe to call twice."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        try:
            async with asyncio.timeout(GRACE_S + KILL_S):
                await self._guard.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._guard.send_signal(signal.SIGKILL)


async def start(command: list[str], environment: Mapping[str, str], journal: Journal) -> Server:
    """Start a server; it ends with this process, however that ends."""
    journal.begin(command)
    with journal.path.open("ab") as output:
        guard = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(GUARD),
            f"{GRACE_S:g}",
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=output,
            env=dict(environment),
            # Ctrl-C is for us: the server is ended when the samples are.
            start_new_session=True,
        )
    return Server(guard)


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
