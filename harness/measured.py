"""What was measured of a grade, apart from what was found.

Times and memory are never the same twice, verdicts are. A layer keeps the two apart, so that two
judgings that found the same are the same bytes.
"""

from __future__ import annotations

import msgspec

from harness.types import Grade, TestResult


class MeasuredTest(msgspec.Struct, frozen=True, array_like=True):
    """What was measured on one test."""

    cpu_s: float
    wall_s: float
    peak_memory_bytes: int
    readings: tuple[float, ...] = ()
    reason: str = ""
    """The words about a test that was measured several times: they hold the readings."""


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured while a submission was judged."""

    submission: str
    cpu_s: float
    peak_memory_bytes: int
    least_points: float | None
    tests: tuple[MeasuredTest, ...]
    """In the order of the grade's."""


def found_in(grade: Grade) -> Grade:
    """Return a grade without what was measured."""
    return msgspec.structs.replace(
        grade,
        cpu_s=0.0,
        peak_memory_bytes=0,
        least_points=None,
        tests=tuple(
            TestResult(
                test=result.test,
                verdict=result.verdict,
                score=result.score,
                reason="" if result.readings else result.reason,
                given=result.given,
            )
            for result in grade.tests
        ),
    )


def measured_in(grade: Grade) -> Measured:
    """Return what was measured, to stand beside the rest."""
    return Measured(
        submission=grade.submission,
        cpu_s=grade.cpu_s,
        peak_memory_bytes=grade.peak_memory_bytes,
        least_points=grade.least_points,
        tests=tuple(
            MeasuredTest(
                result.cpu_s,
                result.wall_s,
                result.peak_memory_bytes,
                result.readings,
                result.reason if result.readings else "",
            )
            for result in grade.tests
        ),
    )


def with_measured(grade: Grade, measured: Measured) -> Grade:
    """Return a grade whole again; raises ValueError where the two are not of one judging."""
    if measured.submission != grade.submission or len(measured.tests) != len(grade.tests):
        raise ValueError(f"the measurements are of {measured.submission}, not {grade.submission}")
    return msgspec.structs.replace(
        grade,
        cpu_s=measured.cpu_s,
        peak_memory_bytes=measured.peak_memory_bytes,
        least_points=measured.least_points,
        tests=tuple(
            msgspec.structs.replace(
                result,
                cpu_s=one.cpu_s,
                wall_s=one.wall_s,
                peak_memory_bytes=one.peak_memory_bytes,
                readings=one.readings,
                reason=one.reason or result.reason,
            )
            for result, one in zip(grade.tests, measured.tests, strict=True)
        ),
    )
