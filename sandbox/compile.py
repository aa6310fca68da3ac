"""From sources to a static program, in a slot that never sees a test.

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
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import BoxError, JudgeError
from harness.types import Execution, StoppedBy
from sandbox.box import MEBIBYTE, Box, Job, Limits, Process, Role, Step
from sandbox.languages import Language
from sandbox.pool import Pool
from sandbox.toolchain import ENVIRONMENT, HostTools, Tools

CONTESTANT_LIMITS = Limits(
    cpu_s=20,
    wall_s=120,
    memory_bytes=1024 * MEBIBYTE,
    output_bytes=64 * MEBIBYTE,
    processes=32,
)
"""CMS gives 10 s and 512 MiB; one include of everything takes up to 4 s and 400 MiB of that."""

TRUSTED_LIMITS = Limits(
    cpu_s=60,
    wall_s=240,
    memory_bytes=4096 * MEBIBYTE,
    output_bytes=512 * MEBIBYTE,
    processes=32,
)

MAX_SOURCE_BYTES = 1 << 20
"""A larger source is refused as a compile error; CMS's default is a tenth of it."""

MESSAGE_BYTES = 8192
_TEMPORARY = re.compile(r"/tmp/cc\w{6}(\.\w+)")
"""Names the compiler draws by lot: an equal source must get an equal message."""


class Compiled(msgspec.Struct, frozen=True):
    """A program, or the reason why there is none."""

    program: Path | None
    message: str
    """The compiler's words, clipped."""


class Compiler:
    """Compiles, and remembers."""

    def __init__(self, pool: Pool[Box], kept: Path, tools: Tools | None = None) -> None:
        self._pool = pool
        self._tools = tools or HostTools()
        self._programs = kept / "programs"
        self._headers = kept / "headers"
        for folder in (self._programs, self._headers):
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
    ) -> Compiled:
        """Compile the named units (the other files are headers) into one program.

        A failure of the source is a value; a compiler that is missing, or a sandbox
        that fails, is a :class:`~harness.errors.BoxError`.
        """
        for name, data in files.items():
            if role is Role.CONTESTANT and len(data) > MAX_SOURCE_BYTES:
                return Compiled(None, f"{name}: the source is larger than {MAX_SOURCE_BYTES} bytes")
        key = self._key(language, files, units, role)
        place = self._programs / key[:2] / key
        verdict = place.with_suffix(".json")
        if place.exists():
            return Compiled(place, "")
        if verdict.exists():
            return Compiled(None, str(json.loads(verdict.read_text())["message"]))
        header = self._header(language)
        command = [language.compiler, *language.flags]
        if header:
            command.append(f"-I/headers/{header}")
        command += ["-I.", "-o", "program", *units, *language.libraries]
        execution, program = self._run(command, files, role, "program")
        place.parent.mkdir(exist_ok=True)
        if program is not None:
            _write(place, program)
            return Compiled(place, "")
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
    ) -> str:
        digest = hashlib.sha256()
        parts = (
            "1",
            role.value,
            self._tools.version(language.compiler),
            *language.flags,
            *language.libraries,
            *units,
        )
        digest.update("\0".join(parts).encode())
        for name in sorted(files):
            digest.update(f"\0{name}\0{len(files[name])}\0".encode())
            digest.update(files[name])
        return digest.hexdigest()

    def _header(self, language: Language) -> str:
        """Return the name of the folder with the precompiled header, making it if needed.

        The header only saves time: the compiler passes it over when flags differ or
        when it is not the first thing a source includes.
        """
        if not language.precompiled:
            return ""
        made = self._tools.header(language)
        if made is not None:
            return made
        text = "\0".join((self._tools.version(language.compiler), *language.flags))
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
        command = [
            language.compiler,
            *(flag for flag in language.flags if flag != "-s"),
            "-x",
            "c++-header",
            "all.h",
            "-o",
            "all.gch",
        ]
        source = {"all.h": f"#include <{language.precompiled}>\n".encode()}
        _, header = self._run(command, source, Role.TRUSTED, "all.gch")
        ready.parent.mkdir(parents=True, exist_ok=True)
        # A compiler without this header gets an empty file: asked once, then done without.
        _write(ready, header or b"")

    def _run(
        self, command: list[str], files: Mapping[str, bytes], role: Role, product: str
    ) -> tuple[Execution, bytes | None]:
        compiler = self._tools.find(command[0])
        if compiler is None:
            raise BoxError(
                f"the compiler {command[0]} was not found",
                hint=f"install it: on Debian and Ubuntu, `apt-get install {command[0]}`",
            )
        with self._pool.lease() as box:
            process = Process(
                role=role,
                argv=(compiler, *command[1:]),
                env=ENVIRONMENT,
                files=tuple((name, box.put(data)) for name, data in files.items()),
                fetch=(product,),
                limits=CONTESTANT_LIMITS if role is Role.CONTESTANT else TRUSTED_LIMITS,
                head_bytes=MESSAGE_BYTES,
            )
            ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
            kept = dict(result.fetched[0])
            program = box.read(kept[product]) if product in kept else None
        return result.executions[0], program

    def trusted(
        self, language: Language, files: Mapping[str, bytes], units: tuple[str, ...], what: str
    ) -> Path:
        """Compile a checker or manager; raises :class:`~harness.errors.JudgeError` if it fails."""
        compiled = self.compile(language, files, units, Role.TRUSTED)
        if compiled.program is None:
            raise JudgeError(
                f"{what} does not compile:\n{compiled.message[:2000]}",
                hint="mend the package; its problem cannot be judged without it",
            )
        return compiled.program


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
    fresh = place.with_name(f".{place.name}-{os.getpid()}-{hashlib.sha256(data).hexdigest()[:8]}")
    try:
        fresh.write_bytes(data)
        fresh.rename(place)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise BoxError(
            f"{place} cannot be written: {error.strerror}",
            hint="make room, or choose another place with HARNESS_CACHE=/path",
        ) from error
