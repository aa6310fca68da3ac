"""The input validators of a package, and the arguments they are called with.

::

    input_validators/<name>.cpp|py...     or a folder of files
    input_format_validators/              the same, in older packages
    input_validators/<name>.ctd|.viva     named, and not run

Arguments are ``input_validator_flags`` of ``testdata.yaml`` (legacy) or ``input_validator_args``
of ``test_group.yaml`` and of the case's own file (2025-09), of the nearest folder that has some;
there, the submission's arguments follow.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.types import CodeBody, Edition, FileRole, PackageFile, Problem
from harness.types import Test as TestCase
from sandbox.inputs import Input
from sandbox.languages import suffixes
from tasks.packages.files import inside, reference, wrong
from tasks.packages.kattis.programs import SOURCES
from tasks.packages.kattis.testdata import NAME, check_words
from tasks.packages.kattis.yaml_file import Fields, read_yaml

FOLDERS = ("input_validators", "input_format_validators", "input_validator")
OTHER = {".ctd": "Checktestdata", ".viva": "VIVA"}
"""Languages of validators that are no programs."""


class InputValidator(msgspec.Struct, frozen=True, kw_only=True):
    """One validator of inputs."""

    name: str
    """As groups name it, to give it arguments."""
    files: tuple[PackageFile, ...] = ()
    unsupported: str = ""
    """Why it is not run."""


def find_input_validators(problem: Problem) -> tuple[InputValidator, ...]:
    """Return the validators of a package, in order of name.

    Raises :class:`~harness.errors.TaskDataError` when there is none.
    """
    folder = Path(problem.folder)
    found = [
        _validator(folder, entry)
        for name in FOLDERS
        for entry in _visible(folder, folder / name)
        if entry.is_dir() or entry.suffix in SOURCES or entry.suffix in OTHER
    ]
    if not found:
        raise TaskDataError(
            f"{folder} has no input validators",
            hint=f"they stand in {FOLDERS[0]}/, and the format asks for one",
        )
    return tuple(found)


def inputs_of(problem: Problem, validator: InputValidator) -> tuple[Input, ...]:
    """Return the inputs of all tests, with the arguments of one validator."""
    body = problem.body
    assert isinstance(body, CodeBody)
    folder = Path(problem.folder)
    current = body.edition is Edition.PPF_2025_09
    known: dict[Path, Fields] = {}
    found = []
    for test in body.tests:
        args = (*_arguments(folder, test, validator.name, current, known), *test.args)
        check_words(folder / test.input.path, args)
        found.append(Input(test=test.name, file=test.input, args=args, files=test.files))
    return tuple(found)


def _arguments(
    folder: Path, test: TestCase, name: str, current: bool, known: dict[Path, Fields]
) -> tuple[str, ...]:
    key = "input_validator_args" if current else "input_validator_flags"
    parts = test.name.split("/")
    groups = [folder.joinpath("data", *parts[:depth]) for depth in range(len(parts))]
    places = [group / ("test_group.yaml" if current else "testdata.yaml") for group in groups]
    if current:
        places.append(folder.joinpath("data", f"{test.name}.yaml"))
    for place in reversed(places):
        if place not in known:
            known[place] = read_yaml(folder, place) if place.is_file() else Fields(place, {})
        if key in known[place]:
            return _of_validator(known[place], key, name, current)
    return ()


def _of_validator(given: Fields, key: str, name: str, current: bool) -> tuple[str, ...]:
    """Return the arguments meant for one validator: those for all, or under its name."""
    take = Fields.sequence if current else Fields.words
    if not isinstance(given.values[key], dict):
        return take(given, key)
    both = given.map(key)
    if not current and set(both.values) <= {"name", "flags"}:
        return both.words("flags") if both.text("name") == name else ()
    return take(both, name) if name in both else ()


def _validator(folder: Path, entry: Path) -> InputValidator:
    files = [place for place in entry.rglob("*") if place.is_file()] if entry.is_dir() else [entry]
    for place in files:
        inside(folder, place)
    name = entry.name if entry.is_dir() else entry.stem
    what = {OTHER[place.suffix] for place in files if place.suffix in OTHER}
    if what:
        return InputValidator(name=name, unsupported=f"{' and '.join(sorted(what))} is not run")
    if entry.is_dir() and any(place.name in ("run", "build") for place in files):
        return InputValidator(name=name, unsupported="scripts of its own start or build it")
    if not any(place.suffix in SOURCES for place in files):
        raise wrong(entry, "holds no source of the input validator")
    if not any(place.suffix in suffixes() for place in files):
        return InputValidator(name=name, unsupported="it is in no language that is judged")
    beside = (
        [] if entry.is_dir() else [p for p in _visible(folder, entry.parent) if p.suffix == ".h"]
    )
    return InputValidator(
        name=name,
        files=tuple(
            PackageFile(role=FileRole.INPUT_VALIDATOR, file=reference(folder, place))
            for place in sorted([*files, *beside])
            if NAME.fullmatch(place.name) and place.parent.name != "__pycache__"
        ),
    )


def _visible(folder: Path, place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    inside(folder, place)
    return sorted(entry for entry in place.iterdir() if NAME.fullmatch(entry.name))
