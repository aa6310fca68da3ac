"""From sources to a program, in a slot that never sees a test.

A source can read files while it is compiled (``#include``, ``.incbin``), so the
slot holds the compiler and the sources and nothing else. Equal sources with equal
flags and compiler are compiled once and kept by content.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import BoxError, JudgeError, UnsupportedError
from harness.types import Execution, StoppedBy
from sandbox.box import MEBIBYTE, Box, Job, Limits, Process, Role, Step
from sandbox.entry import file_entry, java_entry, kotlin_entry
from sandbox.kept import Kept
from sandbox.languages import Language
from sandbox.pool import Pool
from sandbox.program import Program, in_slot
from sandbox.toolchain import ENVIRONMENT, HostTools, Tools


def contestant_limits(time_s: float | None = None, memory_bytes: int | None = None) -> Limits:
    """Return what compiling a submission may use: what its problem gives, never scaled.

    A problem that says nothing gets 20 CPU seconds and 1 GiB; one include of everything takes
    up to 4 s and 400 MiB of that. The wall clock is a backstop. A program may be large, because
    an array that begins with a number is in it as a whole.
    """
    cpu_s = 20.0 if time_s is None else time_s
    return Limits(
        cpu_s=cpu_s,
        wall_s=60 + 3 * cpu_s,
        memory_bytes=1024 * MEBIBYTE if memory_bytes is None else memory_bytes,
        output_bytes=640 * MEBIBYTE,
        processes=64,
    )


CONTESTANT_LIMITS = contestant_limits()

TRUSTED_LIMITS = Limits(
    cpu_s=60,
    wall_s=240,
    memory_bytes=4096 * MEBIBYTE,
    output_bytes=640 * MEBIBYTE,
    processes=64,
)

DISK_BYTES = 768 * MEBIBYTE
"""Each of the two folders of a slot for compiling: where objects are, and where the program is."""

MAX_SOURCE_BYTES = 1 << 20
"""A larger source is refused as a compile error; CMS's default is a tenth of it."""

MAX_FILES = 100
MAX_NAME_BYTES = 199
MAX_WORDS = 64
"""What a slot takes (``runner.h``, ``files.c``), with room for the files of a test. A class of Java
names its file, so a source can ask for any name."""

MESSAGE_BYTES = 8192
_TEMPORARY = re.compile(r"[\w./-]*/cc\w{6}(\.\w+)")
"""Names the compiler draws by lot: an equal source must get an equal message."""


class Compiled(msgspec.Struct, frozen=True):
    """A program, or the reason why there is none."""

    program: Program | None
    message: str
    """The compiler's words, clipped."""


