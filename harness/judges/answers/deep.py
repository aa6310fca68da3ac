"""Whether two expressions are the same, with numbers of many digits. Used in workers only."""

from __future__ import annotations

from harness.judges.answers.letters import STEPS, letters, operations
from harness.judges.answers.numerics import Undecided, agree
from harness.judges.answers.outcome import Finding, equal, not_equal, unresolved
from harness.judges.answers.places import WHOLE, places
from harness.judges.answers.sameness import by_value, differing
from harness.judges.answers.trees import Apply, Node, Number

COUNTING = frozenset(("!", "!!", "binom"))
"""Operations that say that their letters are whole numbers."""


def by_number(one: Node, other: Node) -> Finding:
    """Compare any two expressions with numbers of many digits; for workers."""
    found = by_value(one, other)
    if found is not None:
        return found
    names = letters(one) | letters(other)
    ops = operations(one) | operations(other)
    if "log?" in ops:
        names |= {"log?"}
    if any(op.startswith("call:") for op in ops):
        return unresolved("a function that is not known")
    if names:
        return _as_functions(one, other, sorted(names), ops)
    try:
        if agree(one, other, {}):
            return equal("equal in every digit that was computed")
        for rounded, value in ((one, other), (other, one)):
            if _is_rounding(rounded, value):
                return unresolved("a decimal that agrees with the other in its digits")
    except Undecided as error:
        return unresolved(str(error))
    return not_equal("different numbers")


def _is_rounding(rounded: Node, value: Node) -> bool:
    """Return whether a decimal fraction is another number, rounded or cut."""
    if not isinstance(rounded, Number) or rounded.places < 2:
        return False
    gap = Apply("abs", (Apply("+", (rounded, Apply("neg", (value,)))),))
    last = Number(1, 10**rounded.places)
    return agree(Apply("max", (gap, last)), last, {})


def _as_functions(one: Node, other: Node, names: list[str], ops: frozenset[str]) -> Finding:
    """Compare at places where letters are whole, positive, negative and complex numbers."""
    told: list[tuple[str, bool]] = []
    why = "it has no value at the places that were tried"
    for kind, values in places(names):
        if kind != "whole" and ops & COUNTING:
            continue  # gamma functions at complex places are slow, and say nothing more
        try:
            told.append((kind, agree(one, other, values)))
        except Undecided as error:
            why = str(error)
    whole = [same for kind, same in told if kind == "whole"]
    if "log?" in ops and not all(same for _, same in told):
        return unresolved("a logarithm whose base is not said")
    if whole and 3 * sum(whole) < len(whole):
        return differing(one, other)
    if not told or not all(same for _, same in told):
        return unresolved("equal for some values of the letters" if told else why)
    elsewhere = [kind for kind, _ in told if kind in ("negative", "complex")]
    if ops & STEPS and not _only_constant(one, other):
        return unresolved("equal at every place that was tried, but it has steps")
    if len(whole) == WHOLE and (len(elsewhere) >= 4 or ops & COUNTING):
        return equal("equal at every place that was tried")
    return unresolved("equal where it has a value, which is not everywhere")


def _only_constant(one: Node, other: Node) -> bool:
    """Return whether what is inside of steps has no letters."""

    def steady(node: Node) -> bool:
        if not isinstance(node, Apply):
            return True
        if node.op in STEPS:
            return not letters(node)
        return all(map(steady, node.args))

    return steady(one) and steady(other)
