"""Labelled pairs of answers, made by rule from real ones: true rewritings and near misses.

A rule says of what kinds of answers it is true, so that its label needs no one's judgement. What
a rule does not cover is left alone. The labelled pairs of Math-Verify's own tests are read from
their source, without running it.
"""

from __future__ import annotations

import ast
import csv
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import msgspec
import sympy
from math_verify import LatexExtractionConfig, parse

LIST = re.compile(r"-?\d+(?:/\d+)?(?:, ?-?\d+(?:/\d+)?)+")
FRACTION = re.compile(r"(-?)\\frac\{(\d+)\}\{(\d+)\}")
INTERVAL = re.compile(r"[\[(][^,\[\]()]+,[^,\[\]()]+[\])]")
NUMBERS = re.compile(r"(?<![\d.^_{])\d+(?![\d.])")


class Pair(msgspec.Struct, frozen=True):
    """Two answers, whether they are equal, and the rule or file that says so."""

    gold: str
    said: str
    equal: bool
    rule: str


def answers(folder: Path) -> list[str]:
    """Return every answer in the tables of a folder: the columns ``answer``, ``Short Answer``."""
    found: dict[str, None] = {}
    for place in sorted(folder.rglob("*.csv")):
        with place.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                text = row.get("answer") or row.get("Short Answer") or ""
                text = " ".join(text.split()).strip().rstrip(".").strip()
                bare = text[1:-1].strip() if re.fullmatch(r"\$[^$]+\$", text) else text
                if bare:
                    found[bare] = None
    return list(found)


def made(gold: str) -> Iterator[Pair]:
    """Return the pairs that the rules make of one answer."""
    yield Pair(gold, f"${gold}$" if "$" not in gold else gold, True, "dollar signs")
    yield Pair(gold, f"  {gold} .", True, "white space and a full stop")
    if r"\frac" in gold:
        yield Pair(gold, gold.replace(r"\frac", r"\dfrac"), True, "\\dfrac for \\frac")
    if re.fullmatch(r"-?\d{1,15}", gold):
        yield from _of_integer(gold, int(gold))
    elif FRACTION.fullmatch(gold):
        yield from _of_fraction(gold)
    if LIST.fullmatch(gold):
        yield from _of_list(gold, re.split(r", ?", gold))
    if INTERVAL.fullmatch(gold) and ("infty" in gold or (gold[0], gold[-1]) in ENDS):
        yield from _of_interval(gold)
    if re.fullmatch(r"\(\s*-?\d+(\s*,\s*-?\d+)+\s*\)", gold):
        yield from _of_tuple(gold)
    head, value = _head(gold)
    if value and _is_value(value):
        yield from _of_value(gold, head, value)
        if re.fullmatch(r"[A-Za-z]\([a-z]\)=", head.replace(" ", "")):
            yield from _of_function(gold, head, value)


def _of_integer(gold: str, value: int) -> Iterator[Pair]:
    same = [f"x = {value}", f"{value}.0", f"\\frac{{{2 * value}}}{{2}}", f"{value - 1} + 1"]
    same += [f"\\boxed{{{value}}}", f"{value:,}", f"{value:,}".replace(",", "{,}")]
    same += [f"{value:,}".replace(",", r"\,"), f"\\text{{{value}}}", f"\\{{{value}\\}}"]
    same += [f"{value} \\text{{ units}}", f"{100 * value}\\%"] if value else []
    if 0 < value <= 360:
        same.append(f"{value}^\\circ")
    if value > 1 and (root := math.isqrt(value)) ** 2 == value:
        same.append(f"\\sqrt{{{value * value}}}")
        same.append(f"{root}^2")
    yield from (Pair(gold, text, True, "integer rewritten") for text in same)
    other = {value + 1, value - 1, value * 10, -value, value + 1000} - {value}
    yield from (Pair(gold, str(each), False, "another integer") for each in sorted(other))
    near = [f"{value}.5", f"{value} + \\frac{{1}}{{10^{{40}}}}", f"{value}, {value + 1}"]
    near += [f"x \\ge {value}", f"\\frac{{{value}}}{{7}}" if value else "7", f"{value}\\pi + 1"]
    near += [f"\\sqrt{{{value}}} + {value}" if value > 0 else "1", f"{value}n + 1", f"{value}!!+3"]
    near += [f"\\pm {value}"] if value else []
    near += ["\\text{no solution}", f"({value}, {value + 1})", f"[{value}, \\infty)"]
    yield from (Pair(gold, text, False, "near an integer") for text in near)


