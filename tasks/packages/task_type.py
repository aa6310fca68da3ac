"""The task type of an IOI package, and its parameters, under the names that CMS gives them.

Source: ``cmscontrib/loaders/tps.py`` and ``cms/grading/tasktypes/``. The parameters are
``task_type_parameters_<type>_<name>``; what a package does not say is as that loader has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeKind
from tasks.packages.files import wrong

KINDS = {
    "Batch": CodeKind.BATCH,
    "BatchAndOutput": CodeKind.BATCH_AND_OUTPUT,
    "Communication": CodeKind.COMMUNICATION,
    "OutputOnly": CodeKind.OUTPUT_ONLY,
    "TwoSteps": CodeKind.TWO_STEPS,
}
MAX_PROCESSES = 7
MAX_NAME_BYTES = 100
"""Of names that become file names, with something added to them."""


class TaskType(msgspec.Struct, frozen=True, kw_only=True):
    """How a submission is compiled and run."""

    kind: CodeKind
    alone: bool = False
    """The submission is compiled without the package's sources."""
    with_grader: bool = False
    """The package says that there is a grader."""
    input_file: str = ""
    output_file: str = ""
    processes: int = 1


def read_task_type(place: Path, name: str, parameters: str) -> TaskType:
    """Read a task type and its parameters, which are JSON in a text of ``place``.

    Raises :class:`~harness.errors.UnsupportedError` for what is not judged.
    """
    given = _decoded(place, parameters)
    kind = KINDS.get(name)
    if kind is None:
        raise UnsupportedError(
            f"{place}: task type {name[:40]} is not judged",
            hint=f"the task types are {', '.join(KINDS)}",
        )
    prefix = f"task_type_parameters_{name}_"
    own = {key.removeprefix(prefix): v for key, v in given.items() if key.startswith(prefix)}
    if kind is CodeKind.COMMUNICATION:
        return _communication(place, own)
    if kind not in (CodeKind.BATCH, CodeKind.BATCH_AND_OUTPUT):
        return TaskType(kind=kind)
    compilation = own.get("compilation")
    if compilation not in (None, "grader", "alone"):
        raise wrong(place, f"compilation is {_shown(compilation)}, neither grader nor alone")
    return TaskType(
        kind=kind,
        alone=compilation == "alone",
        with_grader=compilation == "grader",
        input_file=_file(place, own, "io_0_inputfile"),
        output_file=_file(place, own, "io_1_outputfile"),
    )


def _communication(place: Path, own: Mapping[str, object]) -> TaskType:
    count = own.get("num_processes", 1)
    if not isinstance(count, int) or not 1 <= count <= MAX_PROCESSES:
        raise wrong(place, f"a communication problem of {_shown(count)} processes")
    if own.get("user_io", "std_io") != "std_io":
        raise UnsupportedError(
            f"{place}: user_io {_shown(own['user_io'])} is not judged",
            hint="submissions of a communication problem talk over standard input and output",
        )
    return TaskType(
        kind=CodeKind.COMMUNICATION, processes=count, alone=own.get("compilation") == "alone"
    )


def _file(place: Path, own: Mapping[str, object], key: str) -> str:
    name = own.get(key) or ""
    if not isinstance(name, str) or (name and not is_name(name)):
        raise wrong(place, f"{key} is {_shown(name)}, which is no file name")
    return name


def _decoded(place: Path, parameters: str) -> Mapping[str, object]:
    try:
        given = json.loads(parameters or "{}")
    except RecursionError:
        raise wrong(place, "task_type_params is nested too deep") from None
    except ValueError as error:
        words = error.msg if isinstance(error, json.JSONDecodeError) else error
        raise wrong(place, f"task_type_params is not JSON: {words}") from None
    if not isinstance(given, dict):
        raise wrong(place, "task_type_params is not a JSON object")
    return given


def check_grader(folder: Path, kind: TaskType, *, found: bool) -> None:
    """Refuse a package without the sources that its submissions are compiled with."""
    needed = kind.with_grader or kind.kind is CodeKind.TWO_STEPS
    if needed and not found:
        what = "manager" if kind.kind is CodeKind.TWO_STEPS else "grader"
        raise TaskDataError(
            f"{folder / 'graders'} has no {what}.cpp, which submissions are compiled with",
            hint="bring the whole package in",
        )


def is_name(text: str) -> bool:
    """Return whether a text can name a file, whatever is put behind it."""
    return (
        0 < len(text.encode()) <= MAX_NAME_BYTES
        and text.isprintable()
        and "/" not in text
        and not text.startswith(".")
    )


def _shown(value: object) -> str:
    return repr(value)[:80]
