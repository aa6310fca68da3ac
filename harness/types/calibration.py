"""What people and a judge say of the same proofs, and what is known of the judge from it."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from harness.types.scales import Aggregate, Scale

LEAST_PROBLEMS = 10
"""Held-out problems with a mark, without which a certificate holds nothing: below that the
resampling of problems has too few of them to say how far a figure may be off."""


class HumanVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """One proof with the mark that people gave it; made by a reader of a data set."""

    problem: str
    proof_sha256: str
    """Of the proof's text in UTF-8."""
    mark: float
    """On ``scale``."""
    scale: Scale
    contestant: str = ""
    """The model that wrote it; empty where the data set does not say."""
    family: str = ""
    """Whose model that is."""
    place: str = ""
    """File and row, for messages."""
    statement: str = ""
    """This and what follows is for a jury that is to be asked: empty where only marks are known."""
    proof: str = ""
    reference: str = ""
    guidelines: str = ""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What one judge found of one proof; made by a reader, or from a jury's marks."""

    problem: str
    proof_sha256: str
    judge: str
    scale: Scale
    votes: tuple[float | None, ...] = ()
    """On ``scale``; None is no vote. Empty where only what they came to was recorded."""
    mark: float | None
    """What the votes came to: it may lie between two values of the scale. None: no vote at all."""


class Convention(msgspec.Struct, frozen=True, kw_only=True):
    """How marks of the judge's scale are held against marks of the people's scale.

    Nothing is converted but as it says here, and it is printed above the figures.
    """

    judge: Scale
    human: Scale
    judge_from: float
    """From this mark on the judge *passes* a proof."""
    human_from: float
    """From this mark on people pass a proof."""
    judge_from_fitted: bool = False
    """Whether that was chosen on the calibration part, for the best balanced accuracy there."""
    points: Literal["same", "linear", ""] = ""
    """How points are compared: the scales are the ``same``; the judge's is stretched so that its
    top is the people's (``linear``); or not at all, and figures in points are undefined."""

    @property
    def stretch(self) -> float | None:
        """What a judge's mark is multiplied by to be in points of the people's scale."""
        if not self.points:
            return None
        return 1.0 if self.points == "same" else self.human.top / self.judge.top

    @property
    def sentences(self) -> tuple[str, ...]:
        """The convention in words."""
        chosen = ", chosen on the calibration part" if self.judge_from_fitted else ""
        passes = (
            f"A proof passes with the judge from {self.judge_from:g} on the scale "
            f"{self.judge.value}{chosen}, and with people from {self.human_from:g} on "
            f"{self.human.value}."
        )
        match self.points:
            case "same":
                return passes, "Both mark on the same scale, so points are compared as they are."
            case "linear":
                return passes, (
                    f"Points are compared with the judge's mark times {self.stretch:g}: a "
                    "convention, not a finding."
                )
        return passes, (
            "The scales differ and no mapping was named (`--points linear`), so there are no "
            "figures in points."
        )


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number about a judge, with its interval."""

    name: str
    value: float | None
    """None where it is undefined; never NaN."""
    low: float | None = None
    """95 % interval; None where there is no ground for one."""
    high: float | None = None
    of: int
    """Of how many proofs."""
    problems: int
    """And those of how many problems."""
    method: Literal[
        "clopper-pearson", "clopper-pearson, widened", "bootstrap over problems", ""
    ] = ""
    """How the interval was found; ``widened`` by that of a bootstrap over problems, where one
    problem has several proofs."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a part of a data set."""

    name: Literal["calibration", "held-out"]
    family: str | None = None
    """Only proofs of this family of contestants; None: all of them."""
    proofs: int
    """With a mark of the judge."""
    problems: int
    unmarked: int
    """Proofs on which the judge has no vote: in no figure."""
    votes: int
    """Votes that were recorded one by one."""
    human_passes: int
    judge_passes: int
    figures: tuple[Figure, ...]
    crossing: tuple[tuple[float, float, int], ...] = ()
    """The judge's mark, the people's mark, and how many proofs have both."""

    def figure(self, name: str) -> Figure:
        """Return a figure by its name; raises KeyError."""
        for each in self.figures:
            if each.name == name:
                return each
        raise KeyError(name)


class JudgeIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about a judge that can change a mark."""

    models: tuple[str, ...]
    """Names of the models; of recorded judgements, the judge's name in the recording."""
    prompt_sha256: str = ""
    """Over the jury's prompts; empty where a recording does not say."""
    rubric: str = ""
    """What the jury is shown beside statement and proof, such as ``reference+guidelines``."""
    scale: Scale
    votes: int
    """Votes on each proof; 0 where a recording does not say."""
    aggregate: Aggregate
    sampling: tuple[tuple[str, str], ...] = ()
    """Sorted pairs."""
    jury: str = ""
    """SHA-256 of the jury with whatever else is set there, such as a second round; empty of a
    recording."""
    recorded: str = ""
    """SHA-256 of the recorded judgements; empty of a jury that can be asked."""

    @property
    def sha256(self) -> str:
        """Over all of it."""
        return hashlib.sha256(msgspec.json.encode(self, order="sorted")).hexdigest()


class JudgeCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """How a judge agrees with people on one data set; made by ``harness calibrate``."""

    judge: JudgeIdentity
    judge_sha256: str
    """Hash of ``judge``: one that was edited by hand does not count."""
    data: str
    """Name of the data set."""
    data_sha256: str
    convention: Convention
    share: float
    """Share of problems that were to be held out."""
    held_out: Part
    families: tuple[Part, ...] = ()
    """Held-out figures of each family of contestants."""
    calibration: Part
    """For comparison only: thresholds may have been chosen on it."""
    draws: int
    """Resamplings of problems behind the intervals."""
    notes: tuple[str, ...] = ()
    """How the data set or the recording was read, where that is not plain."""
    issued: str
    """ISO time, UTC."""
    harness_version: str

    @property
    def enough(self) -> bool:
        """Whether enough problems were held out for its figures to say something."""
        return self.held_out.problems >= LEAST_PROBLEMS

    @property
    def sentence(self) -> str:
        """What was found, in one line for people."""
        part = self.held_out
        said = [f"{part.proofs} held-out proofs of {part.problems} problems of {self.data}"]
        for name, words in (
            ("accuracy", "accuracy"),
            ("mae", f"mean error on {self.convention.human.value}"),
            ("bias", "bias"),
            ("false_gold", "false gold"),
        ):
            found = part.figure(name)
            if found.value is not None:
                between = (
                    f" [{found.low:.2f}, {found.high:.2f}]"
                    if found.low is not None and found.high is not None
                    else ""
                )
                said.append(f"{words} {found.value:.2f}{between}")
        return "; ".join(said)


class JudgeStanding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a judge has a certificate that counts; without one its marks are provisional."""

    certificate: JudgeCertificate | None = None
    reason: str = ""
    """Why there is none."""

    @property
    def holds(self) -> bool:
        """Whether marks of this judge rest on a measured agreement with people."""
        return self.certificate is not None

    @property
    def sentence(self) -> str:
        """What to print beside a mark."""
        if self.certificate is not None:
            return f"calibrated: {self.certificate.sentence}"
        return f"provisional: {self.reason}"
