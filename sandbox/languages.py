"""The languages that can be judged, read from ``languages.toml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from harness.errors import UnsupportedError

TABLE = Path(__file__).parent / "languages.toml"


class Language(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sources of one language become a program, and how that is run."""

    title: str
    tools: tuple[str, ...]
    """Programs of the machine that it takes; the version of the first is the language's."""
    install: str
    """Debian's packages with these tools, for the message when one is missing."""
    version: str = "--version"
    """The word that makes the first tool tell its version."""
    compile: tuple[str, ...]
    """The command. ``{sources}`` becomes the names of the sources, ``{header}`` where the
    precompiled header is. Where nothing is built it checks the sources, so that a mistake in
    them is a compile error."""
    product: str = ""
    """The file that the command makes; none: the sources themselves are run."""
    run: tuple[str, ...] = ()
    """The command that runs the product; none: it is a static program and needs nothing.
    ``{main}`` is the file or class to begin with, ``{memory_mib}`` the problem's memory limit,
    ``{home}`` the folder that the first word's tool is installed in."""
    env: dict[str, str] = {}
    """Environment of both commands; with ``{home}``, and ``{tmp}``, a folder for its own use."""
    entry: str = "file"
    """How ``{main}`` is found: ``file``, the first source; ``java``, the class with the main
    method (a source is then renamed to its public class, as the language demands); or
    ``kotlin``, the class that its compiler makes of the file with the main function."""
    suffix: str
    """Of a submission's file."""
    suffixes: tuple[str, ...]
    """Of files that are taken to be in this language."""
    fences: tuple[str, ...]
    """Words after the three backticks of a code block."""
    precompiled: str = ""
    """Header that is precompiled once, because nearly every submission includes it."""
    extra_memory_mib: int = 0
    """Memory that a runtime takes for itself, on top of the problem's limit. The limit itself
    reaches the program unscaled (``{memory_mib}``)."""
    resident: bool = False
    """Memory is held by its resident size alone, because the runtime reserves far more than it
    uses; otherwise the kernel also refuses what goes far beyond the limit."""
    threads: int = 16
    """Threads alive at once."""
    proc: bool = False
    """The compiler needs ``/proc``. No program that is judged ever sees one."""
    test: str
    """A program that reads two numbers and prints their sum: what a language must manage before
    it is offered (``offer.py``)."""

    @property
    def header_flags(self) -> tuple[str, ...]:
        """The flags that a precompiled header is made with: those before its place."""
        return self.compile[1 : self.compile.index("{header}")] if self.precompiled else ()

    def reads(self, name: str) -> bool:
        """Return whether a file's name is that of a source in this language, in any version."""
        suffix = Path(name).suffix
        return suffix == self.suffix or any(
            suffix in other.suffixes
            for other in languages().values()
            if other.suffix == self.suffix
        )


@cache
def languages() -> dict[str, Language]:
    """Return all languages by key."""
    return msgspec.toml.decode(TABLE.read_bytes(), type=dict[str, Language])


def language(key: str) -> Language:
    """Return a language; raises :class:`~harness.errors.UnsupportedError` naming those known."""
    try:
        return languages()[key]
    except KeyError:
        raise UnsupportedError(
            f"the language {key!r} is not judged",
            hint=f"the languages are {', '.join(languages())}",
        ) from None


@cache
def suffixes() -> dict[str, str]:
    """Return the language that a file of each suffix is taken to be in."""
    return {suffix: key for key, each in languages().items() for suffix in each.suffixes}
