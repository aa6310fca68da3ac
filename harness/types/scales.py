"""The scales that proofs are marked on, and how several marks become one."""

from __future__ import annotations

from enum import StrEnum


class Scale(StrEnum):
    """The values that a mark may have. Marks of one scale are never read as those of another."""

    POINTS = "0-7"
    """Whole points, as at the IMO."""
    CLASSES = "7/6/1/0"
    """Correct, almost, partly, incorrect: IMO-ProofBench."""
    HALVES = "1/0.5/0"
    """Complete, right with small errors, otherwise: DeepSeekMath-V2."""
    BINARY = "correct/incorrect"
    """1 is correct, 0 is not: the Open Proof Corpus."""

    @property
    def values(self) -> tuple[float, ...]:
        """Every value, the best first."""
        match self:
            case Scale.POINTS:
                return (7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0)
            case Scale.CLASSES:
                return (7.0, 6.0, 1.0, 0.0)
            case Scale.HALVES:
                return (1.0, 0.5, 0.0)
            case Scale.BINARY:
                return (1.0, 0.0)

    @property
    def top(self) -> float:
        """The value of a proof that nothing was found against."""
        return self.values[0]


class Aggregate(StrEnum):
    """How marks become one."""

    MEAN = "mean"
    MIN = "min"
    MEDIAN = "median"
    """Of an even number, the lower of the two in the middle."""
    MAJORITY = "majority"
    """The most frequent mark, the lower one of two that are equally frequent."""
    ZERO_VETO = "zero_veto"
    """0 where any mark is 0, otherwise the mean (arXiv 2603.19220, appendix A.1.2)."""
    UNANIMOUS = "unanimous"
    """The top of the scale where every mark is, otherwise 0."""


AVERAGES = (Aggregate.MEAN, Aggregate.ZERO_VETO)
"""Those that can come to what is no mark."""
