"""What is in an expression: its letters, its operations, its digits."""

from __future__ import annotations

from collections.abc import Mapping

from harness.judges.answers.trees import Apply, Name, Node, Number

CONSTANTS = ("pi", "e", "i", "oo")
STEPS = frozenset(("floor", "ceil", "abs", "max", "min", "gcd", "lcm"))
"""Operations that make agreement at some places say little about others."""

Values = Mapping[str, Number | tuple[Number, Number]]
"""Numbers for letters; of a complex number its two parts."""


def digits(node: Node) -> int:
    """Return how many decimal digits are in the numbers of an expression."""
    match node:
        case Number():
            return len(str(node.top)) + len(str(node.bottom))
        case Apply():
            return 1 + sum(map(digits, node.args))
    return 1


def operations(node: Node) -> frozenset[str]:
    """Return every operation in an expression."""
    if not isinstance(node, Apply):
        return frozenset()
    return frozenset((node.op,)).union(*map(operations, node.args))


def letters(node: Node) -> frozenset[str]:
    """Return the letters of an expression that are not constants."""
    match node:
        case Name() if node.name not in CONSTANTS:
            return frozenset((node.name,))
        case Apply():
            return frozenset().union(*map(letters, node.args))
    return frozenset()
