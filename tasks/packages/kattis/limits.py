"""The limits of a package, and where its time limit stands."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from sandbox.box import MEBIBYTE
from sandbox.compile import CONTESTANT_LIMITS
from tasks.packages.files import text, wrong
from tasks.packages.kattis.yaml_file import Fields

MAX_TIME_S = 600.0
MAX_MEMORY_MIB = 1 << 18
MAX_OUTPUT_MIB = 1024
MAX_PASSES = 100

DEFAULTS = {"memory": 2048, "output": 8, "code": 128, "validation_memory": 2048}
"""The format's "typical system defaults" (MiB, KiB for the code)."""

GUARANTEES = {
    "compilation_time": int(CONTESTANT_LIMITS.cpu_s),
    "compilation_memory": CONTESTANT_LIMITS.memory_bytes // MEBIBYTE,
    "validation_time": 600,
    "validation_memory": 4096,
    "validation_output": 64,
}
"""The most that a package may ask for (seconds and MiB); asking for more is refused, as the
format demands of a system that cannot give it."""

KEYS = frozenset(
    {
        *("time_limit", "time_multipliers", "time_resolution"),
        *("memory", "output", "code", "validation_passes"),
        *GUARANTEES,
    }
)
"""Keys of the 2025-09 edition."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission and a validator may use."""

    time_s: float | None
    """None: the package does not say, because its system measures the jury's programs."""
    memory_bytes: int
    output_bytes: int
    source_bytes: int
    validator_time_s: float
    validator_memory_bytes: int
    passes: int
    """Most runs of one test of a multi-pass problem."""


def read_limits(folder: Path, given: Fields, *, strict: bool) -> Limits:
    """Read ``limits`` of ``problem.yaml``; ``strict`` holds them to the 2025-09 edition."""
    if strict:
        given.only(KEYS)
    for key, most in GUARANTEES.items():
        if _whole(given, key, 1) > most:
            raise UnsupportedError(
                f"{given.place}: limits.{key} is {given.text(key)}, more than the {most} that "
                "this judge gives",
                hint="the problem is left out",
            )
    memory = _whole(given, "memory", DEFAULTS["memory"])
    output = _whole(given, "output", DEFAULTS["output"])
    for key, value, most in (
        ("memory", memory, MAX_MEMORY_MIB),
        ("output", output, MAX_OUTPUT_MIB),
    ):
        if value > most:
            raise UnsupportedError(
                f"{given.place}: limits.{key} is {value} MiB, more than the {most} MiB that this "
                "judge gives",
                hint="the problem is left out",
            )
    passes = _whole(given, "validation_passes", 2)
    if not 2 <= passes <= MAX_PASSES:
        raise given.wrong("validation_passes", f"not between 2 and {MAX_PASSES}")
    return Limits(
        time_s=_time_limit(folder, given, strict=strict),
        memory_bytes=memory * MEBIBYTE,
        output_bytes=output * MEBIBYTE,
        source_bytes=_whole(given, "code", DEFAULTS["code"]) * 1024,
        validator_time_s=float(_whole(given, "validation_time", 60)),
        validator_memory_bytes=_whole(given, "validation_memory", DEFAULTS["validation_memory"])
        * MEBIBYTE,
        passes=passes,
    )


def time_limit(folder: Path, found: float | None, given: float | None) -> float:
    """Return the limit of the caller, else of the package, in CPU seconds.

    Raises :class:`~harness.errors.TaskDataError` when neither says one.
    """
    chosen = found if given is None else given
    if chosen is None:
        raise TaskDataError(
            f"{folder} says no time limit: it is measured with the jury's programs where the "
            "package is used",
            hint="give the contest's own with --time-limit SECONDS",
        )
    return chosen


def _time_limit(folder: Path, given: Fields, *, strict: bool) -> float | None:
    if "time_limit" in given:
        limit = given.number("time_limit", 0)
        if not 0 < limit <= MAX_TIME_S:
            raise given.wrong("time_limit", f"not between 0 and {MAX_TIME_S:g} s")
        resolution = given.number("time_resolution", 1.0)
        if resolution <= 0:
            raise given.wrong("time_resolution", "not positive")
        steps = limit / resolution
        if strict and not math.isclose(steps, round(steps), abs_tol=1e-9):
            raise given.wrong("time_limit", f"no multiple of time_resolution ({resolution:g} s)")
        return limit
    place = folder / ".timelimit"
    if place.is_file():
        return _seconds(place, text(folder, place).strip())
    place = folder / "domjudge-problem.ini"
    if place.is_file():
        for line in text(folder, place).splitlines():
            key, equals, value = line.partition("=")
            if equals and key.strip() == "timelimit":
                return _seconds(place, value.strip().strip("'\"").strip())
    return None


def _seconds(place: Path, written: str) -> float:
    try:
        limit = float(written)
    except ValueError:
        raise wrong(place, f"the time limit is {written[:40]!r}, not a number") from None
    if not 0 < limit <= MAX_TIME_S:
        raise wrong(place, f"the time limit is {limit:g}, not between 0 and {MAX_TIME_S:g} s")
    return limit


def _whole(given: Fields, key: str, default: int) -> int:
    number = given.number(key, default)
    if number <= 0 or number != int(number):
        raise given.wrong(key, "not a positive whole number")
    return int(number)
