"""The seam to the models of a jury: one question, one opinion, written down before it is used."""

from __future__ import annotations

from typing import Protocol

import msgspec

from harness.prompts import Prompting
from harness.types import Juror, Opinion, Purpose, TextRef


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """An opinion, with its text."""

    opinion: Opinion
    text: str
    """What was said after the thoughts."""
    fresh: bool = True
    """Whether it was asked now; otherwise it was on record."""


class Court(Protocol):
    """Asks the models of a jury about one submission, and keeps what they say.

    The same question under the same name is asked once: an attempt that is taken up again hears
    what it was told before. Raises :class:`~harness.errors.BackendError` where a model's server
    fails for good.
    """

    async def hear(self, juror: Juror, prompting: Prompting, purpose: Purpose, name: str) -> Heard:
        """Ask a model; ``name`` tells this question from all others about the submission."""
        ...

    def keep(self, text: str) -> TextRef:
        """Put a text into the run's folder."""
        ...
