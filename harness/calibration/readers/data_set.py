"""A data set as it was read: marks of people, and what judges said of the same proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from harness.calibration.voting import judged
from harness.errors import TaskDataError
from harness.types import Aggregate, HumanVerdict, Judged, Scale

LARGEST_BYTES = 1 << 30
"""No data set of marks is larger; a file that is is something else."""


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """What one judge said, vote by vote, before the votes are made one."""

    judge: str
    scale: Scale
    votes: Mapping[tuple[str, str], Sequence[float | None]] = {}
    """By problem and hash of the proof."""
    marks: Mapping[tuple[str, str], float | None] = {}
    """Of judges of which only the mean of their votes is known: that, in place of votes."""

    def judged(self, how: Aggregate) -> tuple[Judged, ...]:
        """Return what the votes come to, and the means where only those are known."""
        means = (
            Judged(
                problem=problem,
                proof_sha256=proof,
                judge=self.judge,
                scale=self.scale,
                mark=mark,
            )
            for (problem, proof), mark in self.marks.items()
        )
        cast = (
            judged(problem, proof, self.judge, self.scale, votes, how)
            for (problem, proof), votes in self.votes.items()
        )
        return (*means, *cast)

    def only(self, verdicts: Sequence[HumanVerdict]) -> Recording:
        """Return what was said of these proofs."""
        kept = {(each.problem, each.proof_sha256) for each in verdicts}
        return msgspec.structs.replace(
            self,
            votes={key: votes for key, votes in self.votes.items() if key in kept},
            marks={key: mark for key, mark in self.marks.items() if key in kept},
        )


class DataSet(msgspec.Struct, frozen=True, kw_only=True):
    """Proofs with marks of people, and the recordings that came with them."""

    name: str
    sha256: str
    """Over the files' contents."""
    scale: Scale
    """Of the people's marks."""
    verdicts: tuple[HumanVerdict, ...]
    recordings: tuple[Recording, ...] = ()
    notes: tuple[str, ...] = ()
    """How it was read, where that is not plain."""


def content(place: Path, hint: str) -> bytes:
    """Return a file's bytes; raises :class:`~harness.errors.TaskDataError`."""
    try:
        if place.stat().st_size > LARGEST_BYTES:
            raise TaskDataError(f"{place} is larger than 1 GiB: it is no set of marks", hint=hint)
        return place.read_bytes()
    except OSError as error:
        raise TaskDataError(
            f"{place} cannot be read: {error.strerror or error}", hint=hint
        ) from error


def distinct(
    verdicts: Sequence[HumanVerdict],
) -> tuple[tuple[HumanVerdict, ...], tuple[str, ...]]:
    """Return each proof once, and what to say of those that were there several times.

    A text that people gave two different marks is left out: it is known that one of them is
    wrong, and not which.
    """
    found: dict[tuple[str, str], list[HumanVerdict]] = {}
    for each in verdicts:
        found.setdefault((each.problem, each.proof_sha256), []).append(each)
    kept = [same[0] for same in found.values() if len({one.mark for one in same}) == 1]
    notes = []
    again = len(verdicts) - len(found)
    if again:
        notes.append(f"{again} rows hold a proof of the same problem that another row has too.")
    if len(kept) < len(found):
        notes.append(
            f"{len(found) - len(kept)} proofs with two different marks of people are left out."
        )
    return tuple(kept), tuple(notes)


def proof_hash(text: str) -> str:
    """Return the hash that a proof is known by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def family_of(contestant: str) -> str:
    """Return whose model a contestant is: what stands before the first slash of its name."""
    return contestant.partition("/")[0]
