"""What a checker or manager says, read strictly.

CMS's protocol, which the IOI's testlib follows: the score, 0 to 1, on the first
line of standard output; a message for the contestant on the first line of standard
error; exit code 0 for every verdict. Anything else is the judge's failure, never
the contestant's: a zero that a broken checker gave would be a lie.
"""

from __future__ import annotations

import math
import re

import msgspec

from harness.errors import JudgeError
from harness.types import Execution, StoppedBy, Verdict
from sandbox.classify import name_of

MESSAGE_CHARACTERS = 300
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


class Opinion(msgspec.Struct, frozen=True):
    """A checker's or manager's word on one output."""

    score: float
    """0..1; with a validator, 1 is accepted."""
    message: str
    given: float | None = None
    """A score in points, which a validator gave in place of its group's; or an outcome that is
    compared with thresholds."""
    factor: float = 1.0
    """Share of the group's score that a validator gave with its acceptance."""

    @property
    def verdict(self) -> Verdict:
        """The verdict that a score means."""
        if self.score >= 1.0:
            return Verdict.AC
        return Verdict.PAC if self.score > 0.0 else Verdict.WA


def cut_short(execution: Execution) -> str:
    """Return what ended a program before it could end itself; empty where nothing did."""
    if execution.stopped_by is not StoppedBy.NONE:
        return f"ran into its {execution.stopped_by.value} limit"
    if execution.signal is not None:
        return f"was ended by {name_of(execution.signal)}"
    return ""


def ends_itself(execution: Execution, what: str) -> None:
    """Raise :class:`~harness.errors.JudgeError` where a program of the package was cut short."""
    if how := cut_short(execution):
        raise broken(what, how, first_line(execution.stderr_head))


def ends_well(execution: Execution, what: str) -> None:
    """Raise :class:`~harness.errors.JudgeError` unless a program of the package ended with 0."""
    ends_itself(execution, what)
    if execution.exit_code != 0:
        raise _broken(what, f"ended with exit code {execution.exit_code}", execution)


def read_opinion(execution: Execution, what: str, *, thresholds: bool = False) -> Opinion:
    """Read what a checker or manager (``what``, for the message) has said.

    Where outcomes are compared with ``thresholds``, any number is one, and those that are not
    above 0 are wrong whatever the threshold. Raises :class:`~harness.errors.JudgeError` when it
    broke the protocol.
    """
    ends_well(execution, what)
    said, message = first_line(execution.stdout_head), first_line(execution.stderr_head)
    if not thresholds:
        return Opinion(_share(said, what, execution), message)
    outcome = _number(said, what, execution)
    return Opinion(1.0 if outcome > 0.0 else 0.0, message, given=outcome)


def _number(text: str, what: str, execution: Execution) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise _broken(what, f"printed {text[:40]!r} where a score belongs", execution)
    return float(text)


def _share(text: str, what: str, execution: Execution) -> float:
    score = _number(text, what, execution)
    if not 0.0 <= score <= 1.0:
        raise _broken(what, f"gave the score {text[:40]}, which is not in 0..1", execution)
    return abs(score)  # "-0" is 0


TESTLIB_REJECTS = frozenset({1, 2, 4, 8})
"""Exit codes of testlib for a wrong answer, presentation, dirt and an unexpected end."""

TESTLIB_POINTS = 7


def read_testlib(execution: Execution, what: str) -> Opinion:
    """Read what a testlib checker has said in Polygon's protocol: its exit code.

    Source: ``testlib.h`` (``TResult``): 0 accepted, 7 points (the share is the first number
    of its message, ``points 0.5 ...``), 3 a failure of the checker itself. Raises
    :class:`~harness.errors.JudgeError` for that, and for anything else.
    """
    ends_itself(execution, what)
    message = first_line(execution.stderr_head)
    if execution.exit_code == 0:
        return Opinion(1.0, message)
    if execution.exit_code in TESTLIB_REJECTS:
        return Opinion(0.0, message)
    if execution.exit_code == TESTLIB_POINTS:
        word, _, rest = message.partition(" ")
        number = (rest if word == "points" else message).partition(" ")[0]
        return Opinion(_share(number, what, execution), message)
    raise _broken(what, f"ended with exit code {execution.exit_code}", execution)


def first_line(data: bytes) -> str:
    """Return the first line of an output, clipped."""
    line = data.partition(b"\n")[0].decode("utf-8", "replace").strip()
    return line[:MESSAGE_CHARACTERS]


def _broken(what: str, how: str, execution: Execution) -> JudgeError:
    return broken(what, how, first_line(execution.stderr_head))


def broken(what: str, how: str, said: str) -> JudgeError:
    """Return the error that a program of the package broke its contract, with its own words."""
    return JudgeError(
        f"{what} {how}" + (f" (it said: {said})" if said else ""),
        hint="mend the package, or judge without this problem",
    )
