"""A parser of command lines that takes flags anywhere and answers mistakes with near misses."""

from __future__ import annotations

import argparse
import difflib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from harness.errors import UsageError

EXAMPLES = Path(__file__).parent / "examples.toml"


class Parser(argparse.ArgumentParser):
    """An argument parser whose mistakes are errors of ours, with near misses.

    Flags may stand anywhere among the other words of a command.
    """

    _mixed = False
    """Whether the words are being told apart already: argparse does it by calling itself."""

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Read words in any order; where a command is to be named, it comes before its own."""
        command = any(action.nargs == argparse.PARSER for action in self._actions)
        # After a bare -- no word is a flag, which argparse forgets when it tells words apart.
        if self._mixed or command or "--" in (args or ()):
            return super().parse_known_args(args, namespace)
        self._mixed = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixed = False

    def format_help(self) -> str:
        """Return the help with examples of the command at its end."""
        text = super().format_help()
        examples = tomllib.loads(EXAMPLES.read_text("utf-8"))
        shown = examples.get(self.prog.removeprefix("harness "), ())
        if not shown:
            return text
        lines = [f"  {command}\n      {purpose}" for command, purpose in shown]
        return text + "\nexamples:\n" + "\n".join(lines) + "\n"

    def error(self, message: str) -> NoReturn:
        """Raise a usage error in place of printing and exiting with 2."""
        hint = f"see `{self.prog} --help`"
        if message.startswith("unrecognized arguments: "):
            wrong = message.removeprefix("unrecognized arguments: ").split()[0]
            known = [flag for action in self._actions for flag in action.option_strings]
            close = difflib.get_close_matches(wrong.partition("=")[0], known, n=2, cutoff=0.6)
            if close:
                hint = f"did you mean {' or '.join(close)}? {hint}"
        raise UsageError(message, hint=hint)
