"""The test cases under ``data/``: what is declared, and what of it is really there.

A case is ``NAME.in`` and ``NAME.ans`` in one folder, which may be links to other cases of the
package. One of the two alone, or a link whose target is gone, is a case that this copy lacks.
Files and folders whose names the format does not allow are as if they were not there.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import FileRef
from harness.types import Test as TestCase
from tasks.packages.files import inside, present, reference, wrong

NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}")
MAX_DEPTH = 12

MAX_WORDS = 48
MAX_WORD_BYTES = 64 << 10
"""Arguments of one program, and all their bytes: more cannot be handed to it."""
MAX_FILES = 24
MAX_NAME_BYTES = 199
"""Of the files beside a test (``sandbox/compile.py``)."""


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One folder of test data."""

    place: Path
    name: str
    """Path under ``data/``."""
    cases: tuple[str, ...]
    """Base names of the cases, in order."""
    folders: tuple[str, ...]
    """In order, the ``.files`` of cases left out."""


def list_folder(package: Path, place: Path) -> Listing:
    """List a folder of test data; one that leads out of the package or in a circle is an error."""
    inside(package, place)
    name = place.relative_to(package / "data").as_posix()
    if len(place.parts) - len(package.parts) > MAX_DEPTH:
        raise wrong(place, "test data nested too deeply (is it a circle of links?)")
    cases, folders = set(), set()
    try:
        entries = list(place.iterdir())
    except OSError as error:
        raise TaskDataError(f"{place} cannot be read: {error.strerror}") from error
    for entry in entries:
        if not NAME.fullmatch(entry.name):
            continue
        if entry.is_dir():
            if entry.suffix != ".files":
                folders.add(entry.name)
        elif entry.suffix in (".in", ".ans"):
            cases.add(entry.stem)
    for both in sorted(cases & folders):
        raise wrong(place, f"{both} is both a test case and a folder")
    return Listing(
        place=place, name=name, cases=tuple(sorted(cases)), folders=tuple(sorted(folders))
    )


class Cases:
    """Takes the cases that are there, and remembers those that are not."""

    def __init__(self, package: Path) -> None:
        self._package = package
        self.found: list[TestCase] = []
        self.absent: list[str] = []

    def take(
        self,
        listing: Listing,
        case: str,
        *,
        args: tuple[str, ...] = (),
        validator_args: tuple[str, ...] = (),
        files: bool = False,
    ) -> str | None:
        """Take one case with all its files; None when one of them is not in this copy."""
        name = f"{listing.name}/{case}"
        given, answer = (listing.place / f"{case}{suffix}" for suffix in (".in", ".ans"))
        for place in (given, answer):
            inside(self._package, place)
        if not (present(given) and present(answer)):
            self.absent.append(name)
            return None
        for words in (args, validator_args):
            check_words(given, words)
        self.found.append(
            TestCase(
                name=name,
                input=reference(self._package, given),
                answer=reference(self._package, answer),
                args=args,
                validator_args=validator_args,
                files=self._files(listing.place / f"{case}.files") if files else (),
            )
        )
        return name

    def _files(self, folder: Path) -> tuple[FileRef, ...]:
        if not folder.is_dir():
            return ()
        inside(self._package, folder)
        found = []
        for place in sorted(folder.iterdir()):
            if not NAME.fullmatch(place.name):
                continue
            if place.is_dir():
                raise UnsupportedError(
                    f"{place}: folders among the files of a test case are not judged",
                    hint="the problem is left out",
                )
            found.append(reference(self._package, place))
        if len(found) > MAX_FILES or any(len(Path(f.path).name) > MAX_NAME_BYTES for f in found):
            raise UnsupportedError(
                f"{folder}: more than {MAX_FILES} files beside a test case, or one with a name of "
                f"more than {MAX_NAME_BYTES} characters",
                hint="the problem is left out",
            )
        return tuple(found)


def check_words(place: Path, words: tuple[str, ...]) -> None:
    """Refuse arguments for a test that no program can be started with."""
    if any("\0" in word for word in words):
        raise wrong(place, "an argument for this test has a NUL character in it")
    size = sum(len(word.encode("utf-8", "surrogatepass")) for word in words)
    if len(words) > MAX_WORDS or size > MAX_WORD_BYTES:
        raise UnsupportedError(
            f"{place}: {len(words)} arguments of {size} bytes for this test; no more than "
            f"{MAX_WORDS} of {MAX_WORD_BYTES >> 10} KiB can be given",
            hint="the problem is left out",
        )
