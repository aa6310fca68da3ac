"""The words after three backticks that mean a language."""

from __future__ import annotations

from sandbox.languages import language


def fences_of(key: str) -> frozenset[str]:
    """Return the words of a language of ``sandbox/languages.toml``."""
    return frozenset(language(key).fences)
