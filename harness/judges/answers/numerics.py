"""Expressions as numbers of as many digits as their size asks for. Used in workers only.

A difference counts as none when it vanishes at two precisions, and as one when it stays the
same at both. Precision grows with the digits in the two expressions and with the largest number
on the way, because 1/2004! and 1/2006! differ in their 5,700th place and a radical can hide
10**-100. What is too large to be computed is not decided.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from mpmath import MPContext, libmp

from harness.judges.answers.letters import Values, digits
from harness.judges.answers.trees import Apply, Name, Node, Number

LARGEST = 100_000
"""Binary exponent of the largest number on the way."""
LEAST_BITS = 700
"""For constants, which can be near each other by chance."""
BITS_AT_A_PLACE = 250
"""For letters that have a value drawn at random."""
MOST_BITS = 60_000
SLACK = 80
"""Bits of an agreement that rounding may have cost."""

Numeral = Any
"""A real or complex number of mpmath."""


class Undecided(Exception):
    """A value that cannot be computed here; never leaves this package."""


@cache
def _context() -> MPContext:
    """Return the one context of this process: making one takes longer than an evaluation."""
    return MPContext()


class Evaluation:
    """Evaluates expressions at one precision, and remembers the largest number on the way."""

    def __init__(self, bits: int, values: Values) -> None:
        self.context = _context()
        self.context.prec = bits
        self.largest = 0
        self._values = values

    def of(self, node: Node) -> Numeral:
        """Return the value of an expression.

        Raises :class:`Undecided` where it is too large, not finite, or has no agreed value.
        """
        match node:
            case Number():
                found = self.context.mpf(node.top) / node.bottom
            case Name():
                found = self._name(node.name)
            case Apply():
                found = self._applied(node.op, [self.of(arg) for arg in node.args])
        if not self.context.isfinite(found):
            raise Undecided("not a finite number")
        if found:
            size = int(self.context.mag(found))
            self.largest = max(self.largest, abs(size))
            if self.largest > LARGEST:
                raise Undecided("larger than is computed")
        return found

    def _name(self, name: str) -> Numeral:
        match name:
            case "pi":
                return +self.context.pi
            case "e":
                return +self.context.e
            case "i":
                return self.context.j
            case "oo":
                raise Undecided("infinity within an expression")
        value = self._values.get(name)
        if value is None:
            raise Undecided(f"no value for {name}")
        if isinstance(value, tuple):
            real, imaginary = (self.context.mpf(part.top) / part.bottom for part in value)
            return self.context.mpc(real, imaginary)
        return self.context.mpf(value.top) / value.bottom

    def _applied(self, op: str, args: list[Numeral]) -> Numeral:
        ctx = self.context
        first = args[0]
        match op:
            case "+":
                return first + args[1]
            case "*":
                return first * args[1]
            case "neg":
                return -first
            case "/":
                return self._divided(first, args[1])
            case "%":
                return first / 100
            case "deg":
                return first * ctx.pi / 180
            case "^":
                return self._power(first, args[1])
            case "root":
                return self._root(first, args[1])
            case "log":
                return self._divided(self._log(args[1]), self._log(first))
            case "log?":
                return self._divided(self._log(first), self._name("log?"))
            case "ln":
                return self._log(first)
            case "exp":
                return self._power(+ctx.e, first)
            case "!" | "!!" | "binom":
                return self._counted(op, args)
            case "abs" | "floor" | "ceil" | "max" | "min":
                return self._stepped(op, args)
            case "sec" | "csc" | "cot":
                plain = {"sec": ctx.cos, "csc": ctx.sin, "cot": ctx.tan}[op](first)
                return self._divided(ctx.mpf(1), plain)
            case "sin" | "cos" | "tan" | "asin" | "acos" | "atan" | "sinh" | "cosh" | "tanh":
                if op.endswith("h") and abs(first) > LARGEST:
                    raise Undecided("larger than is computed")
                return getattr(ctx, op)(first)
        raise Undecided(f"no value for {op}")

    def _divided(self, top: Numeral, bottom: Numeral) -> Numeral:
        if not bottom:
            raise Undecided("a division by zero")
        return top / bottom

    def _log(self, value: Numeral) -> Numeral:
        if not value:
            raise Undecided("a logarithm of zero")
        return self.context.log(value)

    def _power(self, base: Numeral, exponent: Numeral) -> Numeral:
        ctx = self.context
        if not base:
            if ctx.re(exponent) > 0:
                return ctx.mpf(0)
            raise Undecided("zero to a power that is not positive")
        if abs(exponent) * (abs(ctx.mag(base)) + 2) > LARGEST:
            raise Undecided("larger than is computed")
        if not ctx.isint(exponent) and not ctx.im(base) and ctx.re(base) < 0 and not _free(base):
            raise Undecided("a broken power of a negative number")
        return base**exponent

    def _root(self, index: Numeral, value: Numeral) -> Numeral:
        ctx = self.context
        if not ctx.isint(index) or not 1 < ctx.re(index) <= 1000:
            return self._power(value, self._divided(ctx.mpf(1), index))
        real = not ctx.im(value)
        if real and ctx.re(value) < 0 and int(ctx.re(index)) % 2:
            return -ctx.root(-ctx.re(value), int(ctx.re(index)))
        return ctx.root(value, int(ctx.re(index)))

    def _counted(self, op: str, args: list[Numeral]) -> Numeral:
        ctx = self.context
        if any(abs(arg) > 5000 for arg in args):
            raise Undecided("larger than is computed")
        if op == "binom":
            return ctx.binomial(*args)
        value = args[0]
        if op == "!":
            if ctx.isint(value) and ctx.re(value) < 0:
                raise Undecided("a factorial of a negative number")
            return ctx.factorial(value)
        if not ctx.isint(value) or not ctx.re(value) >= 0:
            raise Undecided("a double factorial of what is not a whole number")
        found = 1
        for factor in range(int(ctx.re(value)), 1, -2):
            found *= factor
        return ctx.mpf(found)

    def _stepped(self, op: str, args: list[Numeral]) -> Numeral:
        ctx = self.context
        if op == "abs":
            return abs(args[0])
        if any(ctx.im(arg) for arg in args):
            raise Undecided(f"{op} of a complex number")
        if op in ("max", "min"):
            return (max if op == "max" else min)(args)
        near = ctx.nint(args[0])
        if near != args[0] and abs(args[0] - near) < ctx.ldexp(1, SLACK - ctx.prec):
            raise Undecided(f"{op} of what is nearly a whole number")
        return ctx.floor(args[0]) if op == "floor" else ctx.ceil(args[0])


def _free(value: Numeral) -> bool:
    """Return whether a number is complex, so that its principal power is what is meant."""
    return hasattr(value, "_mpc_")


def agree(one: Node, other: Node, values: Values) -> bool:
    """Return whether two expressions have the same value, letters having these values.

    Raises :class:`Undecided` where that cannot be said.
    """
    trial = Evaluation(200, values)
    try:
        trial.of(one), trial.of(other)
    except (ArithmeticError, ValueError, NotImplementedError, libmp.NoConvergence) as error:
        raise Undecided("it could not be computed") from error
    bits = (
        (BITS_AT_A_PLACE if values else LEAST_BITS)
        + 3 * trial.largest
        + 8 * (digits(one) + digits(other))
    )
    if bits > MOST_BITS:
        raise Undecided("more digits would be needed than are computed")
    gaps = []
    for precision in (bits, 2 * bits):
        work = Evaluation(precision, values)
        try:
            gap = abs(work.of(one) - work.of(other))
        except (ArithmeticError, ValueError, NotImplementedError, libmp.NoConvergence) as error:
            raise Undecided("it could not be computed") from error
        vanishes = not gap or int(work.context.mag(gap)) < work.largest - precision + SLACK
        gaps.append((vanishes, gap))
    if gaps[0][0] and gaps[1][0]:
        return True
    near = abs(gaps[0][1] - gaps[1][1]) * 1000 < gaps[1][1]
    if not gaps[0][0] and not gaps[1][0] and near:
        return False
    raise Undecided("nearly the same")