class Compiler:
    """Compiles, and remembers."""

    def __init__(
        self,
        pool: Pool[Box],
        kept: Path,
        *,
        tools: Tools | None = None,
        with_proc: Pool[Box] | None = None,
        sandbox: str = "",
        headers: str = "/headers",
    ) -> None:
        """``tools`` are the compilers of the slots, ``with_proc`` slots that have ``/proc``.

        ``headers`` is where slots show the folder of precompiled headers; empty: nowhere.

        ``sandbox`` is the runner's version: a compile error is not remembered beyond it, since
        it may have been the sandbox that kept a compiler from working.
        """
        self._sandbox = sandbox
        self._shown_headers = headers
        self._pool = pool
        self._with_proc = with_proc or pool
        self.tools: Tools = tools or HostTools()
        self._programs = Kept(kept / "programs")
        self._headers = kept / "headers"
        for folder in (kept / "programs", self._headers):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise BoxError(
                    f"{folder} cannot be made: {error.strerror}",
                    hint="make room, or choose another place with HARNESS_CACHE=/path",
                ) from error

    def compile(
        self,
        language: Language,
        files: Mapping[str, bytes],
        units: tuple[str, ...],
        role: Role,
        limits: Limits | None = None,
        entry: str = "",
    ) -> Compiled:
        """Compile the named units (the other files are headers, modules) into one program.

        ``limits`` are the problem's; none: those of the role. ``entry`` is the file or class to
        begin with, where the language leaves a choice and somebody made it.
        A failure of the source is a value. A compiler that is missing is an
        :class:`~harness.errors.UnsupportedError`, a sandbox that fails a
        :class:`~harness.errors.BoxError`.
        """
        self.need_tools(language)
        if language.entry == "java":
            files, units, main = java_entry(files, units, entry)
            if not main:
                return Compiled(None, "no class has a method `void main(...)`")
        elif language.entry == "kotlin":
            main = kotlin_entry(files, units, entry)
        else:
            main = file_entry(units, entry)
        too_much = _too_much(files)
        if too_much:
            return Compiled(None, too_much)
        limits = limits or (CONTESTANT_LIMITS if role is Role.CONTESTANT else TRUSTED_LIMITS)
        key = self._key(language, files, (*units, main), role, limits)
        place = self._programs.place(key)
        verdict = place.with_name(f"{key}-{self._sandbox}.json")
        if self._programs.use(place):
            return Compiled(self._program(language, place, main), "")
        if verdict.exists():
            return Compiled(None, str(json.loads(verdict.read_text())["message"]))
        command = self._command(language, units, main)
        if len(command) > MAX_WORDS:
            return Compiled(None, f"{len(units)} sources are more than can be compiled together")
        execution, product = self._run(language, command, files, role, language.product, limits)
        place.parent.mkdir(exist_ok=True)
        if product is not None:
            made = {language.product: product} if language.product else files
            _write_folder(place, made)
            self._programs.added(sum(map(len, made.values())))
            return Compiled(self._program(language, place, main), "")
        message, lasting = _explain(execution)
        if lasting:
            _write(verdict, json.dumps({"message": message}).encode())
        return Compiled(None, message)

    def _key(
        self,
        language: Language,
        files: Mapping[str, bytes],
        units: tuple[str, ...],
        role: Role,
        limits: Limits,
    ) -> str:
        digest = hashlib.sha256()
        parts = (
            "3",
            role.value,
            # What compiled within wide limits need not within narrow ones.
            f"{limits.cpu_s:g} {limits.memory_bytes}",
            self.tools.version(language.tools[0], language.version),
            *language.compile,
            *(f"{name}={value}" for name, value in language.env.items()),
            *units,
        )
        digest.update("\0".join(parts).encode("utf-8", "surrogateescape"))
        for name in sorted(files):
            digest.update(f"\0{name}\0{len(files[name])}\0".encode("utf-8", "surrogateescape"))
            digest.update(files[name])
        return digest.hexdigest()

    def _command(self, language: Language, units: tuple[str, ...], main: str) -> list[str]:
        words: list[str] = []
        for word in language.compile:
            if word == "{sources}":
                words += units
            elif word == "{header}":
                header = self._header(language)
                words += [f"-I{self._shown_headers}/{header}"] if header else []
            else:
                words.append(word.replace("{main}", main))
        return words

    def _header(self, language: Language) -> str:
        """Return the name of the folder with the precompiled header, making it if needed.

        The header only saves time: the compiler passes it over when flags differ or
        when it is not the first thing a source includes.
        """
        if not language.precompiled or not self._shown_headers:
            return ""
        made = self.tools.header(language)
        if made is not None:
            return made
        version = self.tools.version(language.tools[0], language.version)
        text = "\0".join((version, *language.header_flags))
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        place = self._headers / name
        ready = place / f"{language.precompiled}.gch"
        if not ready.exists():
            with (self._headers / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not ready.exists():
                    self._make_header(language, ready)
        return name if ready.stat().st_size else ""

    def _make_header(self, language: Language, ready: Path) -> None:
        flags = (flag for flag in language.header_flags if flag != "-s")
        command = [language.compile[0], *flags, "-x", "c++-header", "all.h", "-o", "all.gch"]
        source = {"all.h": f"#include <{language.precompiled}>\n".encode()}
        _, header = self._run(language, command, source, Role.TRUSTED, "all.gch")
        ready.parent.mkdir(parents=True, exist_ok=True)
        # A compiler without this header gets an empty file: asked once, then done without.
        _write(ready, header or b"")

    def _run(
        self,
        language: Language,
        command: list[str],
        files: Mapping[str, bytes],
        role: Role,
        product: str,
        limits: Limits = TRUSTED_LIMITS,
    ) -> tuple[Execution, bytes | None]:
        """Run a command and return its product: empty where it makes none, None if it failed."""
        with (self._with_proc if language.proc else self._pool).lease() as box:
            process = Process(
                role=role,
                argv=(self.tools.find(command[0]) or command[0], *command[1:]),
                env=in_slot((*ENVIRONMENT, *self._env(language)), box),
                files=tuple((name, box.put(data)) for name, data in files.items()),
                fetch=(product,) if product else (),
                limits=msgspec.structs.replace(limits, resident=language.resident),
                head_bytes=MESSAGE_BYTES,
            )
            ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
            (execution,), kept = result.executions, dict(result.fetched[0])
            if execution.exit_code != 0 or execution.stopped_by is not StoppedBy.NONE:
                return execution, None
            if not product:
                return execution, b""
            return execution, box.read(kept[product]) if product in kept else None

    def trusted(
        self, language: Language, files: Mapping[str, bytes], units: tuple[str, ...], what: str
    ) -> Program:
        """Compile a checker or manager; raises :class:`~harness.errors.JudgeError` if it fails."""
        compiled = self.compile(language, files, units, Role.TRUSTED)
        if compiled.program is None:
            raise JudgeError(
                f"{what} does not compile:\n{compiled.message[:2000]}",
                hint="mend the package; its problem cannot be judged without it",
            )
        return compiled.program

    def refusal(
        self, language: Language, files: Mapping[str, bytes], units: tuple[str, ...]
    ) -> str:
        """Return why a package's own units do not compile by themselves, or nothing.

        Told for C and C++ only, whose compilers can look at sources without linking them.
        """
        if language.compile[0] not in ("gcc", "g++"):
            return ""
        command = [*self._command(language, units, ""), "-fsyntax-only"]
        execution, accepted = self._run(language, command, files, Role.TRUSTED, "")
        return "" if accepted is not None else _explain(execution)[0]

    # --- tools -------------------------------------------------------------------------------

    def need_tools(self, language: Language) -> None:
        """Raise :class:`~harness.errors.UnsupportedError` when a tool is missing."""
        for tool in language.tools:
            if self.tools.find(tool) is None:
                raise UnsupportedError(
                    f"{language.title} is not judged here: {self.tools.lacking(tool)}",
                    hint=self.tools.how_to_install(language.install),
                )

    def _env(self, language: Language) -> tuple[tuple[str, str], ...]:
        home = self.tools.home(language.run[0]) if language.run else ""
        return tuple((name, value.replace("{home}", home)) for name, value in language.env.items())

    def _program(self, language: Language, place: Path, main: str) -> Program:
        if not language.run:
            return Program(
                language=language.title,
                executable=place / language.product,
                resident=language.resident,
                threads=language.threads,
                extra_memory_bytes=language.extra_memory_mib * MEBIBYTE,
            )
        tool = self.tools.find(language.run[0]) or language.run[0]
        return Program(
            language=language.title,
            files=tuple(
                (str(file.relative_to(place)), file)
                for file in sorted(place.rglob("*"))
                if file.is_file()
            ),
            argv=(tool, *(word.replace("{main}", main) for word in language.run[1:])),
            env=(*ENVIRONMENT, *self._env(language)),
            resident=language.resident,
            threads=language.threads,
            extra_memory_bytes=language.extra_memory_mib * MEBIBYTE,
        )


def _too_much(files: Mapping[str, bytes]) -> str:
    """Return why a slot cannot take these files; empty when it can."""
    if len(files) > MAX_FILES:
        return f"{len(files)} files are more than the {MAX_FILES} that a program may have"
    for name in files:
        if any(len(os.fsencode(part)) > MAX_NAME_BYTES for part in name.split("/")):
            return f"a file would have a name of more than {MAX_NAME_BYTES} bytes: {name[:80]}..."
    return ""


def _explain(execution: Execution) -> tuple[str, bool]:
    """Return a message, and whether the same source would fail again on a quiet machine."""
    words = execution.stderr_head.decode("utf-8", "replace").strip()
    words = _TEMPORARY.sub(r"object\1", words)
    match execution.stopped_by:
        case StoppedBy.CPU | StoppedBy.WALL:
            return f"compiling took too long\n{words}".strip(), False
        case StoppedBy.MEMORY:
            return f"compiling took too much memory\n{words}".strip(), False
        case StoppedBy.OUTPUT:
            return f"the program is too large\n{words}".strip(), True
    if execution.exit_code == 0:
        return f"the compiler wrote no program\n{words}".strip(), True
    return words or "the compiler failed without a word", execution.signal is None


def _write(place: Path, data: bytes) -> None:
    # Two threads may write the same at the same time: a name of its own for each.
    try:
        handle, name = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).rename(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise BoxError(
            f"{place} cannot be written: {error.strerror}",
            hint="make room, or choose another place with HARNESS_CACHE=/path",
        ) from error


def _write_thinly(place: Path, data: bytes) -> None:
    """Write a file in which blocks of zeros, as of a large array, take no room on the disk."""
    size = 1 << 16
    zeros, view = bytes(size), memoryview(data)
    with place.open("wb") as file:
        for at in range(0, len(data), size):
            block = view[at : at + size]
            if block == zeros[: len(block)]:
                file.seek(len(block), os.SEEK_CUR)
            else:
                file.write(block)
        file.truncate(len(data))


def _write_folder(place: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder as a whole or not at all; one that is there already has the same files."""
    try:
        fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        try:
            for name, data in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                _write_thinly(fresh / name, data)
                (fresh / name).chmod(0o755)
            if not place.exists():
                fresh.rename(place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        if place.exists():
            return
        raise BoxError(
            f"{place} cannot be written: {error.strerror}",
            hint="make room, or choose another place with HARNESS_CACHE=/path",
        ) from error
