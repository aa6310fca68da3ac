"""Where the compilers of a tier are, which versions, and what is ready made beside them.

On the embedded tier compilers are the host's, shown to a slot read-only. On the docker
tier they are the image's: nothing of the host's is asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol

from harness.types import StoppedBy
from sandbox.box import MEBIBYTE, Box, Job, Limits, Process, Role, Step
from sandbox.image import header_name
from sandbox.languages import Language

ENVIRONMENT = (
    ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ("LC_ALL", "C"),
    ("TMPDIR", "/tmp"),
)


class Tools(Protocol):
    """The compilers of a tier."""

    def find(self, tool: str) -> str | None:
        """Return the path of a tool inside a toolchain slot, or None when it is not there."""
        ...

    def version(self, tool: str) -> str:
        """Return the first line a tool says of itself, or ``TOOL (missing)``."""
        ...

    def header(self, language: Language) -> str | None:
        """Return the folder below the slot's ``/headers`` that has the precompiled header.

        None where there is none yet: it has to be made, and put there.
        """
        ...


class HostTools:
    """The compilers of the machine."""

    def find(self, tool: str) -> str | None:
        """Look along the path."""
        return shutil.which(tool)

    def version(self, tool: str) -> str:
        """Ask once per process."""
        return _host_version(tool)

    def header(self, language: Language) -> str | None:  # noqa: ARG002
        """Return None: nothing is ready made."""
        return None


@cache
def _host_version(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        return f"{tool} (missing)"
    done = subprocess.run(
        [found, "--version"], capture_output=True, text=True, check=False, env=dict(ENVIRONMENT)
    )
    return done.stdout.partition("\n")[0].strip()


class ImageTools:
    """The compilers of an image; each is asked once per image, and the answer kept."""

    def __init__(self, image: str, kept: Path, lease: Callable[[], Box]) -> None:
        self._kept = kept / "images" / f"{image.partition(':')[2][:32]}.json"
        self._lease = lease
        self._known: dict[str, str] = {}
        if self._kept.exists():
            self._known = json.loads(self._kept.read_text())

    def find(self, tool: str) -> str | None:
        """All of them are Debian's, which has one place for programs."""
        return f"/usr/bin/{tool}" if self.version(tool) != f"{tool} (missing)" else None

    def version(self, tool: str) -> str:
        """Ask the tool, in a slot for compiling."""
        if tool not in self._known:
            with self._lease() as box:
                self._known[tool] = _asked(box, tool)
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._kept.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps(self._known))
            fresh.rename(self._kept)
        return self._known[tool]

    def header(self, language: Language) -> str | None:
        """Return the folder: headers are made with the image."""
        return header_name(language) if language.precompiled else None


def _asked(box: Box, tool: str) -> str:
    process = Process(
        role=Role.TRUSTED,
        argv=("/usr/bin/env", tool, "--version"),
        env=ENVIRONMENT,
        limits=Limits(cpu_s=10, wall_s=60, memory_bytes=1024 * MEBIBYTE),
    )
    ((result,),) = box.run([Job(steps=(Step(processes=(process,)),))])
    execution = result.executions[0]
    if execution.exit_code != 0 or execution.stopped_by is not StoppedBy.NONE:
        return f"{tool} (missing)"
    return execution.stdout_head.decode("utf-8", "replace").partition("\n")[0].strip()
