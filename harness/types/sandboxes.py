"""What isolates programs, by the names that people give."""

from __future__ import annotations

from enum import StrEnum


class Sandbox(StrEnum):
    """A value of ``--sandbox``."""

    AUTO = "auto"
    """Containers where they work, or else the best the kernel has."""
    DOCKER = "docker"
    EMBEDDED = "embedded"
    """Namespaces."""
    LANDLOCK = "landlock"
    UNSAFE = "unsafe"
    """Nothing."""
