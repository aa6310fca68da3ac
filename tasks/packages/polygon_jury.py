"""What a Polygon package declares of its solutions: a tag each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.types import Verdict
from tasks.packages.expectations import CRASHES, REJECTED, Expectation, Rule, Share
from tasks.packages.polygon_xml import read_manifest

TAGS: dict[str, tuple[Verdict, ...]] = {
    "main": (Verdict.AC,),
    "accepted": (Verdict.AC,),
    "wrong-answer": (Verdict.WA,),
    "presentation-error": (Verdict.WA,),
    "time-limit-exceeded": (Verdict.TLE,),
    "time-limit-exceeded-or-accepted": (Verdict.TLE, Verdict.AC),
    "memory-limit-exceeded": CRASHES,
    "time-limit-exceeded-or-memory-limit-exceeded": (Verdict.TLE, *CRASHES),
    "rejected": REJECTED,
    "failed": REJECTED,
}
"""The first verdict that is not an acceptance. A program that is refused memory crashes."""

DO_NOT_RUN = "do-not-run"

PYTHON_2 = ("python.2", "python.pypy2")
LANGUAGES = (
    ("cpp", "cpp17"),
    ("c.", "c"),
    ("python.pypy3", "pypy3"),
    ("python.3", "python3"),
    ("java", "java"),
    ("kotlin", "kotlin"),
    ("rust", "rust"),
    ("go", "go"),
)
"""How the types of sources begin, and the languages they are."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One solution."""

    path: str
    tag: str
    language: str
    """Key of ``sandbox/languages.toml``; empty: its suffix tells."""
    expectation: Expectation


def read_declared(folder: Path, *, scored: bool) -> Iterator[Declared]:
    """Yield what is declared, in the order of the manifest."""
    for solution in read_manifest(folder).solutions:
        yield Declared(
            path=solution.path,
            tag=solution.tag,
            language=language_of(solution.kind),
            expectation=expectation_of(solution.tag, scored=scored, of_groups=solution.of_groups),
        )


def language_of(kind: str) -> str:
    """Return the language of a type of source: ``cpp.g++17``, ``python.3``, ``java11``."""
    if kind.startswith(PYTHON_2):
        return "python2"
    if kind.startswith("cpp") and "++20" in kind:
        return "cpp"
    if kind.startswith("cpp") and "++23" in kind:
        return "cpp23"
    return next((key for start, key in LANGUAGES if kind.startswith(start)), "")


def expectation_of(tag: str, *, scored: bool, of_groups: bool = False) -> Expectation:
    """Return what a tag means.

    In a scored problem it is that each test is accepted or has the declared verdict, and that
    not all points are reached.
    """
    verdicts = TAGS.get(tag)
    note = "tags of single groups are not read" if of_groups else ""
    if verdicts is None:
        return Expectation(declared=f"{tag}: nothing", note=note)
    if not scored:
        return Expectation(declared=tag, verdicts=verdicts, note=note)
    if verdicts == (Verdict.AC,):
        return Expectation(declared=tag, share=Share.ALL, note=note)
    share = None if Verdict.AC in verdicts else Share.NOT_ALL
    permitted = () if verdicts == REJECTED else (Verdict.AC, *verdicts)
    rules = (Rule(permitted=permitted),) if permitted else ()
    return Expectation(declared=tag, share=share, rules=rules, note=note)
