r"""LaTeX or plain text as tokens, without what only sets type.

``\left``, ``\,``, ``\displaystyle`` and dollar signs are dropped; ``\dfrac`` is ``\frac``; the
signs of Unicode are the commands they stand for. Everything else becomes a token, so that no
letter of an answer is lost. Linear in the length of the text.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import NamedTuple

from harness.judges.answers.trees import Unreadable


class Token(NamedTuple):
    """One sign of an answer."""

    kind: str
    """``number``, ``name``, ``word``, ``command``, ``open``, ``close`` or ``sign``."""
    text: str
    gap: bool = False
    """Whether white space stands before it."""


def _signs() -> dict[str, str]:
    """Return the commands that signs of Unicode stand for: ``signs.txt``, one a line."""
    found = {}
    text = (resources.files(__package__) / "signs.txt").read_text("utf-8")
    for line in text.splitlines():
        sign, _, command = line.partition("\t")
        if sign.startswith("U+"):
            sign = chr(int(sign[2:], 16))
        found[sign] = " " if command == "space" else f"{command} "
    return found


SIGNS = _signs()
_SIGN = re.compile("|".join(map(re.escape, SIGNS)))

DROPPED = frozenset(
    [
        r"\left",
        r"\right",
        r"\displaystyle",
        r"\textstyle",
        r"\big",
        r"\Big",
        r"\bigg",
        r"\Bigg",
        r"\bigl",
        r"\bigr",
        r"\Bigl",
        r"\Bigr",
        r"\biggl",
        r"\biggr",
        r"\Biggl",
        r"\Biggr",
        r"\limits",
        r"\nolimits",
        r"\;",
        r"\:",
        r"\!",
        r"\>",
        r"\middle",
        r"\space",
    ]
)
SAME = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\dbinom": r"\binom",
    r"\tbinom": r"\binom", r"\leq": r"\le", r"\leqslant": r"\le", r"\geq": r"\ge",
    r"\geqslant": r"\ge", r"\neq": r"\ne", r"\ast": r"\cdot", r"\dots": r"\ldots",
    r"\cdots": r"\ldots", r"\dotsc": r"\ldots", r"\varnothing": r"\emptyset", r"\lbrace": r"\{",
    r"\rbrace": r"\}", r"\degree": r"\circ", r"\lvert": "|", r"\rvert": "|", r"\vert": "|",
    r"\lt": "<", r"\gt": ">", r"\arctan": r"\atan", r"\arcsin": r"\asin", r"\arccos": r"\acos",
    r"\lbrack": "[", r"\rbrack": "]", r"\tg": r"\tan", r"\iff": r"\Leftrightarrow",
    r"\infin": r"\infty", r"\colon": ":", r"\mathrm{e}": "e", r"\land": r"\wedge",
}  # fmt: skip
TEXTS = (
    r"\\(?:text|textbf|textit|textrm|textnormal|textsf|mathrm|mathbf|mathit|mathsf|mbox|hbox"
    r"|operatorname|operatorname\*|rm)\s*\{([^{}]*)\}"
)
FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "log",
        "ln",
        "lg",
        "exp",
        "max",
        "min",
        "sqrt",
        "gcd",
        "lcm",
        "arcsin",
        "arccos",
        "arctan",
        "deg",
    ]
)
SPELT = {
    "pi": r"\pi",
    "infinity": r"\infty",
    "inf": r"\infty",
    "sqrt": r"\sqrt",
    "infty": r"\infty",
}
JOINING = frozenset({"and", "or"})
SHORT_WORDS = frozenset(
    [
        "is",
        "if",
        "no",
        "of",
        "to",
        "in",
        "at",
        "by",
        "on",
        "as",
        "or",
        "an",
        "so",
        "we",
        "be",
        "it",
        "all",
        "any",
        "for",
        "cm",
        "km",
        "mm",
        "kg",
        "ml",
        "hr",
        "pm",
        "am",
        "mg",
    ]
)
_THOUSANDS = r"[0-9]{1,3}(?:(?:\{,\}|\\,|\\!,\\!|,\\!\s*|~)[0-9]{3})+(?![0-9])"
_TOKEN = re.compile(
    rf"(?P<space>\s+|~|\\ |\\,|\$\$?|\\[()\[\]](?![A-Za-z]))|(?P<money>\\\$)|(?P<text>{TEXTS})"
    rf"|(?P<thousands>{_THOUSANDS}(?:\.[0-9]+)?)|(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    r"|(?P<letters>[^\W\d_]+)|(?P<command>\\(?:[A-Za-z]+\*?|[^A-Za-z]))|(?P<sign>.)",
    re.DOTALL,
)


def tokenised(text: str) -> list[Token]:
    """Return the tokens of an answer.

    Raises :class:`~harness.judges.answers.trees.Unreadable` for control characters.
    """
    text = _SIGN.sub(lambda sign: SIGNS[sign.group()], text).replace("**", "^")
    text = text.replace(">=", r"\ge ").replace("<=", r"\le ")
    found: list[Token] = []
    gap = apart = False
    for match in _TOKEN.finditer(text):
        kind, piece = match.lastgroup or "", match.group()
        if match.start("text") >= 0:
            found += _words(match.group("text"))
            gap = apart = False
            continue
        if kind == "space" or piece in DROPPED:
            gap, apart = gap or piece.isspace(), apart or not piece.isspace()
            continue
        # A space that sets thousands apart is only a space: not ``$5$ $100$``.
        found += _tokens(kind, piece, gap and not apart, text[match.end() : match.end() + 1])
        gap = apart = False
    found = [token for at, token in enumerate(found) if not _idle(found, at)]
    while found and found[-1] in (Token("sign", "."), Token("sign", ".", True), Token("sign", ",")):
        found.pop()
    return found


def _idle(tokens: list[Token], at: int) -> bool:
    r"""Return whether a token is a ``\quad`` beside what joins answers, or at an end."""
    if tokens[at].text not in (r"\quad", r"\qquad"):
        return False
    beside = {token.text for token in tokens[max(0, at - 1) : at + 2]} - {tokens[at].text}
    return len(beside) < 2 or bool(beside & {",", ";", *JOINING})


def _tokens(kind: str, piece: str, gap: bool, after: str) -> list[Token]:
    match kind:
        case "thousands":
            return [Token("number", re.sub(r"[^\d.]", "", piece), gap)]
        case "number":
            return [Token("number", piece, gap)]
        case "money":
            return [Token("word", "$", gap)]
        case "letters":
            return _letters(piece, gap, after)
        case "command":
            piece = SAME.get(piece, piece)
            if piece in (r"\{", r"\}", "[", "]", "|"):
                return [_bracket(piece, gap)]
            if piece in ("<", ">", ":"):
                return [Token("sign", piece, gap)]
            return [Token("sign" if piece == r"\%" else "command", piece.replace(r"\%", "%"), gap)]
    if not piece.isprintable():
        raise Unreadable("a control character")
    return [_bracket(piece, gap)]


def _bracket(piece: str, gap: bool) -> Token:
    kind = "open" if piece in ("(", "[", "{", r"\{") else "sign"
    return Token("close" if piece in (")", "]", "}", r"\}") else kind, piece, gap)


def _letters(piece: str, gap: bool, after: str) -> list[Token]:
    """Return a run of letters as a function, a word, or letters that stand for themselves."""
    lower = piece.lower()
    if lower in JOINING:
        return [Token("word", lower, gap)]
    if piece in SPELT:
        return [Token("command", SPELT[piece], gap)]
    if piece in FUNCTIONS and after in ("(", "{", " ", "_", "^", "\\"):
        spelt = f"\\{piece}"
        return [Token("command", SAME.get(spelt, spelt), gap)]
    if len(piece) > 2 or (len(piece) == 2 and lower in SHORT_WORDS) or not piece.isascii():
        return [Token("word", piece, gap)]
    return [Token("name", letter, gap and not at) for at, letter in enumerate(piece)]


def _words(piece: str) -> list[Token]:
    r"""Return what stands in ``\text{…}``: numbers as numbers, a lone letter as a letter."""
    inner = piece[piece.index("{") + 1 : -1].strip()
    if re.fullmatch(r"[A-Za-z]", inner):
        letter = piece[: piece.index("{")].strip()
        kind = "name" if letter in (r"\mathrm", r"\mathbf", r"\mathit") else "word"
        return [Token(kind, inner)]
    if re.fullmatch(r"[-+\d.,%/^$\\ ]+", inner):
        return tokenised(inner)
    if (spelt := f"\\{inner}") and inner in FUNCTIONS:
        return [Token("command", SAME.get(spelt, spelt))]
    return [
        Token("word", word.lower() if word.lower() in JOINING else word)
        for word in re.findall(r"[^\W\d_]+|\d+|[^\w\s]", inner)
    ]
