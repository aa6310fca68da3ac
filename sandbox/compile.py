"""From sources to a program, in a slot that never sees a test.

A source can read files while it is compiled (``#include``, ``.incbin``), so the
slot holds the compiler and the sources and nothing else. Equal sources with equal
flags and compiler are compiled once and kept by content.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import JudgeError, UnsupportedError
from harness.types import Execution, StoppedBy
from sandbox.box import MEBIBYTE, Box, Job, Limits, Process, Role, Step
from sandbox.entry import file_entry, java_entry, kotlin_entry
from sandbox.headers import Headers
from sandbox.kept import Kept, make_folder, write
from sandbox.languages import Language
from sandbox.pool import Pool
from sandbox.program import Program, in_slot
from sandbox.toolchain import ENVIRONMENT, HostTools, Tools


def compiling_limits(time_s: float | None = None, memory_bytes: int | None = None) -> Limits:
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


CONTESTANT_LIMITS = compiling_limits()

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
        self._pool = pool
        self._with_proc = with_proc or pool
        self.tools: Tools = tools or HostTools()
        make_folder(kept / "programs")
        self._programs = Kept(kept / "programs")
        self._headers = Headers(kept / "headers", headers, self.tools, self._run)

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
        refusal = place.with_name(f"{key}-{self._sandbox}.json")
        if self._programs.use(place):
            return Compiled(self._program(language, place, main), "")
        if refusal.exists():
            return Compiled(None, str(json.loads(refusal.read_text())["message"]))
        command = self._command(language, units, main)
        if len(command) > MAX_WORDS:
            return Compiled(None, f"{len(units)} sources are more than can be compiled together")
        execution, product = self._run(language, command, files, role, language.product, limits)
        if product is not None:
            self._programs.keep(place, {language.product: product} if language.product else files)
            return Compiled(self._program(language, place, main), "")
        message, lasting = _explain(execution)
        if lasting:
            write(refusal, json.dumps({"message": message}).encode())
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
                place = self._headers.place(language)
                words += [f"-I{place}"] if place else []
            else:
                words.append(word.replace("{main}", main))
        return words

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
