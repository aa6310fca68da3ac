"""Call the function that a problem asks for, and print what it returned as one line of JSON.

``call.py NAME`` stands beside ``solution.py``. Its input has one argument a line, each in JSON.
What was expected is not here: nothing that a submission does can do more than print a value.
A value that no JSON value equals in Python is printed as ``!`` and a word for it.
"""

import json
import numbers
import os
import sys
from decimal import Decimal
from types import ModuleType

import imports


class Unequal(Exception):
    """The value equals no JSON value."""


def plain(value: object) -> object:
    """Return a value as JSON has it, by what it holds and not by what it says of itself."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, list):
        return [plain(item) for item in list.__iter__(value)]
    if isinstance(value, dict):
        return {name(key): plain(item) for key, item in dict.items(value)}
    if isinstance(value, int):
        return int.__index__(value)
    if isinstance(value, float):
        return float.__float__(value)
    return number(value)


def name(key: object) -> str:
    """Return the key of an object, which is a text."""
    if not isinstance(key, str):
        raise Unequal(f"a dict with a key of type {type(key).__name__}")
    return str.__str__(key)


def number(value: object) -> object:
    """Return the number that another kind of number equals."""
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, (Decimal, numbers.Real)):
        near = float(value)
        whole = int(value)  # type: ignore[arg-type]
        if whole == value:
            return whole
        if near == value:
            return near
    raise Unequal(f"a value of type {type(value).__name__}")


def main() -> None:
    """Read, call, print, and leave before anything else of the submission can run."""
    out, sink = os.dup(1), os.open("/dev/null", os.O_WRONLY)
    os.dup2(sink, 1)  # what a submission prints is no part of what it returns
    arguments = [json.loads(line) for line in sys.stdin.buffer.read().decode().split("\n")]
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "solution.py"), "rb") as file:
        code = compile(file.read(), "solution.py", "exec")
    module = sys.modules["solution"] = ModuleType("solution")
    imports.bring_in(module.__dict__)
    module.__name__ = "solution"
    exec(code, module.__dict__)
    holder = module.Solution() if hasattr(module, "Solution") else module
    returned = getattr(holder, sys.argv[1])(*arguments)
    if isinstance(returned, tuple):  # as theirs: of the outermost value only
        returned = list(returned)
    try:
        said = json.dumps(plain(returned))
    except Unequal as unequal:
        said = f"!{unequal}"
    left = f"{said}\n".encode()
    while left:
        left = left[os.write(out, left) :]
    os._exit(0)


main()
