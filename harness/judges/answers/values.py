"""Expressions that are exact rational numbers, of bounded size, without any library."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb, factorial

from harness.judges.answers.trees import Apply, Node, Number

MOST_BITS = 200_000
"""Of a numerator or denominator; a larger number is not computed."""
HIGHEST_FACTORIAL = 10_000


def exact(node: Node) -> Fraction | None:
    """Return the value of an expression of rational numbers, or None where it is not one.

    None too where it is larger than is computed, or divides by zero.
    """
    if isinstance(node, Number):
        return node.value
    if not isinstance(node, Apply) or node.op not in RULES:
        return None
    values = []
    for arg in node.args:
        value = exact(arg)
        if value is None:
            return None
        values.append(value)
    found = RULES[node.op](*values)
    return found if found is None or _bits(found) <= MOST_BITS else None


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


def _divided(one: Fraction, other: Fraction) -> Fraction | None:
    return one / other if other else None


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if exponent.denominator != 1 or (not base and exponent <= 0):
        return None
    if base not in (0, 1, -1) and _bits(base) * abs(exponent) > MOST_BITS:
        return None
    if base in (1, -1):
        return base if exponent % 2 else Fraction(1)
    return base ** int(exponent)


def _factorial(value: Fraction) -> Fraction | None:
    if value.denominator != 1 or not 0 <= value <= HIGHEST_FACTORIAL:
        return None
    return Fraction(factorial(int(value)))


def _double_factorial(value: Fraction) -> Fraction | None:
    if value.denominator != 1 or not 0 <= value <= HIGHEST_FACTORIAL:
        return None
    found = 1
    for factor in range(int(value), 1, -2):
        found *= factor
    return Fraction(found)


def _binomial(top: Fraction, bottom: Fraction) -> Fraction | None:
    whole = top.denominator == bottom.denominator == 1
    if not whole or not 0 <= top <= HIGHEST_FACTORIAL or bottom < 0:
        return None
    return Fraction(comb(int(top), int(bottom)))


RULES: dict[str, Callable[..., Fraction | None]] = {
    "+": lambda a, b: a + b,
    "*": lambda a, b: a * b,
    "/": _divided,
    "neg": lambda a: -a,
    "^": _power,
    "!": _factorial,
    "!!": _double_factorial,
    "binom": _binomial,
    "%": lambda a: a / 100,
    "floor": lambda a: Fraction(a.__floor__()),
    "ceil": lambda a: Fraction(a.__ceil__()),
    "abs": abs,
}
