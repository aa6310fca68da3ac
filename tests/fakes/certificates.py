"""Certificates and inferred limits written by hand."""

from __future__ import annotations

from harness.types import Certificate, InferredLimit, TestedProgram, TimeRule

JUDGE = (("compiler", "g++ 12"), ("tier", "embedded"))
CPU = "a processor"

INFERRED = InferredLimit(
    seconds=3.0,
    slowest="accepted/sum.py",
    language="python3",
    cpu_s=0.52,
    rule=TimeRule(multiplier=5.0),
    ceiling_s=60.0,
    programs=2,
    judge="code/0 embedded",
    cpu=CPU,
    date="2025-01-01T00:00:00+00:00",
)


def program(name: str, result: str = "agrees", *, cpu_s: float = 0.1) -> TestedProgram:
    """Return a program of a self-test; those in ``accepted/`` are references."""
    label = name.partition("/")[0]
    return TestedProgram(
        name=name,
        sha256="0" * 64,
        label=label,
        reference=label == "accepted",
        language="cpp",
        expected=label,
        got="AC, 1 of 1",
        result=result,
        detail="" if result == "agrees" else "the verdict is AC, not WA",
        cpu_s=cpu_s,
    )


def certificate(
    problem: str, package: str, *programs: TestedProgram, **more: object
) -> Certificate:
    """Return the certificate of a self-test of some programs."""
    fields: dict[str, object] = {
        "judge": JUDGE,
        "tools": (),
        "cpu": CPU,
        "time_limit_s": 1.0,
        "memory_limit_bytes": 1 << 28,
        "issued": "2025-01-02T00:00:00+00:00",
        "harness_version": "0",
    } | more
    return Certificate(problem=problem, package=package, programs=programs, **fields)  # type: ignore[arg-type]
