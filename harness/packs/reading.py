"""``harness data import``: a pack is looked at, unpacked aside, and comes in only as a whole."""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from harness.data import DataStore
from harness.errors import PackError
from harness.inventory import StoredFile
from harness.packs.form import (
    AGAIN,
    FORMAT,
    LARGEST_MANIFEST,
    MANIFEST,
    MAX_BYTES,
    MAX_FILES,
    PIECE,
    VERSION,
    Head,
    PackManifest,
    check_names,
)

DAMAGED = (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What reading a zip file raises that ends early, is damaged, or is encrypted."""


@contextmanager
def opened_pack(place: Path) -> Iterator[tuple[zipfile.ZipFile, PackManifest]]:
    """Open a pack whose every entry was looked at.

    Raises :class:`~harness.errors.PackError` for a trick, for another version, and for what is no
    pack.
    """
    try:
        packed = zipfile.ZipFile(place)
    except (*DAMAGED, ValueError) as error:
        raise PackError(
            f"{place} is no data pack, or is cut off: {error}",
            hint="copy it again and compare its SHA-256 with that of the original",
        ) from error
    with packed:
        manifest = _manifest(place, packed)
        check_names(str(place), manifest)
        _check_entries(place, packed, manifest)
        yield packed, manifest


def import_pack(data: DataStore, place: Path) -> PackManifest:
    """Bring in what a pack holds and return it: all of it, or nothing.

    Each file is written aside while its digest is taken. Raises
    :class:`~harness.errors.PackError` naming the file that is not what the pack says.
    """
    with opened_pack(place) as (packed, manifest), data.scratch() as aside:
        _check_room(place, aside, manifest)
        for package in manifest.packages:
            (aside / package).mkdir()
        for name, package, file in manifest.members:
            _unpack(place, packed, name, aside / package / file.path, file)
        for package, inventory in sorted(manifest.packages.items()):
            with data.filling(manifest.task, package, inventory.origins) as folder:
                for item in sorted((aside / package).iterdir()):
                    item.rename(folder / item.name)
    return manifest


def _manifest(place: Path, packed: zipfile.ZipFile) -> PackManifest:
    try:
        info = packed.getinfo(MANIFEST)
        if info.file_size > LARGEST_MANIFEST:
            raise PackError(f"{place}: {MANIFEST} has {info.file_size:,} bytes", hint=AGAIN)
        with packed.open(info) as file:
            text = file.read()
        head = msgspec.json.decode(text, type=Head)
    except KeyError:
        raise PackError(
            f"{place} is no data pack: it has no {MANIFEST}",
            hint="problem packages come in with `harness data add TASK FILE`",
        ) from None
    except (*DAMAGED, msgspec.MsgspecError) as error:
        raise PackError(f"{place}: {MANIFEST} cannot be read: {error}", hint=AGAIN) from error
    if head.format != FORMAT or head.version != VERSION:
        raise PackError(
            f"{place} is {head.format!r} of version {head.version}; this program reads "
            f"{FORMAT!r} of version {VERSION}",
            hint="make the pack with the version of harness that is to read it, or update this one",
        )
    try:
        return msgspec.json.decode(text, type=PackManifest)
    except msgspec.MsgspecError as error:
        raise PackError(f"{place}: {MANIFEST}: {error}", hint=AGAIN) from error


def _check_entries(place: Path, packed: zipfile.ZipFile, manifest: PackManifest) -> None:
    """Compare what lies in the file with what its manifest says, before anything is unpacked."""
    wanted = {name: file.size for name, _, file in manifest.members}
    if manifest.size > MAX_BYTES or len(wanted) > MAX_FILES:
        raise PackError(
            f"{place} would unpack to {manifest.size:,} bytes in {len(wanted):,} files; a pack "
            f"holds at most {MAX_BYTES >> 30} GiB and {MAX_FILES:,} files",
            hint=AGAIN,
        )
    seen: set[str] = set()
    squeezed = 0
    for info in packed.infolist():
        name = info.filename
        shown = ascii(name)[:120]
        if name in seen:
            raise PackError(f"{place}: {shown} is there twice", hint=AGAIN)
        seen.add(name)
        squeezed += info.compress_size
        if name == MANIFEST:
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        if info.flag_bits & 1 or kind not in (0, stat.S_IFREG):
            raise PackError(f"{place}: {shown} is a link, a device or encrypted", hint=AGAIN)
        if name not in wanted:
            raise PackError(f"{place}: {shown} is not in its {MANIFEST}", hint=AGAIN)
        if info.file_size != wanted[name]:
            raise PackError(
                f"{place}: {shown} has {info.file_size:,} bytes, its {MANIFEST} says "
                f"{wanted[name]:,}",
                hint=AGAIN,
            )
    for name in sorted(wanted.keys() - seen):
        raise PackError(f"{place}: {ascii(name)[:120]} is missing", hint=AGAIN)
    if squeezed > place.stat().st_size:
        raise PackError(f"{place}: its files lie over each other", hint=AGAIN)


def _check_room(place: Path, aside: Path, manifest: PackManifest) -> None:
    free = shutil.disk_usage(aside).free
    if manifest.size > free:
        raise PackError(
            f"{place} needs {manifest.size:,} bytes; {aside.parent} has room for {free:,}",
            hint="free some space, or choose another place with HARNESS_DATA=/path/with/room",
        )


def _unpack(
    place: Path, packed: zipfile.ZipFile, name: str, target: Path, file: StoredFile
) -> None:
    """Write one file, no more of it than is announced, and compare its digest."""
    seen = hashlib.sha256()
    left = file.size
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with packed.open(name) as source, target.open("xb") as out:
            while piece := source.read(min(PIECE, left + 1)):
                left -= len(piece)
                if left < 0:
                    break
                seen.update(piece)
                out.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise PackError(f"{place}: {name} is damaged: {error}", hint=_COPY) from error
    if left or seen.hexdigest() != file.sha256:
        raise PackError(f"{place}: {name} is not what its {MANIFEST} says (SHA-256)", hint=_COPY)


_COPY = "nothing of it came in; copy the pack again, or make it anew where it is from"
