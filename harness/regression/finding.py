"""What a gate finds of one task: how far it fell, and whether that is shown or excluded."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from harness.comparison import Comparison, Side, compared, filled, pairs
from harness.marked import provisional
from harness.regression.rule import Policy, Rule
from harness.stats.paired import (
    Pair,
    Reachable,
    Unit,
    chance,
    detectable,
    holm,
    interval,
    moments,
    needed,
    reachable,
    tail_above,
    tail_below,
)


class Ruling(StrEnum):
    """How a gate ends."""

    PASS = "PASS"
    """A fall beyond the limit is excluded."""
    REGRESSION = "REGRESSION"
    """A fall beyond the limit is shown."""
    INCONCLUSIVE = "INCONCLUSIVE"
    """Neither."""
    UNJUDGED = "UNJUDGED"
    """Too much was not judged, the ruling would hang on it, or marks are provisional."""

    @property
    def exit_code(self) -> int:
        """What the command ends with."""
        return {"PASS": 0, "REGRESSION": 1, "INCONCLUSIVE": 2, "UNJUDGED": 3}[self.value]


ORDER = (Ruling.REGRESSION, Ruling.UNJUDGED, Ruling.INCONCLUSIVE, Ruling.PASS)
"""Of several tasks the first of these that any has is the gate's."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What some scores say of a limit."""

    difference: float
    low: float
    """One-sided bound at alpha: a fall beyond it is excluded."""
    high: float
    """One-sided bound at alpha: the fall is at least this, where it is negative."""
    beyond: float
    """Probability of such scores if the fall is not beyond the limit; small speaks for a
    regression. The larger of that of the bound and that of the permutation test."""
    within: float
    """Probability of such scores if the fall is beyond the limit; small speaks for a pass."""
    worse: float
    """The permutation test's probability of so low a difference if both runs are alike."""
    exact: bool


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, applied."""

    rule: Rule
    ruling: Ruling
    reason: str
    comparison: Comparison
    evidence: Evidence | None
    """From what was judged; None where no problem was judged on both sides."""
    adjusted: float
    """``evidence.beyond``, adjusted for there being several rules (Holm)."""
    before: Reachable | None
    """What could have come out at all."""
    detectable: float | None
    """The fall that would be called a regression four times in five."""
    needed: int | None
    """Attempts a problem (of *such problems*: problems) from which two equal runs pass four times
    in five; 0 is more than anyone makes."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """One rule with all its evidence, before several rules are adjusted for each other."""

    rule: Rule
    comparison: Comparison
    judged: tuple[Pair, ...]
    evidence: Evidence | None
    kindest: Evidence | None
    """If what was not judged speaks for new; the same as ``evidence`` where all was judged."""
    harshest: Evidence | None
    """If what was not judged speaks against new."""
    provisional: tuple[str, str] = ("", "")
    """Why marks of base and of new rest on nothing that was measured; empty where they do."""


def weigh(
    pairs_of: Sequence[Pair], unit: Unit, *, limit: float, alpha: float, seed: int = 0
) -> Evidence:
    """Return what scores say of a fall beyond a limit, a positive share."""
    seen = moments(pairs_of)
    low, high = interval(seen, unit, alpha)
    alike = chance(pairs_of, unit, seed=seed)
    return Evidence(
        difference=seen.difference,
        low=low,
        high=high,
        beyond=max(tail_below(seen, unit, -limit), alike.worse),
        within=tail_above(seen, unit, -limit),
        worse=alike.worse,
        exact=alike.exact,
    )


def draft(base: Side, new: Side, rule: Rule, policy: Policy) -> Draft:
    """Return the evidence of two sides under one rule."""
    unit, alpha, metric = policy.unit, policy.alpha, rule.metric

    def evidence(held: tuple[Pair, ...]) -> Evidence | None:
        return weigh(held, unit, limit=rule.max_drop, alpha=alpha) if held else None

    judged = pairs(base, new, metric)
    found = evidence(judged)
    comparison = compared(base, new, unit=unit, metric=metric, alpha=alpha)
    lacking = any(count for count, _ in comparison.unjudged)
    return Draft(
        rule=rule,
        comparison=comparison,
        judged=judged,
        evidence=found,
        kindest=evidence(filled(base, new, metric, base_at=0.0, new_at=1.0)) if lacking else found,
        harshest=evidence(filled(base, new, metric, base_at=1.0, new_at=0.0)) if lacking else found,
        provisional=(
            provisional(base.record, base.row),
            provisional(new.record, new.row),
        ),
    )


def rule_on(drafts: Sequence[Draft], policy: Policy) -> tuple[Finding, ...]:
    """Return the findings of all rules.

    A regression is adjusted for the number of rules, so that a gate of many does not cry wolf more
    often. A pass is not: the gate passes only if all do, which keeps the level without it.
    """
    adjusted = holm([one.evidence.beyond if one.evidence else 1.0 for one in drafts])
    surely = holm(
        [
            max(one.evidence.beyond, one.kindest.beyond) if one.evidence and one.kindest else 1.0
            for one in drafts
        ]
    )
    return tuple(
        _finding(one, policy, tail, sure)
        for one, tail, sure in zip(drafts, adjusted, surely, strict=True)
    )


def overall(findings: Sequence[Finding]) -> Ruling:
    """Return the ruling of the whole gate."""
    return min((one.ruling for one in findings), key=ORDER.index)


def _finding(one: Draft, policy: Policy, adjusted: float, surely: float) -> Finding:
    ruling, reason = _ruling(one, policy, adjusted, surely)
    limit, alpha, unit = one.rule.max_drop, policy.alpha, policy.unit
    seen = moments(one.judged) if one.judged else None
    sizes = [(len(pair.base), len(pair.new)) for pair in one.judged]
    return Finding(
        rule=one.rule,
        ruling=ruling,
        reason=reason,
        comparison=one.comparison,
        evidence=one.evidence,
        adjusted=adjusted,
        before=reachable(
            sizes,
            unit,
            limit=limit,
            alpha=alpha,
            weights=[pair.weight for pair in one.judged],
        )
        if seen
        else None,
        detectable=detectable(seen, unit, limit=limit, alpha=alpha) if seen else None,
        needed=needed(seen, unit, limit=limit, alpha=alpha) if seen else None,
    )


def _ruling(one: Draft, policy: Policy, adjusted: float, surely: float) -> tuple[Ruling, str]:
    limit, alpha = f"{100 * one.rule.max_drop:g} %", policy.alpha
    for name, why in zip(("base", "new"), one.provisional, strict=True):
        if why:
            return Ruling.UNJUDGED, (
                f"the marks of {name} are provisional: {why}; `harness calibrate` measures a jury "
                "before a run, and `harness marks` brings in those of people"
            )
    for name, (lacking, planned) in zip(("base", "new"), one.comparison.unjudged, strict=True):
        if lacking > policy.max_unjudged * planned:
            return Ruling.UNJUDGED, (
                f"{lacking} of {planned} attempts of {name} were not judged; "
                f"{100 * policy.max_unjudged:g} % are allowed"
            )
    if one.evidence is None or one.harshest is None:
        return Ruling.UNJUDGED, "no problem was judged on both sides"
    hangs = f"it would be {{}}, but that hangs on {_lacking(one.comparison)} not judged"
    if adjusted <= alpha:
        if surely > alpha:
            return Ruling.UNJUDGED, hangs.format(Ruling.REGRESSION)
        return Ruling.REGRESSION, f"a fall beyond {limit} is shown"
    if one.evidence.within <= alpha:
        if one.harshest.within > alpha:
            return Ruling.UNJUDGED, hangs.format(Ruling.PASS)
        return Ruling.PASS, f"a fall beyond {limit} is excluded"
    return Ruling.INCONCLUSIVE, f"a fall beyond {limit} is neither shown nor excluded"


def _lacking(comparison: Comparison) -> str:
    lacking = sum(count for count, _ in comparison.unjudged)
    return f"{lacking} attempt that was" if lacking == 1 else f"{lacking} attempts that were"
