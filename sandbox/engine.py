"""The container engine, found as its own command line finds it (``DOCKER_HOST``).

The SDK is imported here, when an engine is first asked for, and nowhere at the top
of a module: the rest of the program starts without it.
"""

from __future__ import annotations

import contextlib
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import BoxError

if TYPE_CHECKING:
    from docker import DockerClient

LABEL = "org.olympiad-harness.sandbox"
"""On every image and container that is ours."""

TIMEOUT_S = 60


def connect() -> DockerClient:
    """Return a client of the engine; raises :class:`~harness.errors.BoxError` if none answers."""
    import docker

    try:
        _knock(docker.utils.kwargs_from_env().get("base_url") or "unix:///var/run/docker.sock")
        return docker.from_env(timeout=TIMEOUT_S)  # asks the engine for its version
    except Exception as error:
        raise BoxError(
            f"no container engine answers: {words(error)}",
            hint="start one (`dockerd`), or say where one is with DOCKER_HOST",
        ) from error


def answers() -> bool:
    """Return whether an engine can be asked now."""
    try:
        connect().close()
    except BoxError:
        return False
    return True


def _knock(address: str) -> None:
    """Raise OSError where nobody listens: the SDK would leave its socket open."""
    scheme, _, path = address.partition("://")
    if scheme.endswith("unix"):
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(f"/{path.lstrip('/')}")


def words(error: Exception) -> str:
    """Return what an engine said, in one line, or why it could not be asked."""
    text = str(getattr(error, "explanation", None) or error)
    cause: BaseException | None = error
    while cause is not None:  # the SDK and its libraries wrap what the system said, and tell it all
        if isinstance(cause, OSError) and cause.strerror:
            text = cause.strerror
        cause = cause.__context__
    return " ".join(text.split())[:300]


def remove(client: DockerClient, container: str) -> None:
    """End and remove a container with its volume, and wait until it is gone."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            client.api.remove_container(container, force=True, v=True)
            return
        except Exception as error:
            if getattr(error, "status_code", 0) != 409:  # its removal is under way
                return
        time.sleep(0.02)


def remove_abandoned(client: DockerClient) -> None:
    """Remove containers that were made and never started, because whoever made them was killed.

    One that was started ends by itself, with its input.
    """
    here = socket.gethostname()
    found = client.api.containers(
        all=True, filters={"label": [LABEL], "status": ["created", "exited", "dead"]}
    )
    for each in found:
        host, _, pid = each["Labels"].get(f"{LABEL}.owner", "").rpartition(":")
        if host == here and pid.isdigit() and not Path("/proc", pid).exists():
            with contextlib.suppress(Exception):
                remove(client, each["Id"])


def least_used_core(client: DockerClient) -> int:
    """Return a processor that no other slot on this engine is bound to, or the least used.

    The last one first: the first serves most of a machine's interrupts.
    """
    cores = int(client.info().get("NCPU") or 1)
    used = [0] * cores
    for each in client.api.containers(filters={"label": [LABEL]}):
        core = each["Labels"].get(f"{LABEL}.core", "")
        if core.isdigit() and int(core) < cores:
            used[int(core)] += 1
    return min(reversed(range(cores)), key=used.__getitem__)
