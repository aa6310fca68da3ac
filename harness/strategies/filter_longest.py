"""Many blind candidates, filtered, the longest thoughts first (DeepSeek-V3.2-Speciale)."""

from __future__ import annotations

from typing import Literal

import msgspec

from harness.session import Session
from harness.strategies.candidates import Candidate, candidate, capped, distinct, hand_in
from harness.strategies.choosing import longest_first
from harness.strategies.refusals import admits, model_says
from harness.strategies.together import together
from harness.strategy import Ceiling


class FilterLongest(msgspec.Struct, frozen=True, kw_only=True):
    """Ask many times, drop what fails at home, and hand in the rest in an order.

    The defaults are the IOI of DeepSeek-V3.2-Speciale (arXiv 2512.02556, appendix D): 500
    candidates a problem; those that fail the provided samples or exceed the length are dropped,
    then those that admit inability or refuse; the 50 with the longest thinking traces are handed
    in. Its ICPC has 32 candidates. o3's IOI of 2024 (arXiv 2502.06807) is ``candidates=1024,
    samples=false, complete=false, refusals=none, measure=tokens``; the ICPC of Nemotron-Cascade 2
    (arXiv 2603.19220, 6.1) ``candidates=1000, keep=1000, refusals=none, order=random``.

    What the source leaves open: programs that are equal are handed in once, so that the 50 are
    50 different ones; who judges refusals (theirs was another model).
    """

    candidates: int = 500
    """Answers asked for a problem; 32 at DeepSeek's ICPC."""
    keep: int = 50
    """At most so many are handed in, and never more than the contest allows."""
    samples: bool = True
    """Whether what fails the provided samples is dropped."""
    complete: bool = True
    """Whether what was cut off by its length is dropped."""
    refusals: Literal["phrases", "model", "none"] = "phrases"
    """How answers are found that admit inability or refuse: by a list of phrases
    (``refusals.txt``), by asking the model once for each, or not at all."""
    order: Literal["longest", "random"] = "longest"
    """The longest thoughts first, or drawn; a draw is the same when an attempt is taken up."""
    measure: Literal["trace", "tokens"] = "trace"
    """What is longest: the thoughts in bytes, or all that was generated in tokens (test-time
    compute), where the server counts them."""

    def __post_init__(self) -> None:
        """Refuse to ask for nothing, or to keep nothing."""
        for name, value in (("candidates", self.candidates), ("keep", self.keep)):
            if value < 1:
                raise ValueError(f"{name} is {value}; it must be at least 1")

    async def __call__(self, session: Session) -> None:
        """Do one attempt."""
        found = await together(
            candidate(session, samples=self.samples, complete=self.complete)
            for _ in range(capped(session, self.candidates))
        )
        kept = await self._sincere(session, [one for one in found if one is not None])
        if self.order == "random":
            session.random("filter-longest").shuffle(kept)
        else:
            kept = longest_first(kept, tokens=self.measure == "tokens")
        await hand_in(session, [one.answer for one in distinct(kept)[: self.keep]])

    async def _sincere(self, session: Session, found: list[Candidate]) -> list[Candidate]:
        """Return the candidates that do not admit that they are none."""
        if self.refusals == "none":
            return found
        if self.refusals == "phrases":
            return [one for one in found if not admits(one.answer.text)]
        refused = await together(model_says(session, one.answer) for one in found)
        return [one for one, no in zip(found, refused, strict=True) if not no]

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset({"solve", "refusal"} if self.refusals == "model" else {"solve"})

    def ceiling(self, subtasks: int) -> Ceiling:  # noqa: ARG002
        """Return one generation a candidate, and a question about each where the model filters."""
        asked = self.candidates if self.refusals == "model" else 0
        return Ceiling(generations=self.candidates, questions=asked)
