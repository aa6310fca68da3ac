"""The limits of a package, and where its time limit stands."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import TimeRule
from sandbox.box import MEBIBYTE
from tasks.packages.files import text, wrong
from tasks.packages.kattis.yaml_file import Fields

MAX_TIME_S = 600.0
CEILING_S = 60.0
"""What the jury's programs run under while an open time limit is measured: generous, and not
endless, because one of them may never end."""
MAX_MEMORY_MIB = 1 << 18
MAX_OUTPUT_MIB = 1024
MAX_PASSES = 100

DEFAULTS = {
    **{"memory": 2048, "output": 8, "code": 128},
    **{"compilation_time": 60, "compilation_memory": 2048},
    **{"validation_time": 60, "validation_memory": 2048},
}
"""The format's "typical system defaults" (seconds, MiB, KiB for the code)."""

GUARANTEES = {
    "compilation_time": 600,
    "compilation_memory": 1 << 14,
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

FACTORS = frozenset({"ac_to_time_limit", "time_limit_to_tle"})
"""Keys of its ``time_multipliers``."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a submission and a validator may use."""

    time_s: float | None
    """None: the package does not say, because its system measures the jury's programs."""
    rule: TimeRule
    """How they are measured then."""
    memory_bytes: int
    output_bytes: int
    source_bytes: int
    compile_time_s: float
    compile_memory_bytes: int
    validator_time_s: float
    validator_memory_bytes: int
    passes: int
    """Most runs of one test of a multi-pass problem."""


def read_limits(folder: Path, given: Fields, *, current: bool, strict: bool) -> Limits:
    """Read ``limits`` of ``problem.yaml``.

    ``current`` is the 2025-09 edition and its drafts; ``strict`` holds it to the edition proper.
    """
    if strict:
        given.only(KEYS)
    for key, most in GUARANTEES.items():
        if _whole(given, key, 1) > most:
            raise UnsupportedError(
                f"{given.place}: limits.{key} is {given.text(key)}, more than the {most} that "
                "this judge gives",
                hint="the problem is left out",
            )
    guaranteed = {key: _whole(given, key, DEFAULTS[key]) for key in GUARANTEES if key in DEFAULTS}
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
        rule=_rule(given, strict=strict) if current else _legacy_rule(given),
        memory_bytes=memory * MEBIBYTE,
        output_bytes=output * MEBIBYTE,
        source_bytes=_whole(given, "code", DEFAULTS["code"]) * 1024,
        compile_time_s=float(guaranteed["compilation_time"]),
        compile_memory_bytes=guaranteed["compilation_memory"] * MEBIBYTE,
        validator_time_s=float(guaranteed["validation_time"]),
        validator_memory_bytes=guaranteed["validation_memory"] * MEBIBYTE,
        passes=passes,
    )


def no_limit(folder: Path) -> TaskDataError:
    """Return the error of a package that leaves its limit open, with the two ways out."""
    return TaskDataError(
        f"{folder} says no time limit: it is measured with the jury's programs where the "
        "package is used",
        hint="give the contest's own with --time-limit SECONDS, or have it measured here, once "
        f"and for all, by `harness selftest {folder}`",
    )


def _legacy_rule(given: Fields) -> TimeRule:
    return TimeRule(multiplier=_factor(given, "time_multiplier", 5.0, least=0.0))


def _rule(given: Fields, *, strict: bool) -> TimeRule:
    factors = given.map("time_multipliers")
    if strict:
        factors.only(FACTORS)
    resolution = given.number("time_resolution", 1.0)
    if resolution <= 0:
        raise given.wrong("time_resolution", "not positive")
    return TimeRule(
        multiplier=_factor(factors, "ac_to_time_limit", 2.0, least=1.0),
        resolution_s=resolution,
        to_tle=_factor(factors, "time_limit_to_tle", 1.5, least=1.0),
    )


def _factor(given: Fields, key: str, default: float, *, least: float) -> float:
    factor = given.number(key, default)
    if factor < least or factor <= 0:
        raise given.wrong(key, f"less than {least:g}" if least else "not positive")
    return factor


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
