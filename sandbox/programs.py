"""The programs of a problem and of a submission, from package files to something that runs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import JudgeError, TaskDataError, UnsupportedError
from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    FileRef,
    FileRole,
    PackageFile,
    Problem,
    Source,
)
from sandbox.box import Role
from sandbox.compile import MAX_SOURCE_BYTES, Compiled, Compiler, compiling_limits
from sandbox.driven import driven
from sandbox.languages import Language, language, suffixes
from sandbox.program import Program
from sandbox.validator import OWN_SOURCES

HELPERS = {
    Comparison.CHECKER: FileRole.CHECKER,
    Comparison.TESTLIB: FileRole.CHECKER,
    Comparison.VALIDATOR: FileRole.VALIDATOR,
}

STARTS_PROCESSES = re.compile(
    rb"\b(v?fork|forkpty|posix_spawnp?|popen|subprocess|multiprocessing|ProcessBuilder"
    rb"|process::(?:Command|\{[^}]*\bCommand)|os/exec)\b"
)
"""How code that starts processes is known: by the words for it. Only what the package itself puts
beside a submission is read, so no submission can ask for it."""

_CONSTANT = re.compile(rb"\{\{([A-Za-z_]\w*(?:\.\w+)?)\}\}")


class Programs:
    """Compiles, after making sure that every package file is what the problem says it is."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._verified: set[tuple[str, str]] = set()
        self._blamed: dict[tuple[str, str], str] = {}

    def submission(self, problem: Problem, body: CodeBody, source: Source, key: str) -> Compiled:
        """Compile a submission with everything the package puts beside it."""
        lang = language(key)
        if any(b"\0" in data for _, data in source.files):
            return Compiled(None, "the source has a NUL character")
        limit = min(body.source_limit_bytes or MAX_SOURCE_BYTES, MAX_SOURCE_BYTES)
        if source.size > limit:
            return Compiled(None, f"the source is larger than {limit} bytes")
        driver = driven(body, key)
        if driver and len(source.files) > 1:
            return Compiled(None, "one file is handed in, and not several")
        own = {
            driver.submission if driver else name or body.source_name + lang.suffix: data
            for name, data in source.files
        }
        for name in own:
            if "/" in name or name.startswith((".", "-")):
                return Compiled(None, f"{name!r} is no name for a source file")
        files, graders = self._beside(problem, body, key, lang)
        if driver:
            files |= driver.files
        own.update(files)
        units = [name for name in own if lang.reads(name) and name not in graders]
        if not units:
            if len(source.files) > 1 or not own:
                return Compiled(None, f"no file is a source in {lang.title}")
            units = [next(iter(own))]
        limits = compiling_limits(body.compile_time_s, body.compile_memory_bytes)
        made = self._compiler.compile(
            lang,
            own,
            (*graders, *units),
            Role.CONTESTANT,
            limits,
            driver.entry if driver else source.entry,
        )
        if made.program is None and graders:
            self._blame(problem, lang, files, graders)
        if made.program is not None and any(STARTS_PROCESSES.search(d) for d in files.values()):
            return Compiled(msgspec.structs.replace(made.program, processes=True), made.message)
        return made

    def _blame(
        self, problem: Problem, lang: Language, files: dict[str, bytes], graders: tuple[str, ...]
    ) -> None:
        """Raise when it is the package's grader that does not compile, whatever was submitted."""
        key = (problem.hash, lang.title)
        if key not in self._blamed:
            self._blamed[key] = self._compiler.refusal(lang, files, graders)
        if self._blamed[key]:
            raise JudgeError(
                f"the grader of {problem.id} does not compile:\n{self._blamed[key][:2000]}",
                hint="mend the package; its problem cannot be judged without it",
            )

    def _beside(
        self, problem: Problem, body: CodeBody, key: str, lang: Language
    ) -> tuple[dict[str, bytes], tuple[str, ...]]:
        """Return the package's files for a language, and which of them are graders."""
        files: dict[str, bytes] = {}
        graders: list[str] = []
        # The versions of a language share the folder of the one that its suffix stands for.
        folders = ("default", suffixes()[lang.suffix], key)
        included: dict[str, tuple[int, bytes]] = {}
        written = []
        for item in body.files:
            path = Path(item.file.path)
            if item.role is FileRole.HEADER:
                files[path.name] = self.read(problem, item.file)
            elif item.role is FileRole.GRADER:
                written.append(path.name)
                if lang.reads(path.name):
                    files[path.name] = self.read(problem, item.file)
                    graders.append(path.name)
            elif item.role is FileRole.INCLUDE and path.parts[1] in folders:
                rank = folders.index(path.parts[1])
                name = "/".join(path.parts[2:])
                if rank >= included.get(name, (-1, b""))[0]:
                    data = _with_constants(self.read(problem, item.file), body)
                    included[name] = (rank, data)
        if written and not graders:
            raise UnsupportedError(
                f"{problem.id} has no grader for {lang.title}, only {', '.join(written)}",
                hint="submit in a language that the problem has a grader for",
            )
        return files | {name: data for name, (_, data) in included.items()}, tuple(graders)

    def helper(self, problem: Problem, body: CodeBody) -> Program | None:
        """Compile the program that judges the tests, if the problem needs one.

        Raises :class:`~harness.errors.JudgeError` when it does not compile, and
        :class:`~harness.errors.TaskDataError` when the package has none.
        """
        if body.kind is CodeKind.COMMUNICATION:
            return self._trusted(problem, body, FileRole.MANAGER)
        own = OWN_SOURCES.get(body.comparison)
        if own is not None:
            what = f"the judge's own validator {own.name}"
            written_in = language(suffixes()[own.suffix])
            return self._compiler.trusted(
                written_in, {own.name: own.read_bytes()}, (own.name,), what
            )
        role = HELPERS.get(body.comparison)
        return self._trusted(problem, body, role) if role else None

    def checker(self, problem: Problem, body: CodeBody) -> Program | None:
        """Compile the checker that judges what a manager printed, where the problem has one."""
        if not body.manager_then_checker:
            return None
        return self._trusted(problem, body, FileRole.CHECKER)

    def aggregator(self, problem: Problem, body: CodeBody) -> Program | None:
        """Compile the package's own program for grading groups, if it has one."""
        if all(item.role is not FileRole.AGGREGATOR for item in body.files):
            return None
        return self._trusted(problem, body, FileRole.AGGREGATOR)

    def input_validator(
        self, problem: Problem, body: CodeBody, files: tuple[PackageFile, ...]
    ) -> Program:
        """Compile one program that checks test inputs, from its own files."""
        own = msgspec.structs.replace(body, files=files)
        return self._trusted(problem, own, FileRole.INPUT_VALIDATOR)

    def _trusted(self, problem: Problem, body: CodeBody, role: FileRole) -> Program:
        sources = [item for item in body.files if item.role is role]
        units = [item for item in sources if Path(item.file.path).suffix in suffixes()]
        if not units:
            raise TaskDataError(
                f"{problem.id} needs a {role.value} and its package has none",
                hint=f"put the {role.value}'s source into {problem.folder}",
            )
        beside = {
            Path(item.file.path).name: _with_constants(self.read(problem, item.file), body)
            for item in _belonging(body, units[0])
        }
        keys = {suffixes()[Path(item.file.path).suffix] for item in units}
        if len(keys) > 1:
            raise UnsupportedError(
                f"the {role.value} of {problem.id} is written in several languages: "
                f"{', '.join(sorted(keys))}",
                hint="the problem is left out",
            )
        names = tuple(Path(item.file.path).name for item in units)
        what = f"the {role.value} of {problem.id}"
        return self._compiler.trusted(language(keys.pop()), beside, names, what)

    def read(self, problem: Problem, ref: FileRef) -> bytes:
        """Return the bytes of a package file."""
        return self.place(problem, ref).read_bytes()

    def place(self, problem: Problem, ref: FileRef) -> Path:
        """Return a package file after making sure, once, that it is what the problem says."""
        place = Path(problem.folder, ref.path)
        key = (str(place), ref.sha256)
        if key in self._verified:
            return place
        try:
            with place.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise TaskDataError(
                f"{place} cannot be read: {error.strerror}",
                hint="bring the package in again with `harness data add`",
            ) from error
        if found != ref.sha256:
            raise TaskDataError(
                f"{place} has changed since the problem was read",
                hint="start a new run; a run is bound to the tests it was started with",
            )
        self._verified.add(key)
        return place


def _belonging(body: CodeBody, source: PackageFile) -> list[PackageFile]:
    """Return the source with everything it may include: the files of its own folder."""
    folder = Path(source.file.path).parent
    roles = (source.role, FileRole.SUPPORT, FileRole.HEADER)
    return [
        item for item in body.files if item.role in roles and Path(item.file.path).parent == folder
    ]


def _with_constants(data: bytes, body: CodeBody) -> bytes:
    """Put the package's constants in (2025-09 edition); unknown names stay as they are."""
    if not body.constants:
        return data
    values: Mapping[bytes, bytes] = {n.encode(): v.encode() for n, v in body.constants}
    return _CONSTANT.sub(lambda found: values.get(found[1], found[0]), data)
