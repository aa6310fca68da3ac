"""Slots in every mode there is, and a program to run in them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sandbox.box import Box, Role
from sandbox.build import build_runner
from sandbox.compile import Compiler
from sandbox.embedded import EmbeddedBox
from sandbox.languages import language, suffixes
from sandbox.pool import Pool
from sandbox.program import Program, Root

USER = 1500
"""An ordinary user, for the mode in which all programs of a slot share one uid."""

Mode = Literal["range", "single", "landlock", "unsafe"]

ISOLATED: tuple[Mode, ...] = (
    ("single", "landlock") if os.geteuid() else ("range", "single", "landlock")
)
"""Modes that isolate: ``range`` has a uid for each program, which takes root; ``single`` has one
for all; ``landlock`` has no namespaces either."""

MODES: tuple[Mode, ...] = (*ISOLATED, "unsafe")


@contextmanager
def another_user() -> Iterator[None]:
    """Be an ordinary user for a moment."""
    os.setresgid(USER, USER, 0)
    os.setresuid(USER, USER, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)


@contextmanager
def opened(mode: Mode, cache: Path, root: Root = "bare") -> Iterator[EmbeddedBox]:
    """Open a slot in a mode."""
    if mode in ("unsafe", "landlock"):
        with EmbeddedBox(cache, root=root, tier=mode) as box:
            yield box
    elif mode == "range" or os.geteuid():
        with EmbeddedBox(cache, root=root) as box:
            yield box
    else:
        # Where an ordinary user may go: folders of pytest are closed to others.
        with tempfile.TemporaryDirectory() as name:
            build_runner(Path(name))
            for place in (Path(name), *Path(name).rglob("*")):
                os.chown(place, USER, USER)
            with another_user():
                box = EmbeddedBox(Path(name), root=root)
            with box:
                yield box


def slot_of(box: EmbeddedBox) -> Path:
    """Return the slot's folder on the host, which the runner was started with."""
    words = Path("/proc", str(box.pid), "cmdline").read_bytes().split(b"\0")
    return Path(words[1].decode().removeprefix("slot="))


def runner_of(box: EmbeddedBox) -> int:
    """Return the process that runs programs: where there are namespaces, a child of the first."""
    found = Path(f"/proc/{box.pid}/task/{box.pid}/children").read_text().split()
    return int(found[0]) if found else box.pid


def make(cache: Path, source: Path, *beside: Path) -> Program:
    """Compile a program of the tests as a submission would be, in the language of its suffix."""
    (cache / "headers").mkdir(exist_ok=True)
    pool: Pool[Box] = Pool(
        lambda: EmbeddedBox(cache, root="toolchain", binds={"headers": cache / "headers"}), 1
    )
    try:
        files = {place.name: place.read_bytes() for place in (source, *beside)}
        made = Compiler(pool, cache).compile(
            language(suffixes()[source.suffix]), files, (source.name,), Role.CONTESTANT
        )
        assert made.program is not None, made.message
        return made.program
    finally:
        pool.close()


def build(cache: Path, source: Path, *beside: Path) -> Path:
    """Compile a program of the tests that is static."""
    place = make(cache, source, *beside).executable
    assert place is not None
    return place
