"""A grade in one line: for people, and as JSON."""

from __future__ import annotations

import msgspec

from harness.cli.terminal import plain
from harness.types import CodeBody, Grade, InferredLimit, Problem


def as_json(grade: Grade, problem: Problem) -> dict[str, object]:
    """Return a grade on a problem as the object that ``--json`` prints."""
    return {
        "submission": grade.submission,
        "verdict": grade.verdict.value,
        "points": grade.points,
        "max_points": grade.max_points,
        "subtasks": [
            {
                "name": subtask.name,
                "points": subtask.points,
                "max_points": subtask.max_points,
                "verdict": subtask.verdict.value,
                "deciding_test": subtask.deciding_test,
            }
            for subtask in grade.subtasks
        ],
        "tests": [msgspec.to_builtins(test) for test in grade.tests],
        "least_points": grade.least_points,
        "cpu_s": grade.cpu_s,
        "peak_memory_bytes": grade.peak_memory_bytes,
        "message": grade.message,
        "judge": grade.judge,
        "time_limit_s": body.time_limit_s if isinstance(body := problem.body, CodeBody) else None,
        "inferred_limit": evidence(problem.inferred),
        "language": grade.language,
        "tools": dict(grade.tools),
    }


def evidence(limit: InferredLimit | None) -> dict[str, object] | None:
    """Return what an inferred time limit rests on; None for one that the package says."""
    if limit is None:
        return None
    return {**msgspec.to_builtins(limit), "sentence": limit.sentence}


def as_text(grade: Grade) -> str:
    """Return a grade in one line for people, and the compiler's words under a CE."""
    subtasks = " ".join(f"{s.name}={s.points:g}/{s.max_points:g}" for s in grade.subtasks)
    line = (
        f"{grade.verdict.value:<4}{grade.points:>7g} of {grade.max_points:g}"
        f"  {grade.cpu_s:.2f} s  {grade.peak_memory_bytes / (1 << 20):.0f} MiB"
        f"  {plain(grade.submission)}  {plain(subtasks)}"
    )
    if grade.least_points is not None:
        line += f"  unstable: {grade.least_points:g} if the worst readings counted"
    if grade.verdict.value == "CE":
        line += "\n" + "\n".join(f"      {plain(text)}" for text in grade.message.splitlines()[:12])
    return line