def _of_fraction(gold: str) -> Iterator[Pair]:
    found = FRACTION.fullmatch(gold)
    assert found is not None
    sign, top, bottom = found.group(1), int(found.group(2)), int(found.group(3))
    value = Fraction(top, bottom)
    same = [f"{sign}{top}/{bottom}", f"{sign}\\frac{{{3 * top}}}{{{3 * bottom}}}"]
    same += [f"\\frac{{{sign}{top}}}{{{bottom}}}", f"{sign}{top} \\div {bottom}"]
    same += [
        f"{sign}{top} \\cdot {bottom}^{{-1}}",
        f"1 - \\frac{{{bottom}-({sign}{top})}}{{{bottom}}}",
    ]
    if value > 1 and not sign and value.denominator != 1:
        whole, rest = divmod(value.numerator, value.denominator)
        same.append(f"{whole}\\frac{{{rest}}}{{{value.denominator}}}")
    if (10**8 * value).denominator == 1:
        same.append(f"{sign}{float(value)!r}")
        same.append(f"{sign}{float(100 * value)!r}\\%")
    yield from (Pair(gold, text, True, "fraction rewritten") for text in same)
    near = [f"{sign}\\frac{{{top + 1}}}{{{bottom}}}", f"{sign}\\frac{{{top}}}{{{bottom + 1}}}"]
    near += [f"-({gold})", f"{sign}{top}", f"{sign}\\frac{{{top}0}}{{{bottom}}}"]
    near += [f"{gold} + 10^{{-20}}", f"\\sqrt{{{top}/{bottom}}}" if value != 1 else "2"]
    near += [f"{sign}\\frac{{{bottom}}}{{{top}}}"] if top != bottom else []
    if (10**8 * value).denominator != 1:
        near.append(f"{sign}{float(value):.6f}")
    yield from (Pair(gold, text, False, "near a fraction") for text in near)


def _of_list(gold: str, parts: list[str]) -> Iterator[Pair]:
    backwards = parts[::-1]
    same = [", ".join(backwards), f"\\{{{', '.join(parts)}\\}}"]
    same += [" and ".join([", ".join(parts[:-1]), parts[-1]]), "; ".join(parts)]
    same += [", ".join(f"x = {part}" for part in parts), f"x \\in \\{{{', '.join(parts)}\\}}"]
    yield from (Pair(gold, text, True, "list rewritten") for text in same)
    near = [", ".join(parts[:-1]), ", ".join([*parts, "987"]), ", ".join([*parts[:-1], "987"])]
    near += [", ".join([f"{parts[0]}1", *parts[1:]])]
    if parts[0] != "0" and not parts[0].startswith("-"):
        near.append(", ".join([f"-{parts[0]}", *parts[1:]]))
    near = [text for text in near if set(text.split(", ")) != set(parts)]
    yield from (Pair(gold, text, False, "near a list") for text in near)


ENDS = (("(", "]"), ("[", ")"))


def _of_interval(gold: str) -> Iterator[Pair]:
    inner = gold[1:-1]
    low, high = (end.strip() for end in inner.split(","))
    same = [f"x \\in {gold}", f"\\left{gold[0]}{inner}\\right{gold[-1]}"]
    if high in (r"\infty", r"+\infty"):
        above, below = (">", "<") if gold[0] == "(" else (r"\ge", r"\le")
        same += [f"x {above} {low}", f"{low} {below} x"]
    yield from (Pair(gold, text, True, "interval rewritten") for text in same)
    swap = {"(": "[", "[": "(", ")": "]", "]": ")"}
    finite_left = "infty" not in low
    near = [f"{swap[gold[0]]}{inner}{gold[-1]}"] if finite_left else []
    near += [] if "infty" in high else [f"{gold[0]}{inner}{swap[gold[-1]]}"]
    near += [f"{gold[0]}{low}+1,{high}{gold[-1]}"] if finite_left else []
    yield from (Pair(gold, text, False, "near an interval") for text in near)


def _of_tuple(gold: str) -> Iterator[Pair]:
    parts = [part.strip() for part in gold[1:-1].split(",")]
    letters = ", ".join("abcdefgh"[: len(parts)])
    yield Pair(gold, f"({letters}) = {gold}", True, "tuple rewritten")
    yield Pair(gold, f"\\left( {' ,  '.join(parts)} \\right)", True, "tuple rewritten")
    if parts != parts[::-1]:
        yield Pair(gold, f"({', '.join(parts[::-1])})", False, "tuple in another order")
    yield Pair(gold, f"({', '.join(parts[:-1])}, 987)", False, "near a tuple")


def _head(gold: str) -> tuple[str, str]:
    r"""Return ``f(x)=`` and what follows it, or nothing and the answer."""
    found = re.fullmatch(r"([A-Za-z](?:\([a-z]\))?\s*=)(.*)", gold)
    return (found.group(1), found.group(2).strip()) if found else ("", gold)


