"""The command line: parse, call one function, print.

Results go to standard output, progress and errors to standard error. Commands
are imported when they are called, so that ``harness --help`` costs nothing.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import cast

from harness.cli.colours import Colour, painted
from harness.cli.terminal import plain_lines, prepare
from harness.errors import HarnessError, UserError, unforeseen

MODULES = {"import": "importing", "lm-eval-path": "lm_eval_path"}
"""Of commands whose names cannot be names of modules."""

UNREAD = 141
"""Exit code where the reader went away before the command had come to its end, as of a program that
SIGPIPE ends. It must not be 0, which says of some commands that all agrees."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (see ``harness/README.md``)."""
    from harness.cli.parser import parse

    prepare()
    code = UNREAD
    try:
        _debug()
        check_names()
        args = parse(sys.argv[1:] if argv is None else argv)
        command = import_module(f"harness.cli.{MODULES.get(args.command, args.command)}")
        code = cast(int, command.execute(args))
        _flush()
        return code
    except HarnessError as error:
        return _failed(f"[{error.code}] {error}", error.exit_code)
    except KeyboardInterrupt:
        return _failed("[X130] interrupted\n  next: give the same command again", 130)
    except BrokenPipeError:
        # The reader of our output has gone (``harness … | head``). What was found by then counts:
        # a gate that nobody reads to its end has ruled all the same.
        _drop_output()
        return code
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        said = f"[I000] the operating system said: {error.strerror}{place}"
        return _failed(f"{said}\n  next: check that the place exists, has room and is yours", 3)
    except Exception as error:
        logging.getLogger(__name__).debug("unforeseen", exc_info=True)
        fault = unforeseen(error)
        return _failed(f"[{fault.code}] {fault}", fault.exit_code)


def _debug() -> None:
    """Show what is otherwise kept short, tracebacks above all, where ``HARNESS_DEBUG`` is set."""
    from harness.config import debugging, environment

    if debugging(environment()):
        logging.basicConfig()
        logging.getLogger("harness").setLevel(logging.DEBUG)


def check_names() -> None:
    """Stop if another package stands in the place of one of our four top-level names.

    The names are generic, and a folder called ``tasks`` in the current directory
    shadows ours when the program is started with ``python -m harness``.
    """
    from importlib.util import find_spec
    from pathlib import Path

    home = Path(__file__).resolve().parents[2]
    for name in ("tasks", "sandbox", "reports"):
        found = find_spec(name)
        origin = Path(found.origin).resolve() if found and found.origin else None
        if origin is None or origin.parent.parent != home:
            raise UserError(
                f"the package {name!r} comes from {origin or 'nowhere'}, not from olympiad-harness",
                hint="start the program from another folder, or uninstall the package in the way",
            )


def _flush() -> None:
    if sys.stdout is not None:  # it is None where the program was started with it closed
        sys.stdout.flush()


def _drop_output() -> None:
    """Send what is left of standard output nowhere, so that leaving does not fail over it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(text: str, code: int) -> int:
    try:
        _flush()
    except OSError:
        _drop_output()
    word = painted("error", Colour.BAD, sys.stderr)
    print(f"harness: {word} {plain_lines(text)}", file=sys.stderr)
    return code
