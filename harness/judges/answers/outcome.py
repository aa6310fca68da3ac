"""What a comparison of two answers comes to."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """Equal, not equal, or neither could be said."""

    EQUAL = "equal"
    NOT_EQUAL = "not equal"
    UNRESOLVED = "unresolved"


class Finding(msgspec.Struct, frozen=True):
    """An outcome and how it was reached, in a few words."""

    outcome: Outcome
    reason: str


ALIKE = "written alike"
"""The reason of an equality in which nothing had to be worked out."""


def equal(reason: str) -> Finding:
    """Return that two answers are equal."""
    return Finding(Outcome.EQUAL, reason)


def not_equal(reason: str) -> Finding:
    """Return that two answers are not equal."""
    return Finding(Outcome.NOT_EQUAL, reason)


def unresolved(reason: str) -> Finding:
    """Return that it could not be decided."""
    return Finding(Outcome.UNRESOLVED, reason)


def all_of(parts: list[Finding], reason: str) -> Finding:
    """Return equal when every part is; one part that is not decides, then one unresolved."""
    for outcome in (Outcome.NOT_EQUAL, Outcome.UNRESOLVED):
        for part in parts:
            if part.outcome is outcome:
                return part
    return equal(reason)
