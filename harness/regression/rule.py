"""What a gate is asked: which task may fall by how much, and how sure one must be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from harness.comparison import ALPHA, Metric
from harness.errors import ConfigError
from harness.fields import allowed
from harness.stats.paired import Unit

MAX_DROP = 0.03
MAX_UNJUDGED = 0.05

Share = Annotated[float, Meta(ge=0, lt=1)]
LEAST_ALPHA = 1e-9
"""Tails are told apart down to a thousandth of it (:mod:`harness.stats.paired.bounds`), so that a
thousand rules can be adjusted for each other."""
Tail = Annotated[float, Meta(ge=LEAST_ALPHA, lt=0.5)]


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task, or every task, with the fall that it is allowed."""

    task: str = ""
    """Its name; empty is every task that both sides have a run of."""
    metric: Metric = Metric.SCORE
    max_drop: Share = MAX_DROP
    """As a share of all points: 0.03 is three points of a hundred, not three percent of the base's
    score."""


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All rules of a gate, and what they share."""

    alpha: Tail = ALPHA
    """The probability of a wrong REGRESSION in the whole gate, and of a wrong PASS of a task."""
    unit: Unit = Unit.CONTEST
    max_unjudged: Share = MAX_UNJUDGED
    """Share of a side's attempts that may be without a verdict of the judge."""
    gate: tuple[Rule, ...] = (Rule(),)

    def rules_of(self, task: str) -> tuple[Rule, ...]:
        """Return the rules for a task, in order; one of its own outranks one for all."""
        own = {rule.metric for rule in self.gate if rule.task == task}
        return tuple(
            rule
            for rule in self.gate
            if rule.task == task or (not rule.task and rule.metric not in own)
        )


def read_policy(place: Path) -> Policy:
    """Read a policy; raises :class:`~harness.errors.ConfigError` naming what is wrong."""
    try:
        policy = msgspec.toml.decode(place.read_bytes(), type=Policy)
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError, RecursionError) as error:
        hint = allowed(Policy, error) if isinstance(error, msgspec.ValidationError) else ""
        raise ConfigError(
            f"the policy {place}: {error}",
            hint=hint or "see `harness gate` in harness/README.md for its fields",
        ) from error
    seen = set()
    for rule in policy.gate:
        if (rule.task, rule.metric) in seen:
            raise ConfigError(
                f"the policy {place} has two rules for {rule.metric} of {rule.task or 'all tasks'}",
                hint="keep one of them",
            )
        seen.add((rule.task, rule.metric))
    if not policy.gate:
        raise ConfigError(
            f"the policy {place} has no rule", hint="add a [[gate]] with a task and a max_drop"
        )
    return policy
