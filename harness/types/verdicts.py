"""What a run of a program came to."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """What a submission or a test came to; ids follow Kattis and CLICS."""

    AC = "AC"
    PAC = "PAC"
    """Partly accepted: a score strictly between nothing and everything."""
    WA = "WA"
    TLE = "TLE"
    MLE = "MLE"
    OLE = "OLE"
    RTE = "RTE"
    CE = "CE"
    JE = "JE"
    """The judge failed (a checker broke its contract); never the contestant's fault."""
    UR = "UR"
    """Unresolved: an answer of which neither equal nor not equal could be said. It has no points,
    and every count and interval holds it apart from a wrong one."""
    SK = "SK"
    """Not run, because it could not change the score."""


class StoppedBy(StrEnum):
    """Which limit ended a process."""

    NONE = "none"
    CPU = "cpu"
    WALL = "wall"
    MEMORY = "memory"
    OUTPUT = "output"


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one run of one program, before any judgement; made by a box."""

    exit_code: int | None
    """None when a signal ended it."""
    signal: int | None
    cpu_s: float
    """User + system seconds of the process and all its descendants."""
    wall_s: float
    peak_memory_bytes: int
    stopped_by: StoppedBy
    stdout_bytes: int = 0
    stdout_head: bytes = b""
    stderr_head: bytes = b""
    orphans: int = 0
    """Descendants still alive when the program ended; they were killed."""
