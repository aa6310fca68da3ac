"""A packed run is the run in one file: always the same bytes, read like its folder, no tricks."""

from __future__ import annotations

import gzip
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import pytest

from harness.board import boards
from harness.errors import CorruptLog, StoreError, UsageError
from harness.files import LARGEST
from harness.packing import Kept, pack_runs
from harness.store import LOG, MANIFEST, RunFolder, RunWriter, open_runs
from harness.types import Generation, Note, NoteKind, Prompt, TextRef
from tests.fakes.scripted import ScriptedBackend, run_all, says, start_run
from tests.harness.test_layers import EIGHT, judged_again, played

THOUGHT = "a long thought about seven"


def thinking(place: Path) -> Path:
    """Run a contest with a model whose thoughts are told apart."""
    said = msgspec.structs.replace(says("7"), reasoning=THOUGHT)
    backend = ScriptedBackend(lambda _: said)
    with start_run(place, backend) as writer:
        run_all(writer, backend)
    return place


def packed(runs: Iterable[Path], out: Path, **options: bool) -> Kept:
    return pack_runs([RunFolder(run) for run in runs], out, **options)


def opened(out: Path) -> RunFolder:
    (run,) = open_runs(out)
    return run


def generation(run: RunFolder) -> Generation:
    return next(record for record in run.replay() if isinstance(record, Generation))