def _is_value(text: str) -> bool:
    """Return whether an answer is one expression: no words, lists, relations or choices."""
    plain = re.sub(r"\\[A-Za-z]+", "", text)
    balanced = text.count("(") == text.count(")") and text.count("{") == text.count("}")
    return (
        balanced
        and not re.search(
            r"[,;=<>$:\[\]]|\\(?:ge|le|ne|in|cup|pm|text|ldots|cdots|mathbb|infty|under|left\\{)"
            r"|[A-Za-z]{3,}|\^\\circ",
            re.sub(r"\\(?:left|right)(?![A-Za-z])", "", text) if "left\\{" not in text else "=",
        )
        and not re.search(r"[A-Za-z]{3,}", plain)
    )


def _of_value(gold: str, head: str, value: str) -> Iterator[Pair]:
    same = [f"\\frac{{2\\left({value}\\right)}}{{2}}", f"({value}) + 5 - 5", f"-(-({value}))"]
    same += [f"\\left({value}\\right)\\cdot 1", f"7 + ({value}) - \\frac{{14}}{{2}}"]
    same += [re.sub(r"\\sqrt\{(\d+)\}", r"{\1}^{1/2}", value)] if r"\sqrt{" in value else []
    if r"\sqrt{" in value:
        same.append(re.sub(r"\\sqrt\{(\d+)\}", r"\\frac{\1}{\\sqrt{\1}}", value))
    yield from (Pair(gold, f"{head}{text}", True, "expression rewritten") for text in same)
    near = [f"({value}) + 1", f"({value}) - 10^{{-15}}", f"({value})^2 + ({value}) + 1000"]
    near += [f"({value}) + \\frac{{1}}{{10^{{60}}}}", f"\\sqrt{{({value})^2 + 1}}"]
    for at, found in enumerate(list(NUMBERS.finditer(value))[:3]):
        changed = f"{value[: found.start()]}{int(found.group()) + 1}{value[found.end() :]}"
        if not re.fullmatch(r"1\^.*", value[found.start() :]) and not _is_idle(value, found):
            near.append(changed if at < 3 else value)
    yield from (Pair(gold, f"{head}{text}", False, "near an expression") for text in near)
    letters = sorted(set(re.findall(r"(?<![A-Za-z\\])[a-z](?![A-Za-z])", value)) - {"e", "i"})
    if letters and not head and len(letters) == 1 and not re.search(r"\d[a-z]{2}", value):
        other = re.sub(rf"(?<![A-Za-z\\]){letters[0]}(?![A-Za-z])", "w", value)
        yield Pair(gold, other, False, "another letter")


def by_sympy(gold: str) -> Iterator[Pair]:
    """Return what SymPy makes of one expression that Math-Verify reads: another writer's hand."""
    if not _is_value(gold) or not re.search(r"sqrt|pi|[a-z]", gold) or "!" in gold:
        return
    found = parse(f"${gold}$", [LatexExtractionConfig()])
    if not found or not isinstance(found[0], sympy.Expr):
        return
    letters = set(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", gold)) - {"e", "i"}
    if letters != {str(each) for each in found[0].free_symbols} or re.search(
        r"\^[a-z] *[a-z]", gold
    ):
        return  # it drops an "m" for a unit, and takes 7^d p for 7^(dp)
    read = found[0].doit()
    for write in (sympy.expand, sympy.factor, sympy.together, sympy.radsimp):
        yield Pair(gold, sympy.latex(write(read)), True, f"SymPy's {write.__name__}")


def _is_idle(value: str, found: re.Match[str]) -> bool:
    """Return whether a number may be changed without changing the value: a factor of zero."""
    return bool(re.search(r"(?<!\d)0(?!\d)", value)) or found.group() == "0"


def _of_function(gold: str, head: str, value: str) -> Iterator[Pair]:
    name, letter = head[0], head[2]
    if not re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", value):
        return
    renamed = re.sub(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", "t", value)
    yield Pair(gold, f"{name}(t) = {renamed}", True, "bound letter renamed")
    yield Pair(gold, f"{name}({letter}) = {renamed}", False, "bound letter left behind")


def labelled(folder: Path) -> Iterator[Pair]:
    """Return the labelled pairs in the tests of Math-Verify, read from their source."""
    for place in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(place.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "parametrize":
                yield from _parametrized(place.stem, node)


def _parametrized(name: str, node: ast.Call) -> Iterator[Pair]:
    try:
        columns = [each.strip() for each in ast.literal_eval(node.args[0]).split(",")]
        rows = ast.literal_eval(node.args[1])
    except (ValueError, AttributeError):
        return
    for row in rows:
        cells = dict(zip(columns, row, strict=False))
        label = cells.get("expected", cells.get("result"))
        if label in (0, 1) and cells.get("strict", True) and {"gold", "pred"} <= cells.keys():
            yield Pair(cells["gold"], cells["pred"], bool(label), f"Math-Verify {name}")
