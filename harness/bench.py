"""The bench of a run: the jury, and the models that sit in it, opened and ready."""

from __future__ import annotations

from dataclasses import dataclass

from harness.backend import Backend
from harness.gate import Gate
from harness.judges.answers.panel import AnswerPanel
from harness.judges.proofs import ProofJudge
from harness.types import Juror, Jury


@dataclass(frozen=True, slots=True)
class Seat:
    """One model of a jury."""

    juror: Juror
    backend: Backend
    gate: Gate
    """To this model alone: what a contestant's model is busy with is no matter of its."""


@dataclass(frozen=True, slots=True)
class Bench:
    """A jury with its models."""

    jury: Jury
    seats: tuple[Seat, ...]

    @property
    def proofs(self) -> ProofJudge:
        """The judge of proofs."""
        return ProofJudge(self.jury)

    @property
    def answers(self) -> AnswerPanel:
        """The models that compare final answers."""
        return AnswerPanel(self.jury)

    def seat(self, juror: Juror) -> tuple[int, Seat]:
        """Return where a model sits, from 1, and what it is asked through."""
        place = self.jury.jurors.index(juror)
        return place + 1, self.seats[place]

    async def close(self) -> None:
        """Release every model's connections, and end those that were started here."""
        for seat in self.seats:
            await seat.backend.close()


def seated(jury: Jury, backends: tuple[Backend, ...], width: int) -> Bench:
    """Return a bench on which each model takes ``width`` questions at once."""
    pairs = zip(jury.jurors, backends, strict=True)
    return Bench(jury, tuple(Seat(juror, backend, Gate(width)) for juror, backend in pairs))
