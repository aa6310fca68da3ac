r"""A whole answer by a closed grammar: lists, sets, intervals, ``x = …``, units, words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from harness.judges.answers.expressions import Expressions
from harness.judges.answers.tokens import JOINING, Token, tokenised
from harness.judges.answers.trees import (
    INFINITY,
    Apply,
    Form,
    Grid,
    Group,
    Interval,
    Name,
    Named,
    Node,
    Nothing,
    Ratio,
    Relation,
    Several,
    Union,
    Unreadable,
    Value,
    Word,
)
from harness.judges.answers.units import unit_of

MOST_PARTS = 100
RELATIONS = {"=": "=", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!="}
FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
NOTHING = frozenset(
    [
        "none",
        "no solution",
        "no solutions",
        "there is no solution",
        "there are no solutions",
        "no solution exists",
        "no solutions exist",
        "empty set",
        "the empty set",
    ]
)
WORDS = frozenset(["yes", "no", "true", "false", "odd", "even"])
SAID = frozenset(
    ("answer", "area", "perimeter", "volume", "length", "sum", "total", "result", "probability")
)
"""Words that name a value on the left of an equation; any other may deny it."""
CLOSING = {"(": (")", "]"), "[": ("]", ")"), "{": ("}",), r"\{": (r"\}",)}
# Behind a bracket or a comma it is a part of its own.
_COMMAS = re.compile(r"(?<![\d.,({\[])[1-9]\d{0,2}(?:,\d{3})+(\.\d+)?(?![\d,])")


@lru_cache(maxsize=4096)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of an answer, boxes and outer braces taken off.

    Raises :class:`~harness.judges.answers.trees.Unreadable`.
    """
    tokens = tuple(tokenised(text))
    while tokens and tokens[0].text in (r"\boxed", r"\fbox") and _is_wrapped(tokens[1:]):
        tokens = tokens[2:-1]
    while _is_wrapped(tokens):
        tokens = tokens[1:-1]
    return tokens


def _is_wrapped(tokens: Sequence[Token]) -> bool:
    """Return whether braces that are only TeX's are around all of it."""
    return bool(tokens) and tokens[0].text == "{" and _end(tokens, 0) == len(tokens) - 1


@lru_cache(maxsize=4096)
def read(text: str, commas: bool = True) -> Form:
    """Return what an answer says.

    ``commas``: ``1,234`` is a number and not two. Raises
    :class:`~harness.judges.answers.trees.Unreadable`.
    """
    text = _COMMAS.sub(
        lambda found: found.group().replace(",", "") if commas or found.group(1) else found.group(),
        text,
    )
    return _answer(tokens_of(text))


def has_commas(text: str) -> bool:
    """Return whether ``1,234`` in a text may be a number or two."""
    return any(not found.group(1) for found in _COMMAS.finditer(text))


def _answer(tokens: Sequence[Token]) -> Form:
    """Read parts between commas, "and" and "or"."""
    found = _nothing_or_word(tokens)
    if found is not None:
        return found
    parts = _parted(tokens, (",", ";", r"\vee", *JOINING))
    parts = [part for part in parts if part]
    if not parts or len(parts) > MOST_PARTS:
        raise Unreadable("no answer, or more parts than are read")
    forms = [_part(part) for part in parts]
    if len(forms) == 1:
        return forms[0]
    first = forms[0]
    if isinstance(first, Named) and all(isinstance(form, Value | Several) for form in forms[1:]):
        # ``n = 1, 2, 3``: the name is everyone's.
        return renamed(first, Several(Group.LIST, _flat([first.form, *forms[1:]])))
    names = {form.name if isinstance(form, Named) else "" for form in forms}
    if len(names) == 1 and isinstance(first, Named) and not first.member:
        inner = [form.form for form in forms if isinstance(form, Named)]
        alike = all(isinstance(f, Named) and f.arguments == first.arguments for f in forms)
        if alike and not any(isinstance(form, Interval | Union) for form in inner):
            return renamed(first, Several(Group.LIST, _flat(inner)))
    return Several(Group.LIST, _flat(forms))


def renamed(named: Named, form: Form) -> Named:
    """Return an answer under the same name."""
    return Named(named.name, named.arguments, named.plain, form, named.member)