def test_the_same_run_is_packed_into_the_same_bytes(tmp_path: Path) -> None:
    """Copies made at another time, in another place and with other rights pack to one file."""
    place = thinking(tmp_path / "run")
    judged_again(place)
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(place, copy)
    for file in copy.rglob("*"):
        os.utime(file, (1, 1))
        file.chmod(0o700)
    (copy / "report").mkdir()
    (copy / "report" / "index.html").write_text("derived")
    with (copy / LOG).open("ab") as log:
        log.write(b'{"torn')
    packed([place], tmp_path / "one.zip")
    packed([copy], tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as file:
        infos = file.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    again = tmp_path / "three.zip"
    pack_runs(open_runs(tmp_path / "one.zip"), again)
    assert again.read_bytes() == (tmp_path / "one.zip").read_bytes()


def test_a_packed_run_is_read_like_its_folder(tmp_path: Path) -> None:
    """Records, texts, layers and the scoreboard are those of the folder."""
    place = thinking(tmp_path / "run")
    judged_again(place, EIGHT)
    packed([place], tmp_path / "run.zip")
    there, here = RunFolder(place), opened(tmp_path / "run.zip")
    assert (here.packed, there.packed) == (True, False)
    assert here.layer == there.layer
    assert here.record == there.record
    assert list(here.replay()) == list(there.replay())
    assert list(here.logged()) == list(there.logged())
    assert [b.rows for b in boards([here])] == [b.rows for b in boards([there])]
    made = generation(here)
    assert here.text(made.text) == "7"
    assert made.reasoning is not None
    assert here.text(made.reasoning) == THOUGHT


def test_several_runs_go_into_one_file(tmp_path: Path) -> None:
    """Each is there under its id; one run twice, or a file that is there, is refused."""
    one, two = played(tmp_path / "one"), thinking(tmp_path / "two")
    packed([two, one], tmp_path / "both.zip")
    packed([one, two], tmp_path / "same.zip")
    assert (tmp_path / "both.zip").read_bytes() == (tmp_path / "same.zip").read_bytes()
    found = open_runs(tmp_path / "both.zip")
    assert [run.record.id for run in found] == ["one", "two"]
    assert len({run.path for run in found}) == 2
    with pytest.raises(UsageError, match="exists already"):
        packed([one], tmp_path / "both.zip")
    with pytest.raises(UsageError, match="named twice"):
        packed([one, one], tmp_path / "twice.zip")
    assert not (tmp_path / "twice.zip").exists()


def test_prompts_can_be_left_out(tmp_path: Path) -> None:
    """Without prompts the rest is whole; what is lacking is said when it is asked for."""
    place = thinking(tmp_path / "run")
    whole = packed([place], tmp_path / "whole.zip")
    less = packed([place], tmp_path / "less.zip", prompts=False)
    assert (less.texts, less.missing) == (whole.texts - 2, 0)
    run = opened(tmp_path / "less.zip")
    asked = [record for record in run.replay() if isinstance(record, Prompt)]
    assert len(asked) == 2
    for prompt in asked:
        with pytest.raises(CorruptLog, match="cannot be read"):
            run.text(prompt.text)
    assert run.text(generation(run).text) == "7"


def test_reasoning_can_be_left_out(tmp_path: Path) -> None:
    """Thoughts stay at home, what was said is in the file."""
    place = thinking(tmp_path / "run")
    packed([place], tmp_path / "less.zip", reasoning=False)
    run = opened(tmp_path / "less.zip")
    made = generation(run)
    assert run.text(made.text) == "7"
    assert made.reasoning is not None
    with pytest.raises(CorruptLog, match="cannot be read"):
        run.text(made.reasoning)
    with zipfile.ZipFile(tmp_path / "less.zip") as file:
        for name in file.namelist():
            data = file.read(name)
            assert THOUGHT.encode() not in (gzip.decompress(data) if name[-2:] == "gz" else data)


def test_a_text_that_is_gone_is_counted(tmp_path: Path) -> None:
    """A run folder that lost a text can be packed all the same."""
    place = thinking(tmp_path / "run")
    run = RunFolder(place)
    ref = generation(run).reasoning
    assert ref is not None
    run.blob_path(ref).unlink()
    assert packed([place], tmp_path / "run.zip").missing == 1


def test_no_secret_and_no_folder_of_this_machine_is_packed(tmp_path: Path) -> None:
    """The value of a variable that holds a key stops the packing; packages' folders stay out."""
    place = thinking(tmp_path / "run")
    with RunWriter(place) as writer:
        writer.append(Note(attempt="a", kind=NoteKind.RETRIED, text='Bearer "hush-hush-1"'))
    runs = [RunFolder(place)]
    with pytest.raises(UsageError, match=r"log\.jsonl holds the value of MY_API_KEY") as error:
        pack_runs(runs, tmp_path / "run.zip", environment={"MY_API_KEY": '"hush-hush-1"'})
    assert "hush" not in str(error.value)
    assert list(tmp_path.iterdir()) == [place]
    pack_runs(runs, tmp_path / "run.zip", environment={"MY_API_KEY": "7", "PATH": '"hush-hush-1"'})
    manifest = place / MANIFEST
    manifest.write_text(manifest.read_text().replace('"folder": ""', '"folder": "/home/ann/data"'))
    packed([place], tmp_path / "two.zip")
    assert "/home/ann/data" in manifest.read_text()
    with zipfile.ZipFile(tmp_path / "two.zip") as file:
        assert b"/home/ann" not in file.read("run/run.json")


def test_a_pack_cannot_be_written_to(tmp_path: Path) -> None:
    """A packed run is continued and judged only after somebody unpacked it."""
    packed([played(tmp_path / "run")], tmp_path / "run.zip")
    with pytest.raises(UsageError, match="never changed"):
        RunWriter(tmp_path / "run.zip")


Trick = Callable[[zipfile.ZipFile], None]


def link(pack: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("run/blobs/aa/" + "b" * 62 + ".gz")
    info.external_attr = 0o120777 << 16
    pack.writestr(info, "/etc/passwd")


def bomb(pack: zipfile.ZipFile) -> None:
    pack.writestr("other/run.json", b"0" * (4 << 20), zipfile.ZIP_DEFLATED)


def called(name: str) -> Trick:
    return lambda pack: pack.writestr(name, "x")


TRICKS: dict[str, tuple[Trick, str]] = {
    "up": (called("run/../../etc/passwd"), "no file of a run"),
    "root": (called("/etc/passwd"), "no file of a run"),
    "drive": (called("C:\\run\\run.json"), "no file of a run"),
    "beside": (called("run/evil.py"), "no file of a run"),
    "hidden": (called(".ssh/run.json"), "no file of a run"),
    "blob": (called("run/blobs/aa/../../x.gz"), "no file of a run"),
    "twice": (called("run/run.json"), "twice"),
    "link": (link, "a link"),
    "bomb": (bomb, "would swell"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("trick", TRICKS)
def test_a_pack_with_a_trick_in_it_is_refused(tmp_path: Path, trick: str) -> None:
    """Paths that lead out, doubled names, links and bombs are refused before anything is read."""
    do, said = TRICKS[trick]
    place = tmp_path / "run.zip"
    packed([played(tmp_path / "run")], place)
    with zipfile.ZipFile(place, "a") as pack:
        do(pack)
    with pytest.raises(UsageError, match=said):
        open_runs(place)


def test_files_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    """A small file whose entries all share the same bytes is no pack."""
    place = tmp_path / "run.zip"
    packed([played(tmp_path / "run")], place)
    with zipfile.ZipFile(place, "a") as pack:
        first = pack.infolist()[0]
        for number in range(200):
            info = zipfile.ZipInfo(f"more{number}/run.json", first.date_time)
            info.header_offset, info.CRC = first.header_offset, first.CRC
            info.compress_size, info.file_size = first.compress_size, first.file_size
            info.compress_type = first.compress_type
            pack.filelist.append(info)
            pack.NameToInfo[info.filename] = info
        pack.writestr("last/run.json", "{}")
    with pytest.raises(UsageError, match="lie over each other"):
        open_runs(place)


def test_what_is_no_pack_is_named(tmp_path: Path) -> None:
    """A file that is no zip is one clear error."""
    place = tmp_path / "file.zip"
    place.write_bytes(b"PK no")
    with pytest.raises(UsageError, match="neither a run folder nor a packed run"):
        open_runs(place)


def test_a_damaged_pack_is_named(tmp_path: Path) -> None:
    """Bits that fell over in the log, or in a text, are an error and not a result."""
    place = tmp_path / "run.zip"
    packed([thinking(tmp_path / "run")], place)
    ref = generation(opened(place)).text
    with zipfile.ZipFile(place) as pack:
        log = pack.getinfo(f"run/{LOG}")
        text = pack.getinfo(f"run/blobs/{ref.sha256[:2]}/{ref.sha256[2:]}.gz")
    data = bytearray(place.read_bytes())
    for info in (log, text):
        middle = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
        data[middle] ^= 0xFF
        data[middle + 1] ^= 0xFF
    place.write_bytes(data)
    damaged = opened(place)
    with pytest.raises(CorruptLog, match=r"log\.jsonl, line"):
        list(damaged.replay())
    with pytest.raises(CorruptLog, match="cannot be read"):
        damaged.text(ref)


def test_a_text_that_swells_beyond_its_size_is_not_unpacked(tmp_path: Path) -> None:
    """A compressed text is unpacked as far as the log says it is long, and no further."""
    place = thinking(tmp_path / "run")
    run = RunFolder(place)
    ref = generation(run).text
    run.blob_path(ref).write_bytes(gzip.compress(b"0" * (1 << 20)))
    with pytest.raises(CorruptLog, match="longer than it should be"):
        run.text(ref)
    packed([place], tmp_path / "run.zip")
    huge = TextRef(sha256=ref.sha256, size=LARGEST + 1)
    with pytest.raises(CorruptLog, match="as large as this"):
        opened(tmp_path / "run.zip").text(huge)


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """A place that is none is one clear error."""
    place = played(tmp_path / "run")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        packed([place], tmp_path / "file" / "run.zip")
