"""A pack carries a task's packages whole, and one that is not what it says brings nothing in."""

from __future__ import annotations

import json
import stat
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.data import DataStore
from harness.errors import PackError, TaskDataError, UsageError
from harness.inventory import Origin, deviation, inventory_of
from harness.packs import form, reading
from harness.packs.reading import import_pack
from harness.packs.writing import write_pack

FROM = Origin(source="owner/set", how="pull", revision="abc", licence="CC-BY-4.0")
FILES = {"problem.json": "{}", "tests/1.in": "1 2\n", "tests/1.out": "3\n", ".timelimit": "1\n"}


def fill(store: DataStore, package: str, files: dict[str, str]) -> None:
    with store.filling("t", package) as folder:
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    """Return a store with the packages p and q of the task t."""
    store = DataStore(tmp_path / "data", (FROM,))
    fill(store, "p", FILES)
    fill(store, "q", {"problem.json": "[]"})
    return store


@pytest.fixture
def pack(store: DataStore, tmp_path: Path) -> Path:
    write_pack(store, "t", tmp_path / "t.zip")
    return tmp_path / "t.zip"


def test_a_pack_brings_the_same_files_to_another_store(pack: Path, tmp_path: Path) -> None:
    """With their digests, and with where they are from."""
    there = DataStore(tmp_path / "there")
    import_pack(there, pack)
    assert there.packages("t") == ("p", "q")
    for name, text in FILES.items():
        assert (there.folder("t", "p") / name).read_text() == text
    found = there.inventory("t", "p")
    assert found is not None
    assert found.origins == (FROM,)
    assert deviation(there.folder("t", "p"), found) == type(deviation(tmp_path, found))()
    assert list((there.root / ".scratch").iterdir()) == []


