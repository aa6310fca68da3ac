"""``harness data export``: the packages of a task, as they came in, into one file."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from harness.data import DataStore
from harness.errors import TaskDataError, UsageError
from harness.inventory import Inventory, StoredFile
from harness.packs.form import (
    LARGEST_MANIFEST,
    MANIFEST,
    MAX_BYTES,
    MAX_FILES,
    PIECE,
    PackManifest,
    check_names,
)
from harness.zip_entry import entry


def write_pack(data: DataStore, task: str, out: Path) -> PackManifest:
    """Write the packages of a task into a new file and return what is in it.

    Raises :class:`~harness.errors.UsageError` for a file that is there already, and
    :class:`~harness.errors.TaskDataError` for a package that is not as it came in.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists already", hint="name a file that does not exist yet")
    manifest = PackManifest(
        task=task, packages={name: _inventory(data, task, name) for name in data.packages(task)}
    )
    if not manifest.packages:
        raise TaskDataError(
            f"the data store {data.root} has no package of {task}",
            hint=f"bring it in with `harness data pull {task}` or `harness data add {task} DIR`",
        )
    check_names(str(data.root / task), manifest)
    _check_size(data, manifest)
    try:
        _write(data, manifest, out)
    except OSError as error:
        raise TaskDataError(
            f"{out} cannot be written: {error.strerror or error}",
            hint="make room, or choose another place with --to",
        ) from error
    return manifest


def _inventory(data: DataStore, task: str, package: str) -> Inventory:
    found = data.inventory(task, package)
    if found is None:
        raise TaskDataError(
            f"nobody wrote down what {data.folder(task, package)} is",
            hint=f"look at it, and record it as it is with `harness data verify {task} --record`",
        )
    return found


def _check_size(data: DataStore, manifest: PackManifest) -> None:
    count = sum(len(inventory.files) for inventory in manifest.packages.values())
    if manifest.size > MAX_BYTES or count > MAX_FILES:
        raise TaskDataError(
            f"{data.root / manifest.task} has {manifest.size:,} bytes in {count:,} files; a pack "
            f"holds at most {MAX_BYTES >> 30} GiB and {MAX_FILES:,} files",
            hint="copy the folder itself, with .inventory beside it",
        )


def _write(data: DataStore, manifest: PackManifest, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(prefix=f".{out.name[:32]}-", dir=out.parent, delete=False) as fresh:
        place = Path(fresh.name)
        try:
            with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as packed:
                head = msgspec.json.format(
                    msgspec.json.encode(manifest, order="deterministic"), indent=1
                )
                assert len(head) <= LARGEST_MANIFEST, "names and counts are bounded"
                packed.writestr(entry(MANIFEST), head)
                for name, package, file in manifest.members:
                    _copy(packed, name, data.folder(manifest.task, package) / file.path, file)
            fresh.flush()
            place.chmod(0o644)
            place.rename(out)
        except BaseException:
            place.unlink(missing_ok=True)
            raise


def _copy(packed: zipfile.ZipFile, name: str, place: Path, file: StoredFile) -> None:
    """Put a file in while its digest is taken: what does not come out as it came in is refused."""
    seen = hashlib.sha256()
    info = entry(name)
    info.file_size = file.size  # decides on the form of its head, which must not depend on luck
    try:
        with place.open("rb") as source, packed.open(info, "w") as target:
            while piece := source.read(PIECE):
                seen.update(piece)
                target.write(piece)
    except FileNotFoundError:
        raise _changed(place, "is missing") from None
    if seen.hexdigest() != file.sha256:
        raise _changed(place, "is not as it came in")


def _changed(place: Path, what: str) -> TaskDataError:
    return TaskDataError(
        f"{place} {what}: no pack was written",
        hint="`harness data verify` lists all such files; bring the package in again, or record it "
        "as it is with --record",
    )
