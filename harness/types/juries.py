"""A jury: who marks, how often, with which words, and how many marks become one."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from harness.types.scales import AVERAGES, Aggregate, Scale
from harness.types.texts import Template

Count = Annotated[int, Meta(ge=1)]

TELLING = ("extra_body", "model", "quantization", "revision", "think_tags", "wall_s")
"""Settings of a backend that can change what is read of its model."""
NAMING = ("model", "pretrained")
"""Settings of a backend that name a model, beside the id that it was given."""


class JurySampling(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a model of the jury draws its text."""

    temperature: Annotated[float, Meta(ge=0)] = 1.0
    top_p: Annotated[float, Meta(gt=0, le=1)] = 0.95
    max_tokens: Count = 65536


class JuryFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a jury works, whoever sits in it; read from a file."""

    id: str
    title: str
    source: str
    scale: Scale
    compares: bool = False
    """Whether it compares final answers, in place of marking proofs; then the scale is
    ``correct/incorrect``."""
    prompt: str
    """File beside this one: what a model is asked for a mark with."""
    votes: Annotated[int, Meta(ge=1, le=1024)] = 1
    """Marks that each model gives."""
    aggregate: Aggregate
    whole: Literal["", "down", "nearest"] = ""
    """How the outcome becomes a whole number, where the contest knows no other; of two that are
    equally near the lower one."""
    quorum: Annotated[float, Meta(gt=0, le=1)] = 0.5
    """Least share of votes in which a mark could be read; with fewer there is no grade."""
    reask: Annotated[int, Meta(ge=0, le=100)] = 3
    """How often a vote is asked for again in which nothing can be read."""
    rejudge_beyond: Annotated[float, Meta(ge=0)] | None = None
    """A spread above it is marked once more, with the other marks shown; None: never."""
    again: str = ""
    """File: what is asked then."""
    restyle: str = ""
    """File: what a copy in a uniform style is asked for with; empty: the proof itself is marked."""
    points: dict[str, float] = {}
    """Points for each value of the scale, where the scale's own values are none."""
    sampling: JurySampling = JurySampling()

    def __post_init__(self) -> None:
        """Refuse what contradicts itself; raises :class:`ValueError`."""
        if self.rejudge_beyond is not None and not self.again:
            raise ValueError("rejudge_beyond needs the prompt `again`")
        if self.points:
            wanted = {f"{value:g}" for value in self.scale.values}
            if set(self.points) != wanted:
                raise ValueError(f"points must name each of {', '.join(sorted(wanted))}")
            falling = [self.points[f"{value:g}"] for value in self.scale.values]
            if not all(0 <= worth < math.inf for worth in falling) or falling != sorted(
                falling, reverse=True
            ):
                raise ValueError("points must be numbers from 0 on, and no better mark has fewer")
            if self.aggregate in AVERAGES:
                raise ValueError(
                    f"points are of marks, and {self.aggregate.value} can come to what lies between"
                )

    def suffices(self, read: int, asked: int) -> bool:
        """Whether so many votes that could be read are enough of those that were asked for."""
        return read > 0 and read >= self.quorum * asked

    @property
    def top(self) -> float:
        """Points of the best mark."""
        return max(self.points.values()) if self.points else self.scale.top

    @property
    def gives_whole(self) -> bool:
        """Whether every outcome is a whole number of points."""
        values = tuple(self.points.values()) or self.scale.values
        return bool(self.whole) or (
            self.aggregate not in AVERAGES and all(value.is_integer() for value in values)
        )


class Juror(msgspec.Struct, frozen=True, kw_only=True):
    """A model that sits in a jury; made by the command."""

    name: str
    """The model's, as its backend knows it."""
    backend: str
    args: tuple[tuple[str, str], ...] = ()
    """Sorted pairs; secrets never enter here."""
    facts: tuple[tuple[str, str], ...] = ()
    """What its backend is bound to, such as hashes of a checkpoint; sorted pairs."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the model is called here, and what its server or its folder calls it."""
        return (self.name, *names_in(self.args))


class Jury(msgspec.Struct, frozen=True, kw_only=True):
    """A jury with the models that sit in it."""

    file: JuryFile
    templates: tuple[Template, ...]
    """Its prompts: ``mark``, and where it has them ``again`` and ``restyle``."""
    jurors: tuple[Juror, ...]

    def template(self, name: str) -> Template | None:
        """Return a prompt of that name, if there is one."""
        return next((each for each in self.templates if each.name == name), None)

    @property
    def sha256(self) -> str:
        """Over all that can change a mark: models, prompts, scale, votes, aggregation, sampling.

        Where a model is served does not change a mark, so it is no part of it; what else is sent
        with each request (``extra_body``) is.
        """
        said = (
            msgspec.structs.replace(self.file, title="", source=""),
            [(each.name, each.text) for each in self.templates],
            [
                (juror.name, [pair for pair in juror.args if pair[0] in TELLING], juror.facts)
                for juror in self.jurors
            ],
        )
        return hashlib.sha256(msgspec.json.encode(said, order="sorted")).hexdigest()

    @property
    def words(self) -> str:
        """The jury in a few words, with its hash."""
        models = " + ".join(juror.name for juror in self.jurors)
        return f"{self.file.id} {self.sha256[:12]} ({models} x {self.file.votes})"


def names_in(args: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the names of a model in the settings of its backend."""
    return tuple(value for name, value in args if name in NAMING)
