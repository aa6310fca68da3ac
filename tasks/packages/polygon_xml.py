"""``problem.xml`` of a Polygon package, as far as judging needs it.

It is untrusted: it is read as UTF-8 up to a size, and a document type, with which XML declares
entities that expand or lead elsewhere, is an error. What this judge does not carry is refused
here, by name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import msgspec

from harness.errors import UnsupportedError
from tasks.packages.files import text, wrong
from tasks.packages.task_type import is_name

MANIFEST = "problem.xml"
MAX_XML_BYTES = 2 << 20
MAX_TESTS = 3_000
TESTSET = "tests"
"""What is judged; pretests and others are parts of it."""

STREAMS = ("", "stdin", "stdout")
PATTERN = re.compile(r"([^%]+?)%(?:0([1-9]))?d([^%]*)", re.ASCII)
COUNT = re.compile(r"[0-9]{1,18}", re.ASCII)


class TestEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One test."""

    __test__ = False  # not a pytest class

    name: str
    input: str
    answer: str
    points: float
    group: str


class GroupEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One test group of a scored problem."""

    name: str
    policy: str
    """``complete-group`` or ``each-test``."""
    points: float
    """0 when it is not said."""
    needs: tuple[str, ...]
    """Names of groups that must be passed as a whole, or this one gives nothing."""


class Solution(msgspec.Struct, frozen=True, kw_only=True):
    """One program of the jury."""

    path: str
    kind: str
    """Language and compiler: ``cpp.g++17``."""
    tag: str
    of_groups: bool
    """Whether there are tags of single groups or testsets too."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What ``problem.xml`` says."""

    code: str
    title: str
    time_limit_s: float
    memory_limit_bytes: int
    input_file: str
    output_file: str
    tests: tuple[TestEntry, ...]
    groups: tuple[GroupEntry, ...]
    checker: str
    """Path of its source; it is called as testlib's are."""
    statements: tuple[str, ...]
    """Paths of LaTeX sources, the English one first."""
    solutions: tuple[Solution, ...]


def read_manifest(folder: Path) -> Manifest:
    """Read and check ``problem.xml``.

    Raises :class:`~harness.errors.TaskDataError` for what it must not say, and
    :class:`~harness.errors.UnsupportedError` for what is not judged.
    """
    place = folder / MANIFEST
    root = _parsed(folder, place)
    refuse(place, root)
    judging = _only(place, root, "judging")
    testset = _testset(place, judging)
    code = root.get("short-name", "")
    if not is_name(code) or code.startswith("-"):
        raise wrong(place, f"short-name is {code[:80]!r}, which is no file name")
    names = sorted(root.iterfind("names/name"), key=_english)
    checker = root.find("assets/checker/source")
    if checker is None:
        raise wrong(place, "there is no source of a checker in assets")
    return Manifest(
        code=code,
        title=names[0].get("value", code) if names else code,
        time_limit_s=_count(place, testset, "time-limit") / 1000,
        memory_limit_bytes=_count(place, testset, "memory-limit"),
        input_file=_file(place, judging, "input-file"),
        output_file=_file(place, judging, "output-file"),
        tests=tuple(_tests(place, testset)),
        groups=tuple(_groups(place, testset)),
        checker=inner(place, checker.get("path", "")),
        statements=tuple(
            inner(place, item.get("path", ""))
            for item in sorted(root.iterfind("statements/statement"), key=_english)
            if item.get("type") == "application/x-tex"
            and item.get("charset", "utf-8").lower() == "utf-8"
        ),
        solutions=tuple(_solutions(place, root)),
    )


def refuse(place: Path, root: Element) -> None:
    """Raise for a problem that would be judged in another way than Polygon does."""
    judging = _only(place, root, "judging")
    checker = root.find("assets/checker")
    tags = {tag.get("value", "") for tag in root.iterfind("tags/tag")}
    reasons = {
        "is interactive: it has a testlib interactor, whose protocol (`interactor input output "
        "answer`) is not carried": root.find("assets/interactor") is not None,
        "runs a solution more than once for a test (run-count)": judging.get("run-count", "1")
        != "1"
        or "run-twice" in tags,
        "has a scorer of its own": root.find("assets/scorer") is not None,
        "has files that are compiled together with solutions": any(
            asset.get("name", "").lower() == "solution"
            for asset in root.iterfind("files/resources/file/assets/asset")
        ),
        "has a checker that is not testlib's": checker is not None
        and checker.get("type", "testlib") != "testlib",
    }
    for reason, found in reasons.items():
        if found:
            raise UnsupportedError(f"{place}: the problem {reason}", hint="the problem is left out")


