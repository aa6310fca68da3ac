"""Expressions as trees, and the forms that an answer can have."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

import msgspec


class Number(msgspec.Struct, frozen=True):
    """An exact rational number."""

    top: int
    bottom: int = 1
    """Positive; the fraction is in lowest terms."""
    places: int = 0
    """Digits behind the point, where it was written as a decimal fraction."""

    @property
    def value(self) -> Fraction:
        """The number itself."""
        return Fraction(self.top, self.bottom)


class Name(msgspec.Struct, frozen=True):
    """A letter with all that hangs on it: ``x``, ``alpha``, ``a_{ij}``; or a constant."""

    name: str


class Apply(msgspec.Struct, frozen=True):
    """An operation on expressions."""

    op: str
    """A key of ``numerics.OPERATIONS``, or ``call:f`` for a function that has only a name."""
    args: tuple[Node, ...]


Node = Number | Name | Apply

INFINITY = Name("oo")


class Group(StrEnum):
    """How several answers were put together."""

    LIST = "list"
    """With commas, "and" or "or": the order says nothing."""
    SET = "set"
    TUPLE = "tuple"
    """In round brackets; of two, it may be an open interval."""
    SQUARE = "square"
    """In square brackets; of two, it may be a closed interval."""


class Value(msgspec.Struct, frozen=True):
    """One expression."""

    node: Node
    unit: str = ""


class Several(msgspec.Struct, frozen=True):
    """Several answers in one."""

    group: Group
    parts: tuple[Form, ...]


class Interval(msgspec.Struct, frozen=True):
    """What can only be an interval."""

    low: Node
    high: Node
    low_open: bool
    high_open: bool


class Union(msgspec.Struct, frozen=True):
    """Sets joined."""

    parts: tuple[Form, ...]


class Named(msgspec.Struct, frozen=True):
    """An answer that says what it is the value of: ``x = 5``, ``f(x) = x + 1``."""

    name: str
    arguments: tuple[str, ...]
    plain: bool
    """Whether the left side is only a name, so that it may be left out."""
    form: Form
    member: bool = False
    """It is said to lie in the form, not to be it."""


class Relation(msgspec.Struct, frozen=True):
    """An equation or inequality that does not give a name its value."""

    op: str
    left: Node
    right: Node


class Grid(msgspec.Struct, frozen=True):
    """A matrix."""

    rows: tuple[tuple[Node, ...], ...]


class Ratio(msgspec.Struct, frozen=True):
    """Parts of a ratio."""

    parts: tuple[Node, ...]


class Nothing(msgspec.Struct, frozen=True):
    """That there is no solution, or the empty set."""


class Word(msgspec.Struct, frozen=True):
    """A word that excludes others: yes and no, true and false, odd and even."""

    word: str


Form = Value | Several | Interval | Union | Named | Relation | Grid | Ratio | Nothing | Word


class Unreadable(Exception):
    """The grammar does not know a text; never leaves this package."""
