"""What LiveCodeBench imports before every submission, so that none has to.

Source: LiveCodeBench, ``lcb_runner/evaluation/testing_util.py`` (``import_string``): all names of
these modules in this order, so that the later ones win, and then the modules by name.
"""

import importlib
import sys

OPENED = (
    "string",
    "re",
    "datetime",
    "collections",
    "heapq",
    "bisect",
    "copy",
    "math",
    "random",
    "statistics",
    "itertools",
    "functools",
    "operator",
    "io",
    "sys",
    "json",
    "builtins",
    "typing",
)
NAMED = tuple(name for name in OPENED if name not in ("builtins", "typing"))
DEEPEST = 50_000
"""Calls within calls."""
DIGITS = 50_000
"""Of a whole number that is read or written (``compute_code_generation_metrics.py``)."""


def bring_in(namespace: dict[str, object]) -> None:
    """Put all that is imported into a namespace."""
    for name in OPENED:
        exec(f"from {name} import *", namespace)
    for name in NAMED:
        namespace[name] = importlib.import_module(name)
    sys.setrecursionlimit(DEEPEST)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(DIGITS)