def _flat(forms: Sequence[Form]) -> tuple[Form, ...]:
    r"""Return parts with those of a list among them, such as ``\pm 1``, in one row."""
    found: list[Form] = []
    for form in forms:
        found += form.parts if isinstance(form, Several) and form.group is Group.LIST else [form]
    return tuple(found)


def _nothing_or_word(tokens: Sequence[Token]) -> Form | None:
    texts = [token.text for token in tokens]
    said = " ".join(texts).lower()
    if texts in ([r"\emptyset"], [r"\{", r"\}"]) or said in NOTHING:
        return Nothing()
    if len(texts) == 1 and said in WORDS:
        return Word(said)
    return None


def _parted(tokens: Sequence[Token], marks: Sequence[str]) -> list[list[Token]]:
    """Return what stands between marks outside of brackets."""
    parts: list[list[Token]] = [[]]
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "open":
            end = _end(tokens, at)
            parts[-1] += tokens[at : end + 1]
            at = end
        elif token.kind == "close":
            raise Unreadable("a bracket is closed that was not opened")
        elif token.text == r"\begin":
            end = _end_of_grid(tokens, at)
            parts[-1] += tokens[at : end + 1]
            at = end
        elif token.text in marks:
            parts.append([])
        else:
            parts[-1].append(token)
        at += 1
    return parts


def _end(tokens: Sequence[Token], at: int) -> int:
    """Return where the bracket that is opened at a place is closed."""
    waiting: list[str] = []
    for place in range(at, len(tokens)):
        token = tokens[place]
        if token.kind == "open":
            waiting.append(token.text)
        elif token.kind == "close":
            if token.text not in CLOSING[waiting.pop()]:
                break
            if not waiting:
                return place
    raise Unreadable("a bracket is not closed")


def _end_of_grid(tokens: Sequence[Token], at: int) -> int:
    for place in range(at, len(tokens)):
        if tokens[place].text == r"\end":
            return _end(tokens, place + 1)
    raise Unreadable("a matrix is not closed")


def _part(tokens: Sequence[Token]) -> Form:
    """Read an answer without commas: a relation, or a set or value."""
    marks = [token for token in _outside(tokens) if token.text in (*RELATIONS, r"\in")]
    if not marks:
        return _set(tokens)
    sides = _parted(tokens, (*RELATIONS, r"\in"))
    if not all(sides):
        raise Unreadable("a relation without a side")
    if marks[0].text == r"\in" and len(marks) == 1:
        name, arguments, plain = _left(sides[0])
        if not plain:
            raise Unreadable("what lies in a set is not a name")
        return Named(name, arguments, plain, _set(sides[1]), member=True)
    ops = [RELATIONS.get(mark.text, "in") for mark in marks]
    if set(ops) == {"="}:
        return _equation(sides)
    return _inequality(sides, ops)


