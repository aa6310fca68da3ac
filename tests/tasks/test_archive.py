"""Archives of packages: what is right is unpacked, and what is tricky is refused whole."""

from __future__ import annotations

import io
import re
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import TaskDataError
from tasks.packages import archive
from tasks.packages.archive import is_archive, opened


def zipped(place: Path, *names: str | zipfile.ZipInfo) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, "text\n" * 100)
    return place


def tarred(place: Path, *members: tarfile.TarInfo | str) -> Path:
    with tarfile.open(place, f"w:{place.suffix.removeprefix('.')}") as file:
        for member in members:
            info = tarfile.TarInfo(member) if isinstance(member, str) else member
            if info.isfile():
                info.size = 5
            file.addfile(info, io.BytesIO(b"text\n"))
    return place


def of_kind(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize("suffix", ["zip", "gz", "bz2", "xz"])
def test_an_archive_is_as_good_as_its_folder(tmp_path: Path, suffix: str) -> None:
    """What is in it is there while it is open, and gone afterwards."""
    place = tmp_path / f"sum.{suffix}"
    names = ("a/problem.json", "a/tests/1.in", "./b.txt")
    place = zipped(place, *names) if suffix == "zip" else tarred(place, *names)
    assert is_archive(place)
    with opened(place) as folder:
        found = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
        assert found == {"a/problem.json", "a/tests/1.in", "b.txt"}
        assert (folder / "b.txt").read_text().startswith("text\n")
        assert folder.name == "sum"
    assert not folder.exists()


@pytest.mark.parametrize("make", [zipped, tarred])
def test_an_empty_archive_is_an_empty_folder(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    """Whoever reads it says what is missing."""
    place = make(tmp_path / ("sum.zip" if make is zipped else "sum.gz"))
    with opened(place) as folder:
        assert list(folder.iterdir()) == []


def link_in_zip(place: Path) -> Path:
    info = zipfile.ZipInfo("tests")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped(place, info)


def damaged(place: Path) -> Path:
    data = bytearray(zipped(place, "problem.json").read_bytes())
    data[50:60] = b"\xff" * 10
    place.write_bytes(data)
    return place


def cut(place: Path) -> Path:
    data = tarred(place.with_suffix(".gz"), *(f"f{i}" for i in range(200))).read_bytes()
    place.write_bytes(data[: len(data) // 2])
    return place


def nameless(place: Path) -> Path:
    """Write an entry without a name; Python refuses to, so the name is taken out of the bytes."""
    data = zipped(place, "taken-out").read_bytes().replace(b"taken-out", b"")
    local, central = data.index(b"PK\3\4"), data.index(b"PK\1\2")
    patched = bytearray(data)
    patched[local + 26] = patched[central + 28] = 0
    end = data.index(b"PK\5\6")
    patched[end + 12 : end + 20] = struct.pack("<II", end - central, central)
    place.write_bytes(patched)
    return place


TRICKS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "zip nameless": (nameless, "'' leads out of its folder, or is no file name"),
    "zip up": (lambda p: zipped(p, "good", "../evil"), "'../evil' leads out"),
    "zip up within": (lambda p: zipped(p, "a/../../evil"), "leads out"),
    "zip root": (lambda p: zipped(p, "/tmp/evil"), "leads out"),
    "zip backslash": (lambda p: zipped(p, "a\\..\\evil"), "leads out"),
    "zip escape": (lambda p: zipped(p, "a\x1b[2J"), "is no file name"),
    "zip link": (link_in_zip, "is a link or a device"),
    "zip twice": (lambda p: zipped(p, "a", "./a"), "is there twice"),
    "zip file as folder": (lambda p: zipped(p, "a", "a/b"), "cannot be unpacked"),
    "zip damaged": (damaged, "cannot be unpacked"),
    "tar up": (lambda p: tarred(p.with_suffix(".gz"), "../evil"), "leads out"),
    "tar root": (lambda p: tarred(p.with_suffix(".gz"), "/tmp/evil"), "leads out"),
    "tar link": (
        lambda p: tarred(p.with_suffix(".gz"), of_kind("a", tarfile.SYMTYPE, "/etc"), "a/passwd"),
        "'a' is a link or a device",
    ),
    "tar hard link": (
        lambda p: tarred(p.with_suffix(".gz"), of_kind("a", tarfile.LNKTYPE, "/etc/passwd")),
        "is a link or a device",
    ),
    "tar device": (
        lambda p: tarred(p.with_suffix(".gz"), of_kind("a", tarfile.CHRTYPE)),
        "is a link or a device",
    ),
    "tar pipe": (
        lambda p: tarred(p.with_suffix(".gz"), of_kind("a", tarfile.FIFOTYPE)),
        "is a link or a device",
    ),
    "tar cut": (cut, "cannot be unpacked"),
}


@pytest.mark.parametrize("what", TRICKS)
def test_a_tricky_archive_is_refused_whole(tmp_path: Path, what: str) -> None:
    """Nothing is left out or made harmless in silence, and nothing is written elsewhere."""
    make, said = TRICKS[what]
    folder = tmp_path / "in"
    folder.mkdir()
    place = make(folder / "x.zip")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(TaskDataError, match=re.escape(said)) as caught, opened(place):
        pass
    assert str(place) in caught.value.message
    assert caught.value.hint
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/tmp/evil").exists()


def test_an_archive_that_would_fill_the_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what its entries say of themselves, before any of it is written."""
    place = zipped(tmp_path / "x.zip", "a", "b", "c")
    monkeypatch.setattr(archive, "MAX_BYTES", 1200)
    with pytest.raises(TaskDataError, match="would unpack to more than"), opened(place):
        pass


def test_what_is_no_archive_is_named(tmp_path: Path) -> None:
    """A text file is neither a folder nor an archive."""
    (tmp_path / "x.txt").write_text("text")
    assert not is_archive(tmp_path / "x.txt")
    with (
        pytest.raises(TaskDataError, match="neither a folder nor a zip or tar"),
        opened(tmp_path / "x.txt"),
    ):
        pass
