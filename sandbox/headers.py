"""Precompiled headers, made once for each compiler: they halve the time of compiling.

The compiler passes one over where flags differ, or where it is not the first thing that a source
includes; so a header cannot change a verdict.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from harness.types import Execution
from sandbox.box import Role
from sandbox.kept import make_folder, write
from sandbox.languages import Language
from sandbox.toolchain import Tools


class Run(Protocol):
    """Runs a compiler in a slot; see ``Compiler``."""

    def __call__(
        self,
        language: Language,
        command: list[str],
        files: Mapping[str, bytes],
        role: Role,
        product: str,
        /,
    ) -> tuple[Execution, bytes | None]:
        """Return how it went and the product, None where there is none."""
        ...


class Headers:
    """The folder of headers on this machine, and where slots show it."""

    def __init__(self, folder: Path, shown: str, tools: Tools, run: Run) -> None:
        """``shown`` is the folder's path inside a slot; empty: nowhere, and none is made.

        Raises :class:`~harness.errors.BoxError` where the folder cannot be made.
        """
        make_folder(folder)
        self._folder = folder
        self._shown = shown
        self._tools = tools
        self._run = run

    def place(self, language: Language) -> str:
        """Return the folder with a language's header as a slot shows it, made if needed.

        Empty where there is none. Raises :class:`~harness.errors.BoxError` where the sandbox
        failed, or there is no room.
        """
        if not language.precompiled or not self._shown:
            return ""
        name = self._tools.header(language)
        if name is None:
            name = self._made(language)
        return f"{self._shown}/{name}" if name else ""

    def _made(self, language: Language) -> str:
        version = self._tools.version(language.tools[0], language.version)
        text = "\0".join((version, *language.header_flags))
        name = hashlib.sha256(text.encode()).hexdigest()[:16]
        ready = self._folder / name / f"{language.precompiled}.gch"
        if not ready.exists():
            with (self._folder / ".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not ready.exists():
                    self._make(language, ready)
        return name if ready.stat().st_size else ""

    def _make(self, language: Language, ready: Path) -> None:
        flags = (flag for flag in language.header_flags if flag != "-s")
        command = [language.compile[0], *flags, "-x", "c++-header", "all.h", "-o", "all.gch"]
        source = {"all.h": f"#include <{language.precompiled}>\n".encode()}
        _, header = self._run(language, command, source, Role.TRUSTED, "all.gch")
        # A compiler without this header gets an empty file: asked once, then done without.
        write(ready, header or b"")
