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
_KOTLIN = re.compile(
    r"\bpackage\s+(?P<package>[\w.]+)"
    r"|\bobject\s+(?P<type>\w+)"
    r"|(?P<static>@JvmStatic\s+)?(?:\bsuspend\s+)?(?P<main>\bfun\s+main\s*\()"
    r"|(?P<brace>[{}])"
)
_JVM_NAME = re.compile(r'@file:\s*JvmName\s*\(\s*"(\w+)"\s*\)')


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
    files: Mapping[str, bytes], units: tuple[str, ...], entry: str = ""
) -> tuple[dict[str, bytes], tuple[str, ...], str]:
    """Return files and units under the names the compiler demands, and the main class.

    ``entry`` is a class, with or without its package, or a file. Without it, of several classes
    with a main method ``Main`` is taken, else that of the first unit.
    """
    renamed, names, mains = dict(files), [], []
    wanted = entry.removesuffix(".java")
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
            if unit == entry:
                wanted = main
    return renamed, tuple(names), _chosen(mains, wanted, "Main")


def kotlin_entry(files: Mapping[str, bytes], units: tuple[str, ...], entry: str = "") -> str:
    """Return the class to begin with: that of the file or object with a main function.

    ``entry`` is a class, with or without its package, or a file. Without it ``MainKt`` is taken,
    else the first; where no main function is seen, the first file's class.
    """
    mains = []
    wanted = entry
    for unit in units:
        main = _kotlin_main(unit, files[unit])
        if main:
            mains.append(main)
            if unit == entry:
                wanted = main
    if wanted.endswith(".kt"):
        wanted = _kotlin_class(wanted)
    return _chosen(mains, wanted, "MainKt") or _kotlin_class(units[0])


def _chosen(mains: list[str], wanted: str, usual: str) -> str:
    """Return the class that is wanted, else the usual one of several, else the first."""
    for name in filter(None, (wanted, usual)):
        for main in mains:
            if name in (main, main.split(".")[-1]):
                return main
        if name == wanted:
            return wanted  # starting it says what is wrong with it
    return mains[0] if mains else ""


def _kotlin_main(unit: str, source: bytes) -> str:
    text = source.decode("utf-8", "replace")
    renamed = _JVM_NAME.search(text)
    depth, package, current = 0, "", ""
    for found in _KOTLIN.finditer(_NOT_CODE.sub(" ", text)):
        if found["brace"]:
            depth += 1 if found["brace"] == "{" else -1
        elif found["package"] and not depth:
            package = found["package"] + "."
        elif found["type"] and not depth:
            current = found["type"]
        elif found["main"] and not depth:
            return package + (renamed[1] if renamed else _kotlin_class(unit))
        elif found["main"] and depth == 1 and found["static"]:
            return package + current
    return ""


def _kotlin_class(unit: str) -> str:
    """Return the class that the compiler makes of a file's functions."""
    stem = re.sub(r"\W", "_", Path(unit).stem, flags=re.ASCII)
    return ("_" if stem[:1].isdigit() else "") + stem[:1].upper() + stem[1:] + "Kt"


def file_entry(units: tuple[str, ...], entry: str = "") -> str:
    """Return the unit to begin with: the one that is wanted, ``__main__``, ``main``, the first.

    The format has ``__main__.py``, its legacy edition's judges ``main.*`` in any case.
    """
    if entry in units:
        return entry
    for stem in ("__main__", "main"):
        for unit in units:
            if Path(unit).stem.lower() == stem:
                return unit
    return units[0]
