"""The seam between the program and whatever produces text.

A backend turns one request into one reply. It does not know contests, rules or
grades; it retries what may be retried and raises
:class:`~harness.errors.BackendError` for what may not. One request asks for one
sample: ``n`` is never used, so that each sample can be judged, cancelled and
resumed alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

import msgspec

from harness.types import Contest, Contestant, FinishReason, Message, Sampling


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One sample to generate."""

    contestant: str
    problem: str
    sample: int
    turn: int
    """From 0; a strategy that asks again in the same attempt counts up."""
    messages: tuple[Message, ...]
    sampling: Sampling
    seed: int


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One finished generation; it exists only if a finish reason arrived."""

    text: str
    reasoning: str | None = None
    finish_reason: FinishReason
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0
    tries: int = 1
    seeded: bool = True
    """Whether the request's seed was what it was drawn with."""
    untold: str = ""
    """What the backend cannot tell of it, in words; noted with the attempt."""
    confidence: float | None = None
    """How sure the model was at the end of its text; higher is surer. From a backend with an
    attribute ``gives_confidence`` that is true, which says over which tokens it is taken."""


class NotGenerated(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that says that nothing was generated: an attempt without a submission."""

    reason: str


class Backend(Protocol):
    """A producer of text."""

    name: str
    """Recorded with every generation: kind, and model or file."""
    contestants: tuple[Contestant, ...]
    facts: tuple[tuple[str, str], ...]
    """What replies depend on beside the arguments, such as the hash of a recording, as sorted
    pairs; a run that was started with others is not continued."""

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:
        """Return the sample numbers that exist, or None where any number can be asked for."""
        ...

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:
        """Return how many turns of a sample exist, or None where any number can be asked for."""
        ...

    async def generate(self, request: Request) -> Reply | NotGenerated:
        """Return one reply; the same request and seed may be asked for again after a crash."""
        ...

    async def close(self) -> None:
        """Release connections; safe to call twice."""
        ...


class BackendContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a backend is opened with."""

    args: Mapping[str, str]
    """``--model_args``; a backend refuses names it does not know."""
    contest: Contest
    environment: Mapping[str, str]
    """For secrets such as ``OPENAI_API_KEY``; never recorded."""
    tell: Callable[[str], None] | None = None
    """Says one line to whoever started the program, where they want to hear any."""


Opener = Callable[[BackendContext], Backend]
"""What an entry point of the group ``harness.backends`` names."""


@runtime_checkable
class Family(Protocol):
    """Several backends under one name: an opener of one is asked for by what follows a colon."""

    def named(self, name: str) -> Opener:
        """Return the opener of one of them."""
        ...


def sample_seed(run_seed: int, contestant: str, problem: str, sample: int, turn: int) -> int:
    """Return the 63-bit seed of one request, hashed from what identifies it.

    Hashed and not counted up: servers derive the seeds of ``n`` choices by adding
    1, 2, 3..., so neighbouring numbers would repeat samples.
    """
    text = "\x1f".join((str(run_seed), contestant, problem, str(sample), str(turn)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def named_seed(run_seed: int, contestant: str, problem: str, sample: int, name: str) -> int:
    """Return the 63-bit seed of what a strategy draws for itself, under a name of its own.

    It is none of :func:`sample_seed`'s: what is hashed for those has no name at its end.
    """
    text = "\x1f".join((str(run_seed), contestant, problem, str(sample), "drawn", name))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
