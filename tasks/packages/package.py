"""A package that was read."""

from __future__ import annotations

import msgspec

from harness.types import Problem, TimeRule


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A problem, and what the copy of its package lacks; made by a package reader."""

    problem: Problem
    dropped: tuple[str, ...] = ()
    """Names of tests whose files are not in this copy; the problem is judged without them."""
    rule: TimeRule | None = None
    """How its time limit is to be measured, where the package leaves it open and nobody has
    given or measured one: its problem then has a limit to measure under."""
