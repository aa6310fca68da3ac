"""Compare a value with the one that is expected, as Python does: both are JSON.

``value.py input answer folder < output``; 42 accepts, 43 rejects, as an output validator of the
problem package format does. The output is what ``drivers/call.py`` printed, or whatever a
submission printed in its place: anything but one JSON value that equals the answer is wrong.

Source: LiveCodeBench, ``lcb_runner/evaluation/testing_util.py`` (``grade_call_based``):
``prediction == json.loads(output)``, without any tolerance.
"""

import json
import sys

ACCEPTS, REJECTS = 42, 43
DIGITS = 50_000


def difference(output: str, right: object) -> str:
    """Return why an output is wrong, or nothing."""
    if not output.strip():
        return "no value was returned"
    if output.startswith("!"):
        return f"{output[1:80].strip()} equals no JSON value"
    try:
        # Numbers that are none are made anew: one object would equal itself in a list.
        value = json.loads(output, parse_constant=float)
    except ValueError:
        return "what was printed is not one JSON value"
    return "" if value == right else "another value"


def main() -> None:
    """Compare and say so."""
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(DIGITS)
    with open(sys.argv[2], "rb") as file:
        right = json.loads(file.read())
    try:
        said = difference(sys.stdin.buffer.read().decode("utf-8", "replace"), right)
    except (MemoryError, RecursionError):
        said = "a value that is too large or too deep to be compared"
    print(ascii(said)[1:-1], file=sys.stderr)
    sys.exit(REJECTS if said else ACCEPTS)


main()
