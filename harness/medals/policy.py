"""How a contestant would spend rollouts and submissions, if it played again.

A policy here is what can be replayed from a pool: it chooses among rollouts that exist. Where
feedback changed what was generated next, the attempt as a whole is the rollout, and the policy is
:data:`ONE`.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Order(StrEnum):
    """In which order rollouts are handed in."""

    DRAWN = "drawn"
    """As they came: at random."""
    LONGEST = "longest"
    """The most tokens first (DeepSeek-V3.2-Speciale's filter, arXiv 2512.02556, appendix D)."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """So many rollouts a problem, handed in by an order until the limit is used up."""

    samples: int
    """Rollouts a problem; at most as many as the pool has are drawn, without return."""
    limit: int | None = None
    """Submissions a problem; rollouts are handed in whole, up to the first that does not fit."""
    order: Order = Order.DRAWN

    @property
    def sentence(self) -> str:
        """The policy in words."""
        if self.samples == 1:
            return "one attempt at each problem"
        upto = f", at most {self.limit} handed in" if self.limit is not None else ""
        how = "longest first" if self.order is Order.LONGEST else "in random order"
        return f"{self.samples} attempts at each problem, {how}{upto}"


ONE = Policy(samples=1)
"""One attempt at each problem: what the mean of a board stands for."""
