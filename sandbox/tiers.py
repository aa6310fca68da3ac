"""Which tier the judge's slots are of: what is asked for, or the best that this machine has."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from harness.errors import BoxError, UsageError
from harness.types import Sandbox
from sandbox import engine, image
from sandbox.box import Box
from sandbox.compile import DISK_BYTES
from sandbox.docker import DockerBox
from sandbox.embedded import EmbeddedBox, best_tier
from sandbox.embedded import Tier as HostName
from sandbox.program import Root
from sandbox.toolchain import HostTools, ImageTools, Tools

log = logging.getLogger(__name__)

PATIENCE_S = 300.0
"""How long a run waits for an engine that went away in its middle. What was generated until then
is not lost in any case: attempts that could not be judged are void, and `--resume` does them."""


class Tier(Protocol):
    """Makes slots of one kind."""

    note: str
    """Which tier it is and why, in one line for people."""
    headers: str
    """Where a slot for compiling shows the folder of precompiled headers; empty: nowhere."""

    @property
    def tools(self) -> Tools:
        """Return the compilers and runtimes of its slots."""
        ...

    def judging(self, root: Root, *, processes: bool = False) -> Box:
        """Open a slot for judging: an empty root, or one with runtimes.

        With ``processes`` its programs may start some.
        """
        ...

    def compiling(self, *, proc: bool) -> Box:
        """Open a slot for compiling, which never sees a test; with ``/proc`` if it is needed."""
        ...

    def close(self) -> None:
        """Close what was opened and not taken."""
        ...


def choose(wanted: str, cache: Path, *, patience_s: float = PATIENCE_S) -> Tier:
    """Return the tier that is wanted; ``auto`` is docker where it works, or else embedded.

    Raises :class:`~harness.errors.BoxError` when what is wanted cannot be had.
    """
    match wanted:
        case "docker":
            return DockerTier(cache, patience_s=patience_s)
        case "embedded" | "landlock" | "unsafe":
            return HostTier(cache, wanted)
        case "auto":
            try:
                return DockerTier(cache, patience_s=patience_s)
            except BoxError as error:
                return HostTier(cache, best_tier(cache), instead=error.message)
    raise UsageError(f"there is no sandbox {wanted!r}", hint=f"it is one of {', '.join(Sandbox)}")


class DockerTier:
    """Containers of one image; the first is opened at once, to see that it holds."""

    headers = "/headers"

    def __init__(self, cache: Path, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._closed = threading.Event()
        client = engine.connect()
        try:
            found = image.needed(client)
            engine.remove_abandoned(client)
        finally:
            client.close()
        self._image = found.id
        self._lock = threading.Lock()
        self._cores = True
        """Whether slots can be bound to cores."""
        self._spare: Box | None = self._open("bare")
        self.tools: Tools = ImageTools(found.id, cache, lambda proc: self.compiling(proc=proc))
        self.note = f"judging in containers of {found.tag}"

    def _open(self, root: Root, *, processes: bool = False) -> Box:
        with self._lock:  # so that two slots are not given the same core
            if self._cores:
                try:
                    return DockerBox(self._image, root=root, processes=processes, on_free_core=True)
                except BoxError as error:
                    # An engine that may use only some processors numbers them as its host does.
                    if "cpu" not in error.message.lower():
                        raise
                    self._cores = False
            return DockerBox(self._image, root=root, processes=processes)

    def judging(self, root: Root, *, processes: bool = False) -> Box:
        """Open a container, each bound to a core of its own while there are any."""
        spare: Box | None = None
        if root == "bare" and not processes:
            with self._lock:
                spare, self._spare = self._spare, None
        return spare or self._patiently(lambda: self._open(root, processes=processes))

    def compiling(self, *, proc: bool) -> Box:
        """Open a container that may use every core."""
        return self._patiently(
            lambda: DockerBox(self._image, root="toolchain", proc=proc, disk_bytes=DISK_BYTES)
        )

    def _patiently(self, opened: Callable[[], Box]) -> Box:
        """Open a slot, and wait while no engine answers that did before."""
        until = time.monotonic() + self._patience_s
        away = False
        while True:
            try:
                return opened()
            except BoxError as error:
                if engine.answers():
                    if not away:
                        raise  # it refused for a reason
                    away = False  # it has just come back
                    continue
                if time.monotonic() > until or self._closed.is_set():
                    raise
                if not away:
                    log.warning(
                        "the container engine went away (%s); waiting for it, at most %g s",
                        error.message,
                        self._patience_s,
                    )
                away = True
            self._closed.wait(1)

    def close(self) -> None:
        """Close the first container if nobody took it."""
        self._closed.set()
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()


NOTES: dict[HostName, str] = {
    "embedded": "judging in namespaces",
    "landlock": "judging under Landlock, without namespaces",
    "unsafe": "judging WITHOUT isolation",
}


class HostTier:
    """Slots made of what the machine's kernel has, with the machine's own compilers."""

    def __init__(self, cache: Path, name: HostName, *, instead: str = "") -> None:
        self._cache = cache
        self._name = name
        self.tools: Tools = HostTools()
        self.headers = "/headers" if name == "embedded" else str(cache.absolute() / "headers")
        if name != "embedded" and os.geteuid() == 0:
            self.headers = ""  # a slot with a uid of its own may not enter root's folders
        self.note = NOTES[name] + (f", not in containers: {instead}" if instead else "")

    def judging(self, root: Root, *, processes: bool = False) -> Box:
        """Open a slot."""
        return EmbeddedBox(self._cache, root=root, processes=processes, tier=self._name)

    def compiling(self, *, proc: bool) -> Box:
        """Open a slot with the host's compilers."""
        binds = {"headers": self._cache / "headers"}
        return EmbeddedBox(
            self._cache,
            root="toolchain",
            proc=proc,
            binds=binds,
            disk_bytes=DISK_BYTES,
            tier=self._name,
        )

    def close(self) -> None:
        """There is nothing to close."""
