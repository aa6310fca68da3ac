"""What a judge finds, and what of it a contestant sees."""

from __future__ import annotations

import msgspec

from harness.types.marks import Marking
from harness.types.verdicts import Verdict

# gc=False: a run's log has millions of these, and none of them can be part of a circle.


class TestResult(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One submission on one test; made by the code judge."""

    __test__ = False

    test: str
    verdict: Verdict
    score: float
    """0..1; of an accepted test, the share of its points that the judge gave."""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_memory_bytes: int = 0
    reason: str = ""
    """A few words: which limit, which signal, or the checker's message."""
    given: float | None = None
    """The score that a validator gave in place of its group's (``score.txt``), or the outcome
    that is compared with thresholds (``group_threshold``)."""
    readings: tuple[float, ...] = ()
    """CPU seconds of every run, where the first was near the time limit."""


class SubtaskScore(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Points of one subtask; made by the code judge."""

    name: str
    points: float
    max_points: float
    deciding_test: str = ""
    """The first test with the lowest score, when points were lost."""
    verdict: Verdict = Verdict.AC


class Grade(msgspec.Struct, frozen=True, kw_only=True, tag="grade"):
    """The judge's finding on one submission; made by a judge, never shown to a strategy."""

    submission: str
    attempt: str
    judge: str
    """Name and version, with the facts that can change a verdict (tier, compiler)."""
    verdict: Verdict
    points: float
    max_points: float
    subtasks: tuple[SubtaskScore, ...] = ()
    tests: tuple[TestResult, ...] = ()
    message: str = ""
    """Compiler output, or how equality of answers was decided; clipped."""
    cpu_s: float = 0.0
    """The largest of any test."""
    peak_memory_bytes: int = 0
    """The largest of any test."""
    least_points: float | None = None
    """Points if the worst reading of every test near the time limit counted; None when that
    changes nothing. A grade with it is *unstable*."""
    language: str = ""
    """Title of the language it was judged in; empty where nothing was run."""
    tools: tuple[tuple[str, str], ...] = ()
    """Compiler and runtime of that language, and what they say of themselves."""
    marking: Marking | None = None
    """How a jury came to it; None where none marked."""


class SubtaskFeedback(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a contestant sees of a subtask."""

    name: str
    points: float
    max_points: float
    verdict: str = ""
    """Verdict of the first lowest-scoring test, where the contest shows it."""


class Feedback(msgspec.Struct, frozen=True, kw_only=True, tag="feedback"):
    """The part of a grade that the contest lets the contestant see; made by rules."""

    submission: str
    attempt: str
    points: float | None = None
    verdict: str = ""
    subtasks: tuple[SubtaskFeedback, ...] = ()
    message: str = ""
