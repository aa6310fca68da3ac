"""What the answer judge and its workers say to each other."""

from __future__ import annotations

import struct

import msgspec

HEAD = struct.Struct(">I")


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one comparison may use."""

    cpu_s: int = 5
    wall_s: float = 30.0
    memory_bytes: int = 1 << 30
    """Address space of the worker, its libraries included."""


class Job(msgspec.Struct, frozen=True):
    """Two answers to compare."""

    gold: str
    said: str
