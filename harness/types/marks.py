"""What a jury of models finds of a submission: opinions, marks and how they became one."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from harness.types.sampling import FinishReason, Sampling
from harness.types.texts import TextRef


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


class Purpose(StrEnum):
    """Why a model of the jury was asked."""

    MARK = "mark"
    """For a mark, by one who knows of no other."""
    AGAIN = "again"
    """For a mark, by one who is shown those of the others."""
    RESTYLE = "restyle"
    """For a copy of the proof in a uniform style, which is then marked in its place."""
    EQUAL = "equal"
    """Whether a final answer is the expected one."""


class Opinion(msgspec.Struct, frozen=True, kw_only=True, tag="opinion"):
    """What one model of the jury wrote when it was asked once; made by a court."""

    id: str
    attempt: str
    submission: str
    juror: str
    """Name of the model."""
    purpose: Purpose
    prompt: TextRef
    """JSON messages."""
    template_hash: str
    sampling: Sampling
    text: TextRef
    reasoning: TextRef | None = None
    finish_reason: FinishReason
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0
    seed: int
    tries: int = 1


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One vote of a jury; made by a judge of proofs."""

    juror: str
    seat: int
    """Which of that model's votes, from 1."""
    round: int = 1
    """2 where the marks of the others were shown."""
    value: float | None
    """On the jury's scale; None is no vote: nothing could be read, however often it was asked."""
    opinions: tuple[str, ...]
    """Everything that was asked for it, the last one being what it was read in."""


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


class Marking(msgspec.Struct, frozen=True, kw_only=True):
    """How a jury came to its grade; made by a judge of proofs."""

    jury: str
    """Id of the jury's file."""
    scale: Scale
    aggregate: Aggregate
    marks: tuple[Mark, ...]
    """All of them; where there was a second round, those of the first one do not count."""
    found: float
    """What the marks that count came to, on the jury's scale, before it was made whole."""
    figures: tuple[tuple[str, float], ...]
    """What each other aggregation would have come to, by name, sorted."""
    shown: tuple[str, ...] = ()
    """What the jury knew beside statement and proof: ``reference``, ``rubric``, ``guidelines``."""
    restyled: TextRef | None = None
    """The copy that was marked in place of the proof."""
    kin: tuple[str, ...] = ()
    """Models of the jury that are of the contestant's own family."""

    @property
    def counted(self) -> tuple[Mark, ...]:
        """The marks of the last round."""
        last = max((mark.round for mark in self.marks), default=1)
        return tuple(mark for mark in self.marks if mark.round == last)

    @property
    def spread(self) -> float:
        """The highest mark that counts, less the lowest."""
        values = [mark.value for mark in self.counted if mark.value is not None]
        return max(values) - min(values) if values else 0.0

    @property
    def unread(self) -> int:
        """Votes of the last round in which nothing could be read."""
        return sum(mark.value is None for mark in self.counted)

    @property
    def rejudged(self) -> bool:
        """Whether there was a second round."""
        return any(mark.round > 1 for mark in self.marks)


class PersonMark(msgspec.Struct, frozen=True, kw_only=True, tag="person-mark"):
    """What a person gave a proof; made by ``harness marks import``.

    It outranks what models gave. Of two by one person for one submission, the later one counts.
    """

    attempt: str
    submission: str
    person: str
    points: float
    comment: str = ""
    given: str
    """When it was brought in: ISO time, UTC."""
