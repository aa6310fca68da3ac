"""Where a program begins: the file or class that is run first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_NOT_CODE = re.compile(
    r"//[^\n]*|/\*.*?\*/" + r'|"""(?:\\.|[^\\])*?"""|"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)
_TOKENS = re.compile(
    r"\bpackage\s+(?P<package>[\w.]+)"
    r"|(?P<public>\bpublic\s+)?(?:\b(?:abstract|final|strictfp|sealed)\s+)*"
    r"\b(?:class|interface|enum|record)\s+(?P<type>\w+)"
    r"|(?P<main>\bvoid\s+main\s*\()"
    r"|(?P<brace>[{}])"
)


def java_types(source: bytes) -> tuple[str, str]:
    """Return the public top-level class of a Java source and the class with the main method.

    Either may be missing, and is then an empty text. Reads words and braces, not the language:
    where it errs, the compiler or the start of the program says so.
    """
    text = _NOT_CODE.sub(" ", source.decode("utf-8", "replace"))
    depth, package, public, current, main = 0, "", "", "", ""
    for found in _TOKENS.finditer(text):
        if found["brace"]:
            depth += 1 if found["brace"] == "{" else -1
        elif found["package"] and not depth:
            package = found["package"] + "."
        elif found["type"] and not depth:
            current = found["type"]
            if found["public"]:
                public = current
        elif found["main"] and depth == 1 and not main:
            main = package + current
    return public, main


def java_entry(
    files: Mapping[str, bytes], units: tuple[str, ...]
) -> tuple[dict[str, bytes], tuple[str, ...], str]:
    """Return files and units under the names the compiler demands, and the main class.

    Of several classes with a main method ``Main`` is taken, else that of the first unit.
    """
    renamed, names, mains = dict(files), [], []
    for unit in units:
        public, main = java_types(files[unit])
        name = f"{public}.java" if public else unit
        if name != unit and name not in renamed:
            renamed[name] = renamed.pop(unit)
        else:
            name = unit
        names.append(name)
        if main:
            mains.append(main)
    chosen = next((main for main in mains if main.split(".")[-1] == "Main"), None)
    return renamed, tuple(names), chosen or (mains[0] if mains else "")


def file_entry(units: tuple[str, ...]) -> str:
    """Return the unit to begin with: ``__main__``, else ``main``, else the first."""
    for stem in ("__main__", "main"):
        for unit in units:
            if Path(unit).stem == stem:
                return unit
    return units[0]
