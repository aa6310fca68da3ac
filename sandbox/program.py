"""A program that was made from sources, and how it is run: the same for every language.

::

    Compiler.compile(...) -> Compiled(program) -> process_of(program, box, ...) -> Process

Contestants, checkers, validators and managers all go this way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from sandbox.box import MEBIBYTE, Blob, Box, Limits, Output, Pipe, Process, Role

Root = Literal["bare", "runtime"]
"""What a slot shows its programs: nothing, or the machine's runtimes, read-only."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge keeps of a source that compiled."""

    language: str
    """Title of its language."""
    executable: Path | None = None
    """A static executable, which needs nothing beside it."""
    files: tuple[tuple[str, Path], ...] = ()
    """Files of an interpreted program, put into its folder under these names."""
    argv: tuple[str, ...] = ()
    """The command that runs ``files``; ``{memory_mib}`` stands for the memory limit."""
    env: tuple[tuple[str, str], ...] = ()
    extra_memory_bytes: int = 0
    """What its runtime may take beyond the problem's memory limit."""
    resident: bool = False
    threads: int = 16
    processes: bool = False
    """Whether it needs a slot in which it may start processes."""

    @property
    def root(self) -> Root:
        """The slot it needs; a static program runs in either."""
        return "bare" if self.executable is not None else "runtime"

    def memory_limit(self, memory_bytes: int) -> int:
        """Return the most it may have resident under a problem's memory limit."""
        return memory_bytes + self.extra_memory_bytes


NO_PROGRAM = Program(language="", executable=Path())
"""Of a submission that hands in outputs only; it is never run."""


def root_of(*programs: Program | None) -> Root:
    """Return the slot that programs can run in together; None stands for no program."""
    return "runtime" if any(p is not None and p.root == "runtime" for p in programs) else "bare"


def need_processes(*programs: Program | None) -> bool:
    """Return whether any of the programs has to start processes."""
    return any(program is not None and program.processes for program in programs)


def in_slot(env: tuple[tuple[str, str], ...], box: Box) -> tuple[tuple[str, str], ...]:
    """Return an environment with the slot's folder for temporary files put in."""
    return tuple((name, value.replace("{tmp}", box.facts.tmp)) for name, value in env)


def process_of(
    program: Program,
    box: Box,
    *,
    role: Role,
    limits: Limits,
    name: str = "program",
    args: tuple[str, ...] = (),
    stdin: Blob | Output | Pipe | None = None,
    stdout: Pipe | None = None,
    files: tuple[tuple[str, Blob | Output], ...] = (),
    writable: tuple[str, ...] = (),
    fifos: tuple[tuple[str, Pipe], ...] = (),
    fetch: tuple[str, ...] = (),
    keep_stdout: bool = False,
    head_bytes: int = 4096,
) -> Process:
    """Return the process that runs a program; brings it into the slot.

    ``limits`` are the problem's: what a runtime takes for itself is added here. ``name`` is
    what a static program sees as its own name, ``args`` what every program sees after it.
    """
    memory_mib = max(1, limits.memory_bytes // MEBIBYTE)
    argv = tuple(word.replace("{memory_mib}", str(memory_mib)) for word in program.argv) or (name,)
    own = tuple((beside, box.put(place)) for beside, place in program.files)
    return Process(
        role=role,
        argv=(*argv, *args),
        program=None if program.executable is None else box.put(program.executable),
        env=in_slot(program.env, box),
        stdin=stdin,
        stdout=stdout,
        files=(*own, *files),
        writable=writable,
        fifos=fifos,
        fetch=fetch,
        limits=msgspec.structs.replace(
            limits,
            memory_bytes=program.memory_limit(limits.memory_bytes),
            processes=max(limits.processes, program.threads),
            resident=program.resident,
        ),
        keep_stdout=keep_stdout,
        head_bytes=head_bytes,
    )
