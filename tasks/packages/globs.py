"""Glob patterns of ``submissions.yaml``: ``*`` within one name, and ``{a,b}``.

Source: the problem package format 2025-09, "Glob patterns". A path is matched when it or a
folder above it is. Everything else stands for itself, ``**``, ``?`` and ``[`` too.
"""

from __future__ import annotations

MAX_LETTERS = 300
MAX_PATTERNS = 2_000


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern matches a path, or a folder that it is in."""
    names = path.split("/")
    return any(_prefix(one.removesuffix("/").split("/"), names) for one in expand(pattern))


def expand(pattern: str) -> list[str]:
    """Return the patterns without braces that a pattern stands for.

    Blanks around an alternative do not count. A brace without its partner stands for itself.
    Raises :class:`ValueError` for more than :data:`MAX_PATTERNS` of them,
    or a pattern that nobody would write.
    """
    if len(pattern) > MAX_LETTERS:
        raise ValueError(f"has more than {MAX_LETTERS} letters")
    found = [""]
    at = 0
    while at < len(pattern):
        end = _partner(pattern, at) if pattern[at] == "{" else None
        if end is None:
            endings = [pattern[at]]
            at += 1
        else:
            endings = [
                inner for part in _parts(pattern[at + 1 : end]) for inner in expand(part.strip())
            ]
            at = end + 1
        if len(found) * len(endings) > MAX_PATTERNS:
            raise ValueError(f"stands for more than {MAX_PATTERNS} patterns")
        found = [start + ending for start in found for ending in endings]
    return found


def _partner(pattern: str, opening: int) -> int | None:
    depth = 0
    for at in range(opening, len(pattern)):
        depth += {"{": 1, "}": -1}.get(pattern[at], 0)
        if depth == 0:
            return at
    return None


def _parts(inner: str) -> list[str]:
    """Split at the commas that are in no inner braces."""
    parts, depth = [""], 0
    for letter in inner:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _prefix(patterns: list[str], names: list[str]) -> bool:
    return len(patterns) <= len(names) and all(map(_name, patterns, names))


def _name(pattern: str, name: str) -> bool:
    """Match one name; the last star is the only one that ever has to take more."""
    at = star = 0
    back = -1
    for_star = 0
    while at < len(name):
        if star < len(pattern) and pattern[star] == "*":
            back, for_star = star, at
            star += 1
        elif star < len(pattern) and pattern[star] == name[at]:
            star += 1
            at += 1
        elif back >= 0:
            for_star += 1
            star, at = back + 1, for_star
        else:
            return False
    return all(letter == "*" for letter in pattern[star:])
