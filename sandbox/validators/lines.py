"""Compare an output with an answer as LiveCodeBench does: by lines, as text or as decimals.

``lines.py input answer folder < output``; 42 accepts, 43 rejects, as an output validator of the
problem package format does. Source: LiveCodeBench, ``lcb_runner/evaluation/testing_util.py``
(``get_stripped_lines``, ``convert_line_to_decimals``, the end of ``grade_stdio``):

- White space at both ends of the output is cut off, then at both ends of every line.
- There must be as many lines.
- A line is right when it is the same text, or when both are decimal numbers between white space,
  as many, and each pair is equal: ``1.0`` is ``1``, and ``0.30000000000000004`` is not ``0.3``.
"""

import sys
from decimal import Decimal

ACCEPTS, REJECTS = 42, 43


def decimals(line: str) -> list[Decimal]:
    """Return the numbers of a line."""
    return [Decimal(word) for word in line.split()]


def same(said: str, wanted: str) -> bool:
    """Whether two lines mean the same."""
    if said == wanted:
        return True
    try:
        return decimals(said) == decimals(wanted)
    except ArithmeticError:  # no number, or one that equals nothing
        return False


def difference(output: str, answer: str) -> str:
    """Return where an output is wrong, or nothing."""
    output, answer = output.strip(), answer.strip()
    lines, wanted = output.count("\n") + 1, answer.count("\n") + 1
    if lines != wanted:
        return f"{lines} lines, not {wanted}"
    pairs = zip(output.split("\n"), answer.split("\n"), strict=True)
    for number, (line, right) in enumerate(pairs, start=1):
        if not same(line.strip(), right.strip()):
            return f"line {number} differs"
    return ""


def main() -> None:
    """Compare and say so."""
    with open(sys.argv[2], "rb") as file:
        answer = file.read().decode()
    try:
        said = difference(sys.stdin.buffer.read().decode("utf-8", "replace"), answer)
    except (MemoryError, RecursionError):
        said = "an output that is too large to be compared"
    print(said, file=sys.stderr)
    sys.exit(REJECTS if said else ACCEPTS)


main()
