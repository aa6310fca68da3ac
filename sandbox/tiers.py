"""Which tier the judge's slots are of: what is asked for, or the best that this machine has."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from harness.errors import BoxError, UsageError
from sandbox import engine, image
from sandbox.box import Box
from sandbox.docker import DockerBox
from sandbox.embedded import EmbeddedBox
from sandbox.toolchain import HostTools, ImageTools, Tools

NAMES = ("auto", "docker", "embedded", "unsafe")
"""What ``--sandbox`` takes."""


class Tier(Protocol):
    """Makes slots of one kind."""

    note: str
    """Which tier it is and why, in one line for people."""

    @property
    def tools(self) -> Tools:
        """Return the compilers of its toolchain slots."""
        ...

    def bare(self) -> Box:
        """Open a slot for judging: an empty root."""
        ...

    def toolchain(self) -> Box:
        """Open a slot for compiling, which never sees a test."""
        ...

    def close(self) -> None:
        """Close what was opened and not taken."""
        ...


def choose(wanted: str, cache: Path) -> Tier:
    """Return the tier that is wanted; ``auto`` is docker where it works, or else embedded.

    Raises :class:`~harness.errors.BoxError` when docker is wanted and cannot be had. That
    namespaces cannot be had is found out when the first slot is opened.
    """
    match wanted:
        case "docker":
            return DockerTier(cache)
        case "embedded" | "unsafe":
            return EmbeddedTier(cache, unsafe=wanted == "unsafe")
        case "auto":
            try:
                return DockerTier(cache)
            except BoxError as error:
                return EmbeddedTier(cache, instead=error.message)
    raise UsageError(f"there is no sandbox {wanted!r}", hint=f"it is one of {', '.join(NAMES)}")


class DockerTier:
    """Containers of one image; the first is opened at once, to see that it holds."""

    def __init__(self, cache: Path) -> None:
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
        self._spare: Box | None = self._bare()
        self.tools: Tools = ImageTools(found.id, cache, self.toolchain)
        self.note = f"judging in containers of {found.tag}"

    def _bare(self) -> Box:
        with self._lock:  # so that two slots are not given the same core
            if self._cores:
                try:
                    return DockerBox(self._image, on_free_core=True)
                except BoxError as error:
                    # An engine that may use only some processors numbers them as its host does.
                    if "cpu" not in error.message.lower():
                        raise
                    self._cores = False
            return DockerBox(self._image)

    def bare(self) -> Box:
        """Open a container, each bound to a core of its own while there are any."""
        with self._lock:
            spare, self._spare = self._spare, None
        return spare or self._bare()

    def toolchain(self) -> Box:
        """Open a container that may use every core."""
        return DockerBox(self._image, root="toolchain")

    def close(self) -> None:
        """Close the first container if nobody took it."""
        with self._lock:
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()


class EmbeddedTier:
    """Namespaces, or nothing at all."""

    def __init__(self, cache: Path, *, unsafe: bool = False, instead: str = "") -> None:
        self._cache = cache
        self._unsafe = unsafe
        self.tools: Tools = HostTools()
        self.note = "judging WITHOUT isolation" if unsafe else "judging in namespaces"
        if instead:
            self.note += f", not in containers: {instead}"

    def bare(self) -> Box:
        """Open a slot."""
        return EmbeddedBox(self._cache, unsafe=self._unsafe)

    def toolchain(self) -> Box:
        """Open a slot with the host's compilers."""
        return EmbeddedBox(
            self._cache,
            root="toolchain",
            binds={"headers": self._cache / "headers"},
            unsafe=self._unsafe,
        )

    def close(self) -> None:
        """There is nothing to close."""
