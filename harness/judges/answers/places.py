"""Numbers put in place of letters: where two functions are compared."""

from __future__ import annotations

import random
from collections.abc import Sequence

from harness.judges.answers.letters import Values
from harness.judges.answers.trees import Apply, Name, Node, Number

WHOLE = 8
"""Places at which letters are whole numbers."""


def places(names: Sequence[str]) -> list[tuple[str, Values]]:
    """Return places to compare at; the same for the same letters."""
    chance = random.Random("places")

    def fraction(low: int, high: int) -> Number:
        return Number(chance.randint(low * 1009, high * 1009), 1009)

    found: list[tuple[str, Values]] = []
    for at in range(WHOLE):
        high = 12 if at % 2 else 40
        found.append(("whole", {name: Number(chance.randint(2, high)) for name in names}))
    for _ in range(3):
        found.append(("positive", {name: fraction(1, 6) for name in names}))
    for _ in range(3):
        found.append(("negative", {name: fraction(-6, -1) for name in names}))
    for _ in range(3):
        found.append(("complex", {name: (fraction(-4, 4), fraction(-4, 4)) for name in names}))
    return found


def filled(node: Node, values: Values) -> Node:
    """Return an expression with numbers in place of its letters."""
    match node:
        case Name():
            value = values.get(node.name, node)
            return node if isinstance(value, tuple) else value
        case Apply():
            return Apply(node.op, tuple(filled(arg, values) for arg in node.args))
    return node


def renamed(node: Node, names: dict[str, str]) -> Node:
    """Return an expression with other names for its letters."""
    match node:
        case Name():
            return Name(names.get(node.name, node.name))
        case Apply():
            return Apply(node.op, tuple(renamed(arg, names) for arg in node.args))
    return node
