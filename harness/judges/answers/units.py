"""Units behind a number: a closed list, each with the one word that it is compared by."""

from __future__ import annotations

from collections.abc import Sequence

from harness.judges.answers.tokens import Token
from harness.judges.answers.trees import Unreadable

UNITS = {
    "m": "metre", "meter": "metre", "meters": "metre", "metre": "metre", "metres": "metre",
    "cm": "centimetre", "centimeter": "centimetre", "centimeters": "centimetre",
    "mm": "millimetre", "km": "kilometre", "kilometers": "kilometre", "kilometres": "kilometre",
    "ft": "foot", "feet": "foot", "foot": "foot", "inch": "inch", "inches": "inch", "in": "inch",
    "mile": "mile", "miles": "mile", "unit": "unit", "units": "unit", "s": "second",
    "sec": "second", "second": "second", "seconds": "second", "min": "minute",
    "minute": "minute", "minutes": "minute", "h": "hour", "hr": "hour", "hour": "hour",
    "hours": "hour", "day": "day", "days": "day", "year": "year", "years": "year",
    "g": "gram", "gram": "gram", "grams": "gram", "kg": "kilogram", "kilograms": "kilogram",
    "degree": "degree", "degrees": "degree", "dollar": "dollar", "dollars": "dollar",
    "cents": "cent", "radian": "radian", "radians": "radian", "rad": "radian",
    "way": "", "ways": "",
}  # fmt: skip
AREAS = {"square": "^2", "sq": "^2", "cubic": "^3"}


def unit_of(tokens: Sequence[Token]) -> tuple[Sequence[Token], str]:
    """Return an answer without its unit, and the unit's word; empty where it has none.

    Raises :class:`~harness.judges.answers.trees.Unreadable` for any other word.
    """
    tokens, unit = _money(tokens)
    end = len(tokens)
    power = ""
    texts = [token.text for token in tokens]
    if end > 3 and texts[-2] == "^" and texts[-1] in ("2", "3") and tokens[-3].kind == "word":
        power, end = f"^{texts[-1]}", end - 2
    elif end > 5 and texts[-4:-2] == ["^", "{"] and tokens[-5].kind == "word":
        if texts[-2] not in ("2", "3"):
            raise Unreadable("a power of a unit that is not read")
        power, end = f"^{texts[-2]}", end - 4
    words: list[str] = []
    while end and tokens[end - 1].kind == "word":
        end -= 1
        words.insert(0, tokens[end].text)
    if not words:
        if any(token.kind == "word" for token in tokens):
            raise Unreadable("words")
        return tokens, unit
    if words in (["percent"], ["percentage"], ["pct"], ["per", "cent"], ["%"]):
        return [*tokens[:end], Token("sign", "%")], unit
    if len(words) == 2 and words[0] in AREAS and not power:
        power, words = AREAS[words[0]], words[1:]
    if len(words) != 1 or words[0] not in UNITS or unit or not end:
        raise Unreadable("words")
    return tokens[:end], UNITS[words[0]] + power


def _money(tokens: Sequence[Token]) -> tuple[Sequence[Token], str]:
    if tokens and tokens[0] == Token("word", "$", tokens[0].gap):
        return tokens[1:], "dollar"
    return tokens, ""
