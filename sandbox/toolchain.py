"""Where the compilers of a tier are, which versions, and what is ready made beside them.

On the embedded tier compilers are the host's, shown to a slot read-only. On the docker
tier they are the image's: nothing of the host's is asked.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from harness.types import StoppedBy
from sandbox.box import MEBIBYTE, Box, Job, Limits, Process, Role, Step
from sandbox.image import PACKAGES, header_name
from sandbox.languages import Language
from sandbox.program import in_slot
from sandbox.tools import VISIBLE, compiler_version, find_tool, tool_home

ENVIRONMENT = (
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("LC_ALL", "C"),
    ("TMPDIR", "{tmp}"),
)


class Tools(Protocol):
    """The compilers of a tier."""

    def find(self, tool: str) -> str | None:
        """Return the path of a tool inside a slot, or None when it is not there."""
        ...

    def version(self, tool: str, word: str = "--version") -> str:
        """Return the first line a tool says of itself, or ``TOOL (missing)``."""
        ...

    def home(self, tool: str) -> str:
        """Return the folder that a tool is really installed in: ``/usr/lib/jvm/x`` of java."""
        ...

    def header(self, language: Language) -> str | None:
        """Return the folder below the slot's ``/headers`` that has the precompiled header.

        None where there is none yet: it has to be made, and put there.
        """
        ...

    def how_to_install(self, packages: str) -> str:
        """Return the next step for somebody who lacks a tool."""
        ...

    def lacking(self, tool: str) -> str:
        """Return why a tool that was not found is not there."""
        ...


class HostTools:
    """The compilers of the machine."""

    def find(self, tool: str) -> str | None:
        """Look along the path, in folders that slots show."""
        return find_tool(tool)

    def version(self, tool: str, word: str = "--version") -> str:
        """Ask once per process."""
        return compiler_version(tool, word)

    def home(self, tool: str) -> str:
        """Follow its links."""
        return tool_home(tool)

    def header(self, language: Language) -> str | None:  # noqa: ARG002
        """Return None: nothing is ready made."""
        return None

    def lacking(self, tool: str) -> str:
        """Name the place of one that slots cannot show, such as rustup's in a home folder."""
        elsewhere = shutil.which(tool)
        if elsewhere is None or str(Path(elsewhere).parent) in VISIBLE:
            return f"{tool} was not found"
        return f"{tool} was found only at {elsewhere}, and slots show {', '.join(VISIBLE)}"

    def how_to_install(self, packages: str) -> str:
        """Name Debian's packages."""
        return f"install it: on Debian and Ubuntu, `apt-get install {packages}`"


class ImageTools:
    """The compilers of an image; each is asked once per image, and the answer kept."""

    def __init__(self, image: str, kept: Path, open_slot: Callable[[bool], Box]) -> None:
        """``open_slot`` opens a slot for compiling, with ``/proc`` or without."""
        self._kept = kept / "images" / f"{image.partition(':')[2][:32]}.json"
        self._open_slot = open_slot
        self._known: dict[str, str] = {}
        if self._kept.exists():
            self._known = json.loads(self._kept.read_text())

    def find(self, tool: str) -> str | None:
        """All of them are Debian's, which has one place for programs."""
        return f"/usr/bin/{tool}" if self._asked("where", tool) else None

    def version(self, tool: str, word: str = "--version") -> str:
        """Ask the tool, in a slot for compiling."""
        return self._asked(word, tool) or f"{tool} (missing)"

    def home(self, tool: str) -> str:
        """Follow its links inside the image."""
        return str(Path(self._asked("where", tool) or "/usr/bin/x").parent.parent)

    def _asked(self, word: str, tool: str) -> str:
        key = f"{tool} {word}"
        if key not in self._known:
            self._known[key] = self._where(tool) if word == "where" else self._version(tool, word)
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._kept.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps(self._known))
            fresh.rename(self._kept)
        return self._known[key]

    def _where(self, tool: str) -> str:
        with self._open_slot(False) as box:
            return _said(box, ("/usr/bin/readlink", "-e", f"/usr/bin/{tool}"))

    def _version(self, tool: str, word: str) -> str:
        where = self._asked("where", tool)
        if not where:
            return ""
        command = ("/usr/bin/env", tool, word)
        with self._open_slot(True) as box:
            words = _said(box, command)
        if words:
            return words
        # The slot with /proc has the engine's /etc, where Debian's links and settings for Java
        # are not; without /proc, Java has to be told where its libraries are.
        home = str(Path(where).parent.parent / "lib")
        with self._open_slot(False) as box:
            return _said(box, command, ("LD_LIBRARY_PATH", home))

    def lacking(self, tool: str) -> str:
        """Nothing but the image is looked into."""
        return f"{tool} was not found"

    def how_to_install(self, packages: str) -> str:
        """Say how an image with the language is built, or that none can have it."""
        wanted = packages.split()[0]
        for key, names in PACKAGES.items():
            if wanted in names:
                return f"build the image with it: `harness sandbox build --languages {key}`"
        return f"no image has it: judge with the machine's own, {packages}, and --sandbox embedded"

    def header(self, language: Language) -> str | None:
        """Return the folder: headers are made with the image."""
        return header_name(language) if language.precompiled else None


def _said(box: Box, argv: tuple[str, ...], *env: tuple[str, str]) -> str:
    """Return the first line that says something, or nothing when the command failed."""
    process = Process(
        role=Role.TRUSTED,
        argv=argv,
        env=in_slot((*ENVIRONMENT, *env), box),
        limits=Limits(
            cpu_s=10, wall_s=60, memory_bytes=1024 * MEBIBYTE, processes=64, resident=True
        ),
    )
    ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
    execution = result.executions[0]
    if execution.exit_code != 0 or execution.stopped_by is not StoppedBy.NONE:
        return ""
    words = execution.stdout_head or execution.stderr_head
    return words.decode("utf-8", "replace").partition("\n")[0].strip()
