"""What goes to a slot and what comes back, as bytes."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from harness import errors
from harness.errors import BoxError, HarnessError, unforeseen
from harness.types import Grade, Ran, Source


class Verb(StrEnum):
    """What is done with a source."""

    JUDGE = "judge"
    SAMPLES = "samples"
    OUTPUTS = "outputs"
    PROGRAM = "program"
    OFFERS = "offers"
    VERSION = "version"
    """Of a tool, which stands in the place of the language."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do in a slot."""

    verb: Verb
    problem: str = ""
    """Name of a problem that the slot was told of (:func:`problem_name`); empty where none is."""
    source: Source = Source(files=())
    language: str = ""
    inputs: tuple[bytes, ...] = ()


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error of the one tree, on its way."""

    kind: str
    message: str
    hint: str

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Return what is said of an error."""
        known = error if isinstance(error, HarnessError) else unforeseen(error)
        return cls(kind=type(known).__name__, message=known.message, hint=known.hint)

    def error(self, node: str) -> HarnessError:
        """Return the error, with where it happened."""
        kind = getattr(errors, self.kind, BoxError)
        found = kind if isinstance(kind, type) and issubclass(kind, HarnessError) else BoxError
        return found(f"{self.message} (on {node})", hint=self.hint)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job: one of these."""

    grade: Grade | None = None
    ran: tuple[Ran, ...] | None = None
    offered: bool | None = None
    version: str | None = None
    failure: Failure | None = None


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """What a slot says of itself when it is open."""

    name: str
    """Of its judge, as grades have it."""
    facts: tuple[tuple[str, str], ...]
    note: str
    cpu: str
    """The processor's model."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What came of opening a slot: one of these."""

    hello: Hello | None = None
    failure: Failure | None = None


encode = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
decode_outcome = msgspec.msgpack.Decoder(Outcome).decode
decode_opening = msgspec.msgpack.Decoder(Opening).decode
