"""The report that was built before, for pages that would be the same again.

A page of a cell is taken over when everything it was made of is what it was: program, manifest,
contest, records, texts, warnings, and where it leads. What each was made of is noted outside the
report, with the hash of each page: a page that was changed since, by whomever, is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from sys import version as python

import msgspec

from harness.board import Cell, ContestBoard, Row
from harness.history import AttemptLog
from harness.store import write_atomically
from harness.types import TextRef
from reports.atlas import Atlas
from reports.evidence import Evidence
from reports.leaderboard import Name
from reports.notices import Notice

LIBRARIES = ("jinja2", "markupsafe", "markdown-it-py", "nh3", "math-core")
"""What else puts its hand to a page."""


class CellFiles(msgspec.Struct, frozen=True):
    """The pages of one cell."""

    pages: tuple[tuple[str, bytes], ...]
    """Path and content of each."""
    hrefs: tuple[str, ...]
    """Where each attempt is."""
    maths: bool
    """Whether there are formulas on them."""


class Known(msgspec.Struct, frozen=True):
    """What is known of the pages of one cell."""

    key: str
    """Of all they were made of."""
    digests: tuple[tuple[str, str], ...]
    """Path and SHA-256 of each."""
    hrefs: tuple[str, ...]
    maths: bool


class _Notes(msgspec.Struct, frozen=True):
    """What is known of a report, as it is kept between two builds."""

    place: str
    cells: dict[str, Known]


class Former:
    """The pages of a report that was built before; one build at a time asks it."""

    def __init__(self, notes: Path | None = None) -> None:
        """Read what the report was made of; it is kept at ``notes``, or nowhere."""
        self._notes = notes
        self._place = Path()
        self._known: Mapping[str, Known] = {}
        self._fresh: dict[str, Known] = {}
        if notes is not None:
            try:
                found = msgspec.json.decode(notes.read_bytes(), type=_Notes)
            except (OSError, msgspec.MsgspecError):
                return
            self._place, self._known = Path(found.place), found.cells

    @classmethod
    def at(cls, place: Path, cache: Path) -> Former:
        """Return the report at a place; ``cache`` is a folder for what is known of reports."""
        name = hashlib.sha256(str(place.absolute()).encode("utf-8", "surrogatepass")).hexdigest()
        return cls(cache / "reports" / f"{name[:32]}.json")

    def same(self, path: str, key: str) -> CellFiles | None:
        """Return the pages of a cell that begins at ``path``, if they are what they were."""
        known = self._known.get(path)
        if known is None or known.key != key:
            return None
        pages = []
        for page, digest in known.digests:
            try:
                data = (self._place / page).read_bytes()
            except (OSError, ValueError):
                return None
            if hashlib.sha256(data).hexdigest() != digest:
                return None
            pages.append((page, data))
        self._fresh[path] = known
        return CellFiles(tuple(pages), known.hrefs, known.maths)

    def made(self, key: str, files: CellFiles) -> CellFiles:
        """Remember the pages of a cell that were made now, and return them."""
        digests = tuple((path, hashlib.sha256(data).hexdigest()) for path, data in files.pages)
        self._fresh[files.pages[0][0]] = Known(key, digests, files.hrefs, files.maths)
        return files

    def stands_at(self, place: Path) -> None:
        """Note that the report that was built is at its place: it is the former one from now on."""
        self._place, self._known, self._fresh = place.absolute(), self._fresh, {}
        if self._notes is None:
            return
        try:
            self._notes.parent.mkdir(parents=True, exist_ok=True)
            data = msgspec.json.encode(_Notes(str(self._place), dict(self._known)))
            write_atomically(self._notes, data)
        except (OSError, UnicodeEncodeError):
            return  # the next build takes longer, and nothing else


class Keys:
    """Says of each cell of one run what its pages are made of."""

    def __init__(
        self, evidence: Evidence, board: ContestBoard, atlas: Atlas, warnings: Sequence[Notice]
    ) -> None:
        self._evidence = evidence
        run = evidence.run.record
        places = (atlas.contest(board), atlas.anchor(board), atlas.run(run.id))
        self._common = _digest((_program(), run, board.contest, places, tuple(warnings)))

    def of(self, path: str, name: Name, row: Row, cell: Cell) -> str:
        """Return the key of a cell; ``path`` is where its pages begin."""
        digest = hashlib.sha256(self._common)
        digest.update(_digest((path, name, row.contestant, cell)))
        for one in cell.tries:
            found = self._evidence.attempt(one.attempt)
            stamps = tuple(self._evidence.run.stamp(ref) for ref in _texts(found))
            digest.update(_digest((found, stamps)))
        return digest.hexdigest()


def _texts(found: AttemptLog) -> Iterator[TextRef]:
    """Yield every text of an attempt that is not shown by its hash alone."""
    yield from (prompt.text for prompt in found.prompts.values())
    yield from (generation.text for generation in found.generations.values())
    yield from (submission.content for submission in found.handed_in.values())
    yield from (opinion.text for opinion in found.opinions.values())
    for grade in found.grades.values():
        if grade.marking is not None and grade.marking.restyled is not None:
            yield grade.marking.restyled


def _digest(value: object) -> bytes:
    return hashlib.sha256(msgspec.msgpack.encode(value)).digest()


@lru_cache(maxsize=1)
def _program() -> bytes:
    """Return what is another when this program could write other pages."""
    digest = hashlib.sha256(python.encode())
    for name in LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    for package in ("harness", "reports"):
        for path, file in _files(resources.files(package), package):
            digest.update(f"{path}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.digest()


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda one: one.name):
        if each.is_dir():
            yield from _files(each, f"{path}/{each.name}")
        elif not each.name.endswith(".pyc"):
            yield f"{path}/{each.name}", each
