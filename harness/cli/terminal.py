"""What a terminal is sent: nothing that steers it, and nothing that stops a run when it is gone."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from io import TextIOWrapper


def plain(text: str) -> str:
    """Return one line with everything that is not printed shown as such.

    Names, compilers' words and paths come from files, and may try to steer a terminal.
    """
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for letter in text.expandtabs()
    )


def plain_lines(text: str) -> str:
    """Return several lines, each as :func:`plain` shows it."""
    return "\n".join(plain(line) for line in text.split("\n"))


class Unheard(TextIOWrapper):
    """Standard error that may go away: what cannot be written is dropped, the run goes on."""

    def write(self, text: str) -> int:
        """Write what can be written."""
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Pass on what can be passed on."""
        with contextlib.suppress(OSError):
            super().flush()


def prepare() -> None:
    """Make the standard streams fit for anything that is said.

    A closed descriptor is opened on the null device, so that no file of ours takes its
    number and gets what is meant for the terminal.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a name must not end a run.
            stream.reconfigure(errors="backslashreplace")
    if sys.stderr is None:  # closed: print() would take standard output in its place
        sys.stderr = Unheard(io.FileIO(2, "w", closefd=False), errors="backslashreplace")
    elif type(sys.stderr) is TextIOWrapper:
        heard = sys.stderr
        sys.stderr = Unheard(
            heard.buffer, encoding=heard.encoding, errors=heard.errors, line_buffering=True
        )
