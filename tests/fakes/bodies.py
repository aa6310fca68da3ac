"""Programming problems that nobody judges: for tests of what is read and counted."""

from __future__ import annotations

from harness.types import CodeBody, CodeKind, Comparison, Subtask, Test


def code_body(
    *,
    score_type: str = "sum",
    score_precision: int = 2,
    comparison: Comparison = Comparison.WHITESPACE,
    subtasks: tuple[Subtask, ...] = (),
    tests: tuple[Test, ...] = (),
) -> CodeBody:
    """Return the body of a batch problem of one second and 256 MiB, in C++."""
    return CodeBody(
        kind=CodeKind.BATCH,
        time_limit_s=1.0,
        memory_limit_bytes=1 << 28,
        languages=("cpp",),
        score_type=score_type,
        score_precision=score_precision,
        comparison=comparison,
        subtasks=subtasks,
        tests=tests,
    )
