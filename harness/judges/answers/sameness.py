"""Whether two expressions are the same, as far as fractions tell: without any library."""

from __future__ import annotations

from harness.judges.answers.letters import STEPS, letters, operations
from harness.judges.answers.outcome import ALIKE, Finding, equal, not_equal, unresolved
from harness.judges.answers.places import filled, places
from harness.judges.answers.trees import Apply, Node, Number
from harness.judges.answers.values import exact


def by_value(one: Node, other: Node) -> Finding | None:
    """Compare expressions that are written alike, or that are rational numbers; None if neither.

    Needs no library and little time.
    """
    if one == other:
        return equal(ALIKE)
    first, second = exact(one), exact(other)
    if first is None or second is None:
        return _exactly_as_functions(one, other)
    if first == second:
        return equal("equal as fractions")
    for rounded in (one, other):
        places = rounded.places if isinstance(rounded, Number) else 0
        if places > 1 and abs(first - second) * 10**places <= 1:
            return unresolved("a decimal that agrees with the other in its digits")
    for part, whole in ((one, first), (other, second)):
        rest = second if whole is first else first
        if isinstance(part, Apply) and part.op == "%" and whole * 100 == rest:
            return unresolved("a percentage against the bare number")
    return not_equal("different fractions")


def _exactly_as_functions(one: Node, other: Node) -> Finding | None:
    """Compare rational functions at places where they are fractions; None for others."""
    names = letters(one) | letters(other)
    if not names or (operations(one) | operations(other)) & STEPS:
        return None
    told = []
    for kind, values in places(sorted(names)):
        if kind == "complex":
            continue
        first, second = exact(filled(one, values)), exact(filled(other, values))
        if first is None or second is None:
            return None
        told.append((kind, first == second))
    whole = [same for kind, same in told if kind == "whole"]
    if all(same for _, same in told):
        return equal("equal at every place that was tried, as fractions")
    if 3 * sum(whole) < len(whole):
        return differing(one, other)
    return unresolved("equal for some values of the letters")


def differing(one: Node, other: Node) -> Finding:
    """Return that two expressions differ, but for signs whose letters are not known."""
    if any(name.startswith("\\") and "{" in name for name in letters(one) ^ letters(other)):
        return unresolved("a sign with a mark over it")
    return not_equal("different values for the same letters")
