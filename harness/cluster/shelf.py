"""The files of problems on one node, by their content: each is brought once, whoever asks."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from harness.errors import BoxError, TaskDataError
from harness.types import CodeBody, FileRef, Problem


def files_of(problem: Problem) -> tuple[FileRef, ...]:
    """Return the files that judging a problem may open."""
    return tuple({ref.path: ref for ref in _refs(problem.body)}.values())


def _refs(value: object) -> Iterator[FileRef]:
    if isinstance(value, FileRef):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _refs(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _refs(item)


def problem_name(problem: Problem) -> str:
    """Return the name that a problem has among nodes: a hash over all that judging it needs."""
    bare = msgspec.structs.replace(problem, folder="", statement="")
    return hashlib.sha256(msgspec.msgpack.encode(bare)).hexdigest()


class Shelf:
    """A node's files: those of earlier runs are still there."""

    def __init__(self, cache: Path) -> None:
        self._place = cache / "shelf"

    def lacking(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return which of some contents (SHA-256) are not here."""
        return tuple(name for name in dict.fromkeys(names) if not self._blob(name).exists())

    def take(self, name: str, data: bytes) -> None:
        """Keep a content; raises :class:`~harness.errors.BoxError` where it is another one."""
        if hashlib.sha256(data).hexdigest() != name:
            raise BoxError(
                f"a file arrived broken: it is not what its hash {name[:12]} says",
                hint="the network or a node's memory is at fault",
            )
        _write(self._blob(name), data)

    def lay_out(self, problem: Problem) -> str:
        """Return a folder with a problem's files under the names they have in its package."""
        assert isinstance(problem.body, CodeBody)
        folder = self._place / "problems" / problem_name(problem)
        for ref in files_of(problem):
            place = folder / ref.path
            if folder.resolve() not in place.resolve().parents:
                raise TaskDataError(f"{problem.id}: {ref.path} leads out of its package")
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                _link(self._blob(ref.sha256), place)
        return str(folder)

    def _blob(self, name: str) -> Path:
        return self._place / "files" / name[:2] / name[2:]


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(fresh).rename(place)


def _link(blob: Path, place: Path) -> None:
    """Put a file into its place, which another slot may be doing as well."""
    try:
        place.hardlink_to(blob)
    except FileExistsError:
        return
    except FileNotFoundError:
        raise BoxError(f"{blob} is not on this node", hint="run it again") from None
    except OSError:  # a file system without hard links
        _write(place, blob.read_bytes())
