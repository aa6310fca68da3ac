"""Math-Verify, asked about answers that the grammar does not read. Used in workers only.

Its ``verify`` is not symmetric, compares numbers to an absolute 10**-15, drops what it does not
know and takes the right side of an equation for all of it. So its word counts only for plain
expressions, when it is the same both ways, and when SymPy finds their difference to be exactly
zero besides; and its "not equal", which can mean that it could not read, counts for nothing.
"""

from __future__ import annotations

from harness.judges.answers.outcome import Finding, equal, unresolved

WORDS = "read by Math-Verify"


def by_peer(gold: str, said: str) -> Finding:
    """Compare two answers that have neither words nor relations in them."""
    import sympy
    from math_verify import LatexExtractionConfig, parse, verify

    how = [LatexExtractionConfig()]
    read = []
    for text in (gold, said):
        bare = text.strip().strip("$")
        found = parse(f"${bare}$", how, fallback_mode="no_fallback", parsing_timeout=None)
        if len(found) != 1 or not isinstance(found[0], sympy.Expr):
            return unresolved("not read")
        read.append(found[0])
    one, other = read
    if not verify(one, other, timeout_seconds=None) or not verify(other, one, timeout_seconds=None):
        return unresolved("not read, and Math-Verify does not call it equal")
    gap = sympy.simplify(one.doit() - other.doit())
    if gap != 0:
        return unresolved("not read, and SymPy does not find the difference to be zero")
    return equal(f"{WORDS}, equal both ways, and their difference is zero")
