"""The one tree of errors, and the exit codes that go with it.

::

    HarnessError
    ├── UserError            your mistake: no traceback                      exit 64
    │   ├── UsageError         a flag, a value or a name on the command line
    │   ├── ConfigError        a settings file
    │   ├── PluginError        a plugin that cannot be found or loaded
    │   ├── TaskDataError      a problem package or the data store
    │   │   ├── UnsupportedError a task type or format that is not supported
    │   │   ├── PackError        a data pack that is damaged, hostile or of another version
    │   │   └── DriftError       a published table that has other columns now
    │   └── RecordingError     a file of recorded generations
    ├── InfraError           our failure: retried, then the attempt is void  exit 3
    │   ├── BackendError       a model server
    │   ├── BoxError           the sandbox
    │   ├── HubError           a hub of data sets: unreachable, refusing or cutting files off
    │   ├── JudgeModelError    a model that marks gave nothing that could be read
    │   └── JudgeError         a checker, manager or grader of the problem broke its contract
    ├── StoreError           the run folder: stop at once                    exit 3
    │   ├── CorruptLog         a record that cannot be read
    │   └── WriterConflict     two writers on one run
    └── Interrupted          Ctrl-C                                          exit 130

What a contestant's program or answer does is never an exception: it is an
:class:`~harness.types.Execution`, then a :class:`~harness.types.Verdict`.
Every class carries a short ``code`` that is a heading in ``harness/README.md``.
"""

from __future__ import annotations

import traceback
from pathlib import Path

LONGEST_FAULT = 300
"""Characters of an exception's own words that are repeated."""


class HarnessError(Exception):
    """A failure that is not the contestant's.

    ``message`` names the thing and the place, ``hint`` the next step.
    """

    code = "H000"
    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Return the message with the next step behind it."""
        return f"{self.message}\n  next: {self.hint}" if self.hint else self.message


class UserError(HarnessError):
    """A mistake of the person at the keyboard; printed without a traceback."""

    code = "U000"
    exit_code = 64


class UsageError(UserError):
    """A flag, a value or a name on the command line."""

    code = "U001"


class ConfigError(UserError):
    """A settings file that is malformed or contradicts itself."""

    code = "U002"


class PluginError(UserError):
    """A task, backend or strategy that cannot be found or loaded."""

    code = "U003"


class TaskDataError(UserError):
    """A problem package or the data store: missing, malformed or unreadable."""

    code = "U004"


class UnsupportedError(TaskDataError):
    """A task type, score type or format that this version does not judge."""

    code = "U005"


class PackError(TaskDataError):
    """A data pack that is damaged, hostile, or of another version; nothing of it came in."""

    code = "U007"


class DriftError(TaskDataError):
    """A published table whose columns are not those that are read; the column is named."""

    code = "U008"


class RecordingError(UserError):
    """A file of recorded generations: missing, malformed or for another task."""

    code = "U006"


class InfraError(HarnessError):
    """A failure of ours; retried, and then the attempt is void (never zero)."""

    code = "I000"


class BackendError(InfraError):
    """A model server failed.

    ``final`` says that asking again cannot help (HTTP 400, 404, 422).
    """

    code = "I001"

    def __init__(self, message: str, *, hint: str = "", final: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.final = final


class BoxError(InfraError):
    """The sandbox could not be built, or stopped answering."""

    code = "I002"


class HubError(InfraError):
    """A hub of data sets cannot be reached, refuses, or gave other bytes than it announced."""

    code = "I005"


class JudgeModelError(InfraError):
    """A model that marks proofs, or compares answers, gave nothing that could be read."""

    code = "I004"


class JudgeError(InfraError):
    """A checker, manager or grader of the problem broke its contract."""

    code = "I003"


class StoreError(HarnessError):
    """The run folder cannot be read or written; nothing more is done."""

    code = "S000"


class CorruptLog(StoreError):
    """A log that cannot be read in its middle, or lacks its end although the run was finished."""

    code = "S001"


class WriterConflict(StoreError):
    """Another process is writing to the same run."""

    code = "S002"


class Interrupted(HarnessError):
    """Ctrl-C: the run stopped cleanly and can be resumed."""

    code = "X130"
    exit_code = 130


def unforeseen(error: Exception) -> HarnessError:
    """Return the error of an exception of another tree: its kind, its words and its place."""
    said = "".join(letter if letter.isprintable() else " " for letter in str(error))
    words = " ".join(said.split())[:LONGEST_FAULT]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return HarnessError(
        f"{type(error).__name__}{f': {words}' if words else ''}{place}",
        hint="a fault of the program or of a plugin: please report it, with what was run; "
        "HARNESS_DEBUG=1 shows where it happened",
    )


def first_failure(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return the failure that a group of tasks came to its end by."""
    for failure in group.exceptions:
        return first_failure(failure) if isinstance(failure, BaseExceptionGroup) else failure
    return group
