r"""One expression by a closed grammar; what is ambiguous is refused.

``1/2x``, a digit behind a letter, two numbers side by side and every command that is not known
are :class:`~harness.judges.answers.trees.Unreadable`: an answer whose meaning would be a guess
must not be called equal to anything. Linear in the number of tokens, of bounded depth.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from harness.judges.answers.tokens import Token
from harness.judges.answers.trees import INFINITY, Apply, Name, Node, Number, Unreadable

DEEPEST = 40
LONGEST_NUMBER = 3000
"""Digits."""
GREEK = frozenset(
    [
        r"\alpha",
        r"\beta",
        r"\gamma",
        r"\delta",
        r"\epsilon",
        r"\varepsilon",
        r"\zeta",
        r"\eta",
        r"\theta",
        r"\vartheta",
        r"\iota",
        r"\kappa",
        r"\lambda",
        r"\mu",
        r"\nu",
        r"\xi",
        r"\rho",
        r"\sigma",
        r"\tau",
        r"\upsilon",
        r"\phi",
        r"\varphi",
        r"\chi",
        r"\psi",
        r"\omega",
        r"\Gamma",
        r"\Delta",
        r"\Theta",
        r"\Lambda",
        r"\Xi",
        r"\Sigma",
        r"\Phi",
        r"\Psi",
        r"\Omega",
        r"\ell",
    ]
)
ONE_PLACE = frozenset(
    [
        r"\sin",
        r"\cos",
        r"\tan",
        r"\cot",
        r"\sec",
        r"\csc",
        r"\asin",
        r"\acos",
        r"\atan",
        r"\sinh",
        r"\cosh",
        r"\tanh",
        r"\ln",
        r"\exp",
    ]
)
MANY_PLACES = frozenset((r"\max", r"\min", r"\gcd", r"\lcm"))
HATS = frozenset(
    [
        r"\bar",
        r"\overline",
        r"\hat",
        r"\widehat",
        r"\vec",
        r"\overrightarrow",
        r"\tilde",
        r"\mathbb",
        r"\mathcal",
    ]
)
FUNCTION_LETTERS = frozenset("fghFGHPQ")


def number(text: str) -> Number:
    """Return an integer or a decimal fraction exactly."""
    if len(text) > LONGEST_NUMBER:
        raise Unreadable("a number of more digits than are read")
    whole, _, places = text.partition(".")
    value = Fraction(int(whole + places or "0"), 10 ** len(places))
    return Number(value.numerator, value.denominator, len(places))


class Expressions:
    """Reads expressions from tokens, one after the other."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        """The next token; one without text at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "")

    def take(self) -> Token:
        """Return the next token and go on."""
        token = self.next
        self.at += 1
        return token

    def expect(self, text: str) -> None:
        """Take a token that must be this one."""
        if self.take().text != text:
            raise Unreadable(f"{text} is missing")

    def whole(self) -> Node:
        """Return the one expression that all tokens are."""
        node = self.sum()
        if self.next.kind != "end":
            raise Unreadable(f"{self.next.text} was not expected")
        return node

    def sum(self) -> Node:
        """Return terms with plus and minus between them."""
        node = self._signed()
        while self.next.text in ("+", "-", r"\pm", r"\mp"):
            sign, right = self.take().text, self._product()
            if sign == "-":
                right = negative(right)
            elif sign != "+":
                right = Apply("pm" if sign == r"\pm" else "mp", (right,))
            node = Apply("+", (node, right))
        return node

    def _signed(self) -> Node:
        signs = 0
        odd = False
        while self.next.text in ("+", "-"):
            odd ^= self.take().text == "-"
            signs += 1
            if signs > 2:
                raise Unreadable("many signs")
        if self.next.text in (r"\pm", r"\mp"):
            op = "pm" if self.take().text == r"\pm" else "mp"
            node: Node = Apply(op, (self._product(),))
        else:
            node = self._product()
        return negative(node) if odd else node

    def _product(self) -> Node:
        node = self._power()
        divided = False
        while True:
            token = self.next
            if token.text in ("*", r"\cdot", r"\times"):
                self.take()
                node = Apply("*", (node, self._factor()))
            elif token.text in ("/", r"\div"):
                if divided:
                    raise Unreadable("several divisions in one term")
                self.take()
                node, divided = Apply("/", (node, self._factor())), True
            elif self._begins(token):
                if divided:
                    raise Unreadable("a division and a product without a sign")
                node = self._beside(node)
            else:
                return node

    def _factor(self) -> Node:
        """Return a factor behind a sign of multiplication; it may be negative."""
        if self.next.text == "-":
            self.take()
            return negative(self._power())
        return self._power()

    def _beside(self, left: Node) -> Node:
        """Return a product written without a sign; a whole number and a fraction are added."""
        token = self.next
        before = self.tokens[self.at - 1]
        in_power = self.at > 1 and self.tokens[self.at - 2].text == "^"
        if token.kind == "number" and before.kind != "close" and not in_power:
            raise Unreadable("a number behind a factor, without a sign between them")
        right = self._power()
        if token.text == r"\frac" and before.kind == "number" and isinstance(left, Number):
            part = exact_fraction(right)
            if part is not None and left.bottom == 1 and 0 < part < 1:
                value = left.value + part
                return Number(value.numerator, value.denominator)
        return Apply("*", (left, right))

    def _begins(self, token: Token) -> bool:
        if token.kind in ("number", "name"):
            return True
        if token.kind == "open":
            return token.text in ("(", "[", "{")
        return token.kind == "command" and (
            token.text in GREEK
            or token.text in ONE_PLACE
            or token.text in MANY_PLACES
            or token.text in HATS
            or token.text
            in (r"\frac", r"\sqrt", r"\pi", r"\binom", r"\log", r"\lg", r"\lfloor", r"\lceil")
            or token.text == r"\infty"
        )

    def _power(self) -> Node:
        node = self._suffixed(self._atom())
        if self.next.text != "^":
            return node
        self.take()
        if self.next.text == r"\circ":
            self.take()
            return Apply("deg", (node,))
        if self.next.text == "{" and self._is_degree():
            self.at += 3
            return Apply("deg", (node,))
        exponent = self._argument()
        node = self._suffixed(Apply("^", (node, exponent)))
        if self.next.text == "^":
            raise Unreadable("a power of a power without brackets")
        return node

    def _is_degree(self) -> bool:
        three = [token.text for token in self.tokens[self.at : self.at + 3]]
        return three == ["{", r"\circ", "}"]

    def _suffixed(self, node: Node) -> Node:
        while self.next.text in ("!", "%", r"\circ"):
            sign = self.take().text
            if sign == "!" and self.next.text == "!":
                self.take()
                sign = "!!"
            if sign == r"\circ":
                sign = "deg"
            node = Apply(sign, (node,))
        return node

    def _argument(self) -> Node:
        r"""Return what a command or ``^`` takes: a group, or one sign of it."""
        token = self.next
        if token.text == "{":
            return self._inside("{", "}")
        behind = self.tokens[self.at - 1].text
        if token.text == "-" and behind == "^":
            # ``x^-1``: not what TeX sets, but what is meant is plain.
            self.take()
            return negative(self._atom())
        # ``2^10`` is not what TeX sets either, and nobody means 2^1 0.
        if token.kind == "number" and len(token.text) > 1 and behind != "^":
            first, rest = token.text[0], token.text[1:]
            if behind == r"\sqrt" or not rest.isdecimal():
                raise Unreadable("the end of what a command takes is not clear")
            self.tokens = [
                *self.tokens[: self.at],
                Token("number", first),
                Token("number", rest),
                *self.tokens[self.at + 1 :],
            ]
        return self._atom()

    def _inside(self, left: str, right: str) -> Node:
        self.expect(left)
        node = self.sum()
        self.expect(right)
        return node

    def _atom(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("nested too deeply")
        node = self._one()
        self._depth -= 1
        return node

    def _one(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self._numeral(token)
        if token.kind == "name":
            return self._name(token.text)
        match token.text:
            case "(":
                return self._closed(")")
            case "[":
                return self._closed("]")
            case "{":
                return self._closed("}")
            case r"\lfloor":
                return Apply("floor", (self._closed(r"\rfloor"),))
            case r"\lceil":
                return Apply("ceil", (self._closed(r"\rceil"),))
            case "|":
                return Apply("abs", (self._closed("|"),))
            case r"\frac":
                return Apply("/", (self._argument(), self._argument()))
            case r"\binom":
                return Apply("binom", (self._argument(), self._argument()))
            case r"\sqrt":
                return self._root()
            case r"\pi":
                return Name("pi")
            case r"\infty":
                return INFINITY
            case r"\log" | r"\lg":
                return self._logarithm(token.text)
        if token.text in GREEK:
            return self._name(token.text)
        if token.text in HATS:
            return Name(token.text + self._raw())
        if token.text in ONE_PLACE:
            return self._function(token.text[1:])
        if token.text in MANY_PLACES:
            return Apply(token.text[1:], self._several())
        raise Unreadable(f"{token.text or 'the end'} was not expected")

    def _closed(self, right: str) -> Node:
        node = self.sum()
        self.expect(right)
        return node

    def _numeral(self, token: Token) -> Node:
        if self.next.text == "_":
            raise Unreadable("a number with an index")
        if self.next.text == r"\overline" and "." in token.text + (self.next.text or ""):
            return self._repeating(token.text)
        return number(token.text)

    def _repeating(self, begin: str) -> Node:
        r"""Return ``0.1\overline{6}`` as a fraction."""
        self.take()
        digits = self._raw().strip("{}")
        if not digits.isdecimal() or len(digits) > 30 or len(begin) > 30:
            raise Unreadable("a repeating decimal that is not read")
        whole, _, places = begin.partition(".")
        value = Fraction(int(whole + places or "0"), 10 ** len(places))
        value += Fraction(int(digits), (10 ** len(digits) - 1) * 10 ** len(places))
        return Number(value.numerator, value.denominator)

    def _name(self, name: str) -> Node:
        while self.next.text in ("_", "'"):
            name += "'" if self.take().text == "'" else "_" + self._raw().strip("{}")
        if self.next.text == "(" and (name in FUNCTION_LETTERS or self._one_term(name)):
            return Apply(f"call:{name}", self._several())
        return Name(name)

    def _one_term(self, name: str) -> bool:
        """Return whether a capital stands before brackets without a sum, as in ``T(2n)``."""
        if not (len(name) == 1 and name.isupper()):
            return False
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.kind == "open") - (token.kind == "close")
            if not depth:
                return True
            if depth == 1 and token.text in ("+", "-"):
                return False
        return False

    def _raw(self) -> str:
        """Return an index or what stands under a bar, as it is written."""
        if self.next.text != "{":
            token = self.take()
            if token.kind not in ("number", "name", "command"):
                raise Unreadable("an index that is not read")
            return token.text
        self.take()
        text, depth = "{", 1
        while depth:
            token = self.take()
            if token.kind == "end":
                raise Unreadable("a brace is missing")
            depth += (token.text == "{") - (token.text == "}")
            text += token.text
        return text

    def _root(self) -> Node:
        if self.next.text == "[":
            index = self._inside("[", "]")
            return Apply("root", (index, self._argument()))
        if self.next.text == "(":
            self.take()
            return Apply("root", (Number(2), self._closed(")")))
        return Apply("root", (Number(2), self._argument()))

    def _logarithm(self, command: str) -> Node:
        base: Node = Number(10) if command == r"\lg" else Name("e")
        if self.next.text == "_":
            self.take()
            base = self._argument()
        elif command == r"\log":
            # Its base is a matter of taste: it equals only itself.
            return self._function("log?")
        return Apply("log", (base, *self._function("log").args))

    def _function(self, op: str) -> Apply:
        power: Node | None = None
        if self.next.text == "^":
            self.take()
            power = self._argument()
            if power == Number(-1) or not isinstance(power, Number):
                raise Unreadable("a power of a function that may be its inverse")
        if self.next.text == "(":
            self.take()
            argument = self._closed(")")
            if self.next.text == "^":
                raise Unreadable("a power behind a function's brackets")
        else:
            argument = self._bare()
        node = Apply(op, (argument,))
        return node if power is None else Apply("^", (node, power))

    def _bare(self) -> Node:
        """Return the argument of a function without brackets: factors up to the next sign."""
        node = self._power()
        while self._begins(self.next) and self.next.text not in ("(", "["):
            token = self.next
            if token.text in ONE_PLACE or token.text in (r"\log", r"\lg"):
                break
            if token.text == r"\frac" or token.kind == "number":
                raise Unreadable("the end of a function's argument is not clear")
            node = self._beside(node)
        if self.next.text in ("(", "[", "/"):
            raise Unreadable("the end of a function's argument is not clear")
        return node

    def _several(self) -> tuple[Node, ...]:
        """Return arguments in brackets."""
        self.expect("(")
        found = [self.sum()]
        while self.next.text == ",":
            self.take()
            found.append(self.sum())
        self.expect(")")
        return tuple(found)


def negative(node: Node) -> Node:
    """Return the negative; of a number it is a number."""
    if isinstance(node, Number):
        return Number(-node.top, node.bottom, node.places)
    return Apply("neg", (node,))


def exact_fraction(node: Node) -> Fraction | None:
    """Return a fraction of two whole numbers, written as one."""
    if isinstance(node, Apply) and node.op == "/":
        top, bottom = node.args
        if isinstance(top, Number) and isinstance(bottom, Number):
            whole = top.bottom == bottom.bottom == 1
            if whole and bottom.top:
                return Fraction(top.top, bottom.top)
    return None