def inner(place: Path, path: str) -> str:
    """Return a path of the manifest that stays in the package; an error where it does not."""
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\\" in path:
        raise wrong(place, f"{path[:80]!r} is no path within the package")
    if not path.isprintable():
        raise wrong(place, f"{path[:80]!r} is no path")
    return path


def _parsed(folder: Path, place: Path) -> Element:
    if place.is_file() and place.stat().st_size > MAX_XML_BYTES:
        raise wrong(place, f"is larger than {MAX_XML_BYTES >> 20} MiB")
    content = text(folder, place)
    if "<!DOCTYPE" in content:  # no entity is declared without one, in any part of a file
        raise wrong(place, "has a document type, which no package of Polygon has")
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError) as error:
        raise wrong(place, f"is no XML: {error}") from None
    if root.tag != "problem":
        raise wrong(place, f"is about a {root.tag[:40]!r}, not a problem")
    return root


def _only(place: Path, parent: Element, name: str) -> Element:
    found = parent.find(name)
    if found is None:
        raise wrong(place, f"there is no {name} in {parent.tag[:40]}")
    return found


def _testset(place: Path, judging: Element) -> Element:
    found = judging.findall("testset")
    named = [item for item in found if item.get("name") == TESTSET]
    if len(named) == 1 or len(found) == 1:
        return (named or found)[0]
    raise wrong(place, f"has {len(found)} testsets, and not one of the name {TESTSET}")


def _tests(place: Path, testset: Element) -> Iterator[TestEntry]:
    count = _count(place, testset, "test-count")
    entries = testset.findall("tests/test")
    if not 0 < count <= MAX_TESTS or (entries and len(entries) != count):
        raise wrong(place, f"test-count is {count}, and there are {len(entries)} tests")
    given = _pattern(place, testset, "input-path-pattern")
    answer = _pattern(place, testset, "answer-path-pattern")
    for number, entry in enumerate(entries or [Element("test")] * count, 1):
        name = f"{number:0{given[2] or 1}}"
        yield TestEntry(
            name=name,
            input=inner(place, given[1] + name + given[3]),
            answer=inner(place, f"{answer[1]}{number:0{answer[2] or 1}}{answer[3]}"),
            points=_points(place, entry),
            group=entry.get("group", ""),
        )


def _groups(place: Path, testset: Element) -> Iterator[GroupEntry]:
    for group in testset.iterfind("groups/group"):
        yield GroupEntry(
            name=group.get("name", ""),
            policy=group.get("points-policy", ""),
            points=_points(place, group),
            needs=tuple(
                item.get("group", "") for item in group.iterfind("dependencies/dependency")
            ),
        )


def _solutions(place: Path, root: Element) -> Iterator[Solution]:
    for item in root.iterfind("assets/solutions/solution"):
        source = _only(place, item, "source")
        yield Solution(
            path=inner(place, source.get("path", "")),
            kind=source.get("type", ""),
            tag=item.get("tag", ""),
            of_groups=item.find(".//extra-tag") is not None,
        )


def _english(item: Element) -> bool:
    return item.get("language") != "english"  # False is sorted first


def _count(place: Path, parent: Element, name: str) -> int:
    said = (_only(place, parent, name).text or "").strip()
    if not COUNT.fullmatch(said):
        raise wrong(place, f"{name} is {said[:40]!r}, not a number")
    return int(said)


def _points(place: Path, item: Element) -> float:
    said = item.get("points", "0")
    try:
        points = float(said)
    except ValueError:
        points = math.nan
    if not 0 <= points <= 1e6:
        raise wrong(place, f"a {item.tag} has the points {said[:40]!r}")
    return points


def _pattern(place: Path, testset: Element, name: str) -> re.Match[str]:
    said = (_only(place, testset, name).text or "").strip()
    found = PATTERN.fullmatch(said)
    if found is None:
        raise wrong(place, f"{name} is {said[:80]!r}, not like tests/%02d")
    return found


def _file(place: Path, judging: Element, name: str) -> str:
    said = judging.get(name, "")
    if said in STREAMS:
        return ""
    if not is_name(said) or said.startswith("-"):
        raise wrong(place, f"{name} is {said[:80]!r}, which is no file name")
    return said
