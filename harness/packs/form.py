"""The form of a data pack: a zip file that begins with its own inventory.

::

    pack.json                        format, version, task, and the inventory of each package
    ioi2025/worldmap/problem.json    the files, sorted, each with the digest that pack.json says

No clock, no owner and no compression but deflate is in it, so the same packages give the same bytes
(with the same version of zlib).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import msgspec

from harness.errors import PackError
from harness.inventory import Inventory, StoredFile

FORMAT = "harness data pack"
VERSION = 1
MANIFEST = "pack.json"

MAX_BYTES = 64 << 30
"""Of all files of a pack; the tests of a whole IOI are a few gigabytes."""
MAX_FILES = 200_000
MAX_NAME_BYTES = 1000
MAX_PART_BYTES = 255
"""Of one folder or file in a name; no file system in use knows longer ones."""
LARGEST_MANIFEST = 64 << 20

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,127}", re.ASCII)
"""What a task or a package can be called, so that it can be the name of a folder."""

PIECE = 1 << 20
"""Bytes that are in memory at a time."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a pack before anything else, whatever its version."""

    format: str = ""
    version: int = 0


class PackManifest(msgspec.Struct, frozen=True, kw_only=True):
    """``pack.json``."""

    format: str = FORMAT
    version: int = VERSION
    task: str
    packages: dict[str, Inventory]

    @property
    def members(self) -> Iterator[tuple[str, str, StoredFile]]:
        """The name in the pack, the package and the file, of every file, in the pack's order."""
        for package, inventory in sorted(self.packages.items()):
            for file in inventory.files:
                yield f"{self.task}/{package}/{file.path}", package, file

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(inventory.size for inventory in self.packages.values())


def check_names(where: str, manifest: PackManifest) -> None:
    """Refuse names that lead anywhere but into the folder of their package.

    Raises :class:`~harness.errors.PackError` naming the first.
    """
    for name in (manifest.task, *manifest.packages):
        if not NAME.fullmatch(name):
            raise PackError(f"{where}: {ascii(name)[:100]} is no name of a folder", hint=AGAIN)
    for package, inventory in manifest.packages.items():
        _check_paths(where, package, (file.path for file in inventory.files))


def _check_paths(where: str, package: str, paths: Iterable[str]) -> None:
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        shown = ascii(f"{package}/{path}")[:120]
        parts = path.split("/")
        if (
            not path
            or any(part in ("", ".", "..") for part in parts)
            or not path.isprintable()
            or "\\" in path
            or len(path.encode("utf-8", "surrogateescape")) > MAX_NAME_BYTES
            or any(len(part.encode("utf-8", "surrogateescape")) > MAX_PART_BYTES for part in parts)
        ):
            raise PackError(
                f"{where}: the name {shown} leads out of its folder, or is no file name", hint=AGAIN
            )
        if path in seen:
            raise PackError(f"{where}: {shown} is there twice", hint=AGAIN)
        seen.add(path)
        folders |= {str(home) for home in PurePosixPath(path).parents}
    for path in sorted(seen & folders):
        raise PackError(f"{where}: {ascii(path)[:120]} is both a file and a folder", hint=AGAIN)


AGAIN = "nothing of it came in; make the pack again with `harness data export TASK --to FILE`"