def test_the_same_packages_are_the_same_bytes(store: DataStore, pack: Path, tmp_path: Path) -> None:
    """Whenever, wherever and in which order they came in."""
    other = DataStore(tmp_path / "other", (FROM,))
    fill(other, "q", {"problem.json": "[]"})
    fill(other, "p", dict(reversed(FILES.items())))
    write_pack(other, "t", tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == pack.read_bytes()
    there = DataStore(tmp_path / "there")
    import_pack(there, pack)
    write_pack(there, "t", tmp_path / "carried.zip")
    assert (tmp_path / "carried.zip").read_bytes() == pack.read_bytes()


def test_a_large_file_is_never_in_memory_whole(tmp_path: Path) -> None:
    """Writing and reading a pack of 64 MiB takes a few of them."""
    store = DataStore(tmp_path / "data")
    with store.filling("t", "p") as folder, (folder / "large").open("wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    try:
        write_pack(store, "t", tmp_path / "t.zip")
        import_pack(DataStore(tmp_path / "there"), tmp_path / "t.zip")
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert (tmp_path / "there/t/p/large").stat().st_size == 64 << 20


def test_what_was_put_there_by_hand_stays_at_home(store: DataStore, tmp_path: Path) -> None:
    """Only what came in is carried, until somebody writes it down."""
    (store.folder("t", "p") / "note.txt").write_text("mine")
    write_pack(store, "t", tmp_path / "t.zip")
    assert "t/p/note.txt" not in zipfile.ZipFile(tmp_path / "t.zip").namelist()
    store.record("t", "p", inventory_of(store.folder("t", "p"), (FROM,)))
    write_pack(store, "t", tmp_path / "with.zip")
    assert "t/p/note.txt" in zipfile.ZipFile(tmp_path / "with.zip").namelist()


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_package_that_is_not_as_it_came_in_is_not_packed(
    store: DataStore, tmp_path: Path, how: str
) -> None:
    """The file is named, and no half of a pack is left."""
    place = store.folder("t", "p") / "tests" / "1.out"
    place.write_text("4\n") if how == "changed" else place.unlink()
    with pytest.raises(TaskDataError, match=r"tests/1\.out (is not as it came in|is missing)"):
        write_pack(store, "t", tmp_path / "t.zip")
    assert [place.name for place in tmp_path.iterdir()] == ["data"]


def test_what_nobody_wrote_down_is_not_packed(store: DataStore, tmp_path: Path) -> None:
    """A package of an older version says how it is recorded."""
    (store.root / ".inventory" / "t" / "q.json").unlink()
    with pytest.raises(TaskDataError) as caught:
        write_pack(store, "t", tmp_path / "t.zip")
    assert "verify t --record" in caught.value.hint


def test_a_pack_is_never_written_over_a_file(store: DataStore, pack: Path) -> None:
    """What is there already may be the only copy."""
    with pytest.raises(UsageError, match="exists already"):
        write_pack(store, "t", pack)


def test_a_task_without_packages_has_no_pack(store: DataStore, tmp_path: Path) -> None:
    """It says how packages come in."""
    with pytest.raises(TaskDataError, match="has no package of u"):
        write_pack(store, "u", tmp_path / "u.zip")


# --- packs that are not what they say -------------------------------------------------------------

Entries = list[tuple[zipfile.ZipInfo, bytes]]


def spoil(pack: Path, change: Callable[[Entries, dict[str, Any]], object]) -> Path:
    """Write a pack anew with other entries, or another manifest."""
    with zipfile.ZipFile(pack) as old:
        entries = [(info, old.read(info)) for info in old.infolist()]
    manifest = json.loads(entries[0][1])
    change(entries, manifest)
    place = pack.with_name("spoilt.zip")
    with zipfile.ZipFile(place, "w") as new, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for info, data in [(entries[0][0], json.dumps(manifest).encode()), *entries[1:]]:
            new.writestr(info, data)
    return place


def named(entries: Entries, name: str) -> int:
    return next(n for n, (info, _) in enumerate(entries) if info.filename == name)


def replace(entries: Entries, name: str, data: bytes) -> None:
    at = named(entries, name)
    entries[at] = (entries[at][0], data)


def rename(entries: Entries, manifest: dict[str, Any], path: str) -> None:
    """Call a file of p otherwise, in its entry and in the manifest."""
    entries[named(entries, "t/p/tests/1.in")][0].filename = f"t/p/{path}"
    file = next(f for f in manifest["packages"]["p"]["files"] if f["path"] == "tests/1.in")
    file["path"] = path


def link(entries: Entries, _: dict[str, Any]) -> None:
    entries[named(entries, "t/p/tests/1.in")][0].external_attr = (stat.S_IFLNK | 0o777) << 16


def twice_in_manifest(entries: Entries, manifest: dict[str, Any]) -> None:
    files = manifest["packages"]["p"]["files"]
    files.append(files[-1])


BAD: dict[str, tuple[Callable[[Entries, dict[str, Any]], object], str]] = {
    "another digest": (
        lambda e, m: replace(e, "t/p/tests/1.in", b"1 3\n"),
        r"t/p/tests/1\.in is not what its pack\.json says",
    ),
    "another size": (
        lambda e, m: replace(e, "t/p/tests/1.in", b"1 2 3\n"),
        r"tests/1\.in' has 6 bytes, its pack\.json says 4",
    ),
    "a file too many": (
        lambda e, m: e.append((zipfile.ZipInfo("t/p/more"), b"")),
        r"'t/p/more' is not in its pack\.json",
    ),
    "a file too few": (
        lambda e, m: e.pop(named(e, "t/p/tests/1.in")),
        r"'t/p/tests/1\.in' is missing",
    ),
    "a file twice": (
        lambda e, m: e.append(e[named(e, "t/p/tests/1.in")]),
        "is there twice",
    ),
    "a name twice in the manifest": (twice_in_manifest, "is there twice"),
    "a link": (link, "is a link, a device or encrypted"),
    "a name that leads out": (lambda e, m: rename(e, m, "../../x"), "leads out of its folder"),
    "an absolute name": (lambda e, m: rename(e, m, "/etc/x"), "leads out of its folder"),
    "a name with a backslash": (lambda e, m: rename(e, m, "..\\x"), "leads out of its folder"),
    "a name with a control sign": (lambda e, m: rename(e, m, "a\x1bb"), "leads out of its folder"),
    "a name of 2,000 letters": (lambda e, m: rename(e, m, "a" * 2000), "leads out of its folder"),
    "a name that no disk takes": (lambda e, m: rename(e, m, "é" * 128), "or is no file name"),
    "a file that is also a folder": (
        lambda e, m: rename(e, m, "tests"),
        "'tests' is both a file and a folder",
    ),
    "a task that leads out": (lambda e, m: m.update(task=".."), r"'\.\.' is no name of a folder"),
    "a package that leads out": (
        lambda e, m: m["packages"].update({"../p": m["packages"].pop("p")}),
        r"'\.\./p' is no name of a folder",
    ),
    "more bytes than a pack may have": (
        lambda e, m: m["packages"]["p"]["files"][0].update(size=form.MAX_BYTES + 1),
        "would unpack to",
    ),
    "a later version": (lambda e, m: m.update(version=2), r"of version 2; this program reads .* 1"),
    "another program's": (lambda e, m: m.update(format="other"), "is 'other' of version 1"),
    "a manifest of another form": (lambda e, m: m.pop("packages"), "missing required field"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_pack_that_is_not_what_it_says_brings_nothing_in(
    pack: Path, tmp_path: Path, what: str
) -> None:
    """It says which file, and the store is as it was."""
    change, said = BAD[what]
    there = DataStore(tmp_path / "there")
    fill(there, "p", {"old": ""})
    with pytest.raises(PackError, match=said) as caught:
        import_pack(there, spoil(pack, change))
    assert caught.value.hint
    assert there.packages("t") == ("p",)
    assert [place.name for place in there.folder("t", "p").iterdir()] == ["old"]
    assert not (tmp_path / "x").exists()
    assert not any((there.root / ".scratch").glob("*"))


def test_a_pack_that_was_cut_off_is_no_pack(pack: Path, tmp_path: Path) -> None:
    """Half a copy is told from a whole one at once."""
    pack.write_bytes(pack.read_bytes()[:-40])
    with pytest.raises(PackError, match="is no data pack, or is cut off"):
        import_pack(DataStore(tmp_path / "there"), pack)


def test_a_byte_that_flipped_on_the_way_is_found(pack: Path, tmp_path: Path) -> None:
    """Wherever it is in the bytes of a file."""
    whole = pack.read_bytes()
    info = zipfile.ZipFile(pack).getinfo("t/p/tests/1.in")
    at = info.header_offset + 30 + len(info.filename) + 1
    pack.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
    with pytest.raises(PackError, match=r"t/p/tests/1\.in"):
        import_pack(DataStore(tmp_path / "there"), pack)


def test_a_bomb_of_files_over_each_other_is_refused(tmp_path: Path) -> None:
    """Many names may not stand for the same compressed bytes."""
    store = DataStore(tmp_path / "data")
    fill(store, "p", {f"f{n}": "0" * 100_000 for n in range(20)})
    write_pack(store, "t", tmp_path / "t.zip")
    whole = (tmp_path / "t.zip").read_bytes()
    archive = zipfile.ZipFile(tmp_path / "t.zip")
    first = archive.getinfo("t/p/f0")
    # All entries of the directory lead to the same bytes, and the others are taken out.
    end = first.header_offset + 30 + len(first.filename) + first.compress_size
    small = bytearray(whole[:end])
    directory = bytearray(whole[archive.start_dir :])
    at = 0
    while directory[at : at + 4] == b"PK\x01\x02":
        length = int.from_bytes(directory[at + 28 : at + 30], "little")
        if directory[at + 46 : at + 46 + length] != b"pack.json":
            directory[at + 42 : at + 46] = first.header_offset.to_bytes(4, "little")
        at += 46 + length
    directory[at + 16 : at + 20] = end.to_bytes(4, "little")
    (tmp_path / "bomb.zip").write_bytes(bytes(small + directory))
    with pytest.raises(PackError):
        import_pack(DataStore(tmp_path / "there"), tmp_path / "bomb.zip")
    assert not (tmp_path / "there" / "t").exists()


def test_a_pack_for_which_there_is_no_room_is_refused_before_it_is_unpacked(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how much is needed."""
    monkeypatch.setattr(reading.shutil, "disk_usage", lambda place: type("Room", (), {"free": 5})())
    with pytest.raises(PackError, match="has room for 5"):
        import_pack(DataStore(tmp_path / "there"), pack)


def test_a_package_of_tests_is_no_pack(tmp_path: Path) -> None:
    """A zip of problem packages says how it comes in."""
    with zipfile.ZipFile(tmp_path / "ioi.zip", "w") as file:
        file.writestr("worldmap/problem.json", "{}")
    with pytest.raises(PackError) as caught:
        import_pack(DataStore(tmp_path / "there"), tmp_path / "ioi.zip")
    assert "harness data add" in caught.value.hint