def _outside(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens outside of brackets."""
    return [t for part in _parted(_blanked(tokens), ()) for t in part]


def _blanked(tokens: Sequence[Token]) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind == "open":
            at = _end(tokens, at)
        elif tokens[at].text == r"\begin":
            at = _end_of_grid(tokens, at)
        elif tokens[at].kind == "close":
            raise Unreadable("a bracket is closed that was not opened")
        else:
            found.append(tokens[at])
        at += 1
    return found


def _equation(sides: Sequence[Sequence[Token]]) -> Form:
    """Read ``x = 5`` as a named value, and what else is equal to something as a relation."""
    try:
        name, arguments, plain = _left(sides[0])
    except Unreadable:
        name, arguments, plain = "", (), False
    if plain:
        if len(sides) == 2:
            return Named(name, arguments, True, _set(sides[1]))
        rest = [_set(side) for side in sides[1:]]
        if not arguments and all(isinstance(form, Value) for form in rest):
            # ``S = 2 + 3 = 5``: kept whole, so that whoever compares can check the middle.
            return Named(name, ("chain",), True, Several(Group.TUPLE, tuple(rest)))
        raise Unreadable("a chain of equations")
    if len(sides) != 2:
        raise Unreadable("a chain of equations")
    return Relation("=", *(Expressions(side).whole() for side in sides))


def _left(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...], bool]:
    """Return the name that a left side is, its arguments, and whether it is only a name.

    ``x``, ``AB``, ``x_1``, ``f(x)`` and ``(a, b, c)`` are names.
    """
    text = "".join(token.text for token in tokens)
    if all(token.kind == "name" for token in tokens) and tokens:
        return text, (), True
    if len(tokens) == 1 and (text.lower() in SAID or re.fullmatch(r"[A-Z]{2,6}", text)):
        return text, (), True
    reader = Expressions(tokens)
    if tokens[0].text in (r"\angle", r"\triangle") and all(t.kind == "name" for t in tokens[1:]):
        return text, (), True
    if tokens[0].text == "|" == tokens[-1].text and all(t.kind == "name" for t in tokens[1:-1]):
        return text, (), True
    if tokens[0].text == "(" and _end(tokens, 0) == len(tokens) - 1:
        inner = _parted(tokens[1:-1], (",",))
        if len(inner) > 1 and all(len(part) >= 1 and part[0].kind == "name" for part in inner):
            for part in inner:
                if not isinstance(Expressions(part).whole(), Name):
                    raise Unreadable("a tuple on the left that is not of names")
            return text, (), True
    node = reader.sum()
    if reader.next.kind != "end":
        raise Unreadable("a left side that is not read")
    return _name_of(node, text)


def _name_of(node: Node, text: str) -> tuple[str, tuple[str, ...], bool]:
    if isinstance(node, Name) and node not in (INFINITY, Name("pi"), Name("e"), Name("i")):
        return node.name, (), True
    names: list[str] = []
    if isinstance(node, Apply) and node.op.startswith("call:"):
        names = [arg.name for arg in node.args if isinstance(arg, Name)]
        if len(names) == len(node.args) == len(set(names)):
            return node.op[5:], tuple(names), True
    if isinstance(node, Apply) and node.op == "*" and isinstance(node.args[0], Name):
        inner = node.args[1]
        if isinstance(inner, Name) and "(" in text:
            # ``A(x)``, ``a(n)``: on the left of an equation it is a function.
            return node.args[0].name, (inner.name,), True
    return text, (), False


def _inequality(sides: Sequence[Sequence[Token]], ops: Sequence[str]) -> Form:
    """Read what bounds a name by numbers as an interval, and anything else as a relation."""
    nodes = [Expressions(side).whole() for side in sides]
    if "in" in ops or "=" in ops or ("!=" in ops and len(ops) > 1):
        raise Unreadable("a chain of relations")
    names = [at for at, node in enumerate(nodes) if isinstance(node, Name)]
    letters = [at for at in names if nodes[at] not in (INFINITY, Name("pi"), Name("e"))]
    rest = [node for at, node in enumerate(nodes) if at not in letters]
    if len(letters) == 1 and ops != ["!="] and not any(map(has_letters, rest)):
        name = nodes[letters[0]]
        assert isinstance(name, Name)
        found = _bounds(nodes, ops, letters[0])
        if found is not None:
            return Named(name.name, (), True, found, member=True)
    if len(nodes) == 2:
        return Relation(ops[0], nodes[0], nodes[1])
    raise Unreadable("a chain of inequalities")


def _bounds(nodes: Sequence[Node], ops: Sequence[str], at: int) -> Interval | None:
    minus = Apply("neg", (INFINITY,))
    if len(nodes) == 2:
        op = ops[0] if at == 0 else FLIPPED[ops[0]]
        bound = nodes[1 - at]
        if op in (">", ">="):
            return Interval(bound, INFINITY, op == ">", True)
        return Interval(minus, bound, True, op == "<")
    if len(nodes) == 3 and at == 1 and ops[0][0] == ops[1][0]:
        if ops[0][0] == "<":
            return Interval(nodes[0], nodes[2], ops[0] == "<", ops[1] == "<")
        return Interval(nodes[2], nodes[0], ops[1] == ">", ops[0] == ">")
    return None


def has_letters(node: Node) -> bool:
    """Return whether an expression has a letter whose value is not known."""
    if isinstance(node, Name):
        return node.name not in ("pi", "e", "oo", "i")
    return isinstance(node, Apply) and (
        node.op.startswith("call:") or any(map(has_letters, node.args))
    )


def _set(tokens: Sequence[Token]) -> Form:
    """Read sets joined by a cup, or one of them."""
    parts = _parted(tokens, (r"\cup",))
    if len(parts) == 1:
        return _one(tokens)
    if not all(parts):
        raise Unreadable("a set is missing")
    return Union(tuple(_one(part) for part in parts))


def _one(tokens: Sequence[Token]) -> Form:
    """Read a bracketed group, a matrix, a ratio, or an expression with its unit."""
    if not tokens:
        raise Unreadable("an empty part")
    first = tokens[0]
    if first.kind == "open" and first.text != "{" and _end(tokens, 0) == len(tokens) - 1:
        found = _bracketed(first.text, tokens[-1].text, tokens[1:-1])
        if found is not None:
            return found
    if first.text == r"\begin":
        return _grid(tokens)
    if any(token.text == ":" for token in _outside(tokens)):
        parts = [Expressions(part).whole() for part in _parted(tokens, (":",))]
        return Ratio(tuple(parts))
    rest, unit = unit_of(tokens)
    node = Expressions(_spaced(rest)).whole()
    return _signs(node, unit)


def _bracketed(left: str, right: str, inner: Sequence[Token]) -> Form | None:
    parts = _parted(inner, (",", ";"))
    if left == r"\{":
        if not inner:
            return Nothing()
        forms = _answer(inner)
        parts_of = forms.parts if isinstance(forms, Several) else (forms,)
        if isinstance(forms, Several) and forms.group is not Group.LIST:
            parts_of = (forms,)
        return Several(Group.SET, parts_of)
    if len(parts) == 1:
        return None
    forms_ = tuple(_set(part) for part in parts)
    ends = [form.node if isinstance(form, Value) and not form.unit else None for form in forms_]
    low, high = ends[0], ends[-1]
    if len(forms_) == 2 and low is not None and high is not None:
        endless = INFINITY in (low, high) or Apply("neg", (INFINITY,)) in (low, high)
        if endless or (left, right) in (("(", "]"), ("[", ")")):
            return Interval(low, high, left == "(", right == ")")
    if (left, right) == ("(", ")"):
        return Several(Group.TUPLE, forms_)
    if (left, right) == ("[", "]"):
        return Several(Group.SQUARE, forms_)
    raise Unreadable("brackets that do not belong together")


def _signs(node: Node, unit: str) -> Form:
    r"""Return the two values of an expression with one ``\pm``, or the one of any other."""
    count = _count(node)
    if not count:
        return Value(node, unit)
    if count > 1:
        raise Unreadable("several signs of plus or minus")
    return Several(
        Group.LIST, (Value(_chosen(node, True), unit), Value(_chosen(node, False), unit))
    )


def _count(node: Node) -> int:
    if not isinstance(node, Apply):
        return 0
    return (node.op in ("pm", "mp")) + sum(map(_count, node.args))


def _chosen(node: Node, plus: bool) -> Node:
    if not isinstance(node, Apply):
        return node
    args = tuple(_chosen(arg, plus) for arg in node.args)
    if node.op in ("pm", "mp"):
        return args[0] if plus == (node.op == "pm") else Apply("neg", args)
    return Apply(node.op, args)


def _spaced(tokens: Sequence[Token]) -> list[Token]:
    """Return numbers whose thousands are set apart by a space as one."""
    found: list[Token] = []
    for token in tokens:
        last = found[-1] if found else Token("", "")
        before = found[-2].text if len(found) > 1 else ""
        grouped = re.fullmatch(r"[1-9]\d{0,2}(\d{3})*", last.text) and last.kind == "number"
        group = re.fullmatch(r"\d{3}(\.\d+)?", token.text) and token.kind == "number"
        if grouped and group and token.gap and before not in ("_", "^"):
            found[-1] = Token("number", last.text + token.text, last.gap)
        else:
            found.append(token)
    return found


def _grid(tokens: Sequence[Token]) -> Form:
    end = _end_of_grid(tokens, 0)
    inner_from = _end(tokens, 1) + 1
    inner_to = next(at for at, token in enumerate(tokens) if token.text == r"\end")
    name = "".join(token.text for token in tokens[2 : inner_from - 1])
    if end != len(tokens) - 1 or name not in ("pmatrix", "bmatrix", "matrix"):
        raise Unreadable("more than a matrix")
    rows = [row for row in _parted(tokens[inner_from:inner_to], (r"\\",)) if row]
    cells = tuple(tuple(Expressions(cell).whole() for cell in _parted(row, ("&",))) for row in rows)
    if len({len(row) for row in cells}) != 1:
        raise Unreadable("a matrix with rows of several lengths")
    return Grid(cells)
