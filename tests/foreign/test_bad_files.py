"""A file that is damaged, hostile or of another kind is told by file, line and column."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard

from harness.errors import RecordingError
from harness.foreign import packed, reading
from harness.foreign.formats import FORMATS, Request, generations
from tests.foreign import examples
from tests.foreign.examples import EXAMPLES


def refused(name: str, *files: Path) -> str:
    """Return what is said of files that cannot be read."""
    with pytest.raises(RecordingError) as caught:
        list(generations(name, files, Request()))
    return str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_not_there_is_told_by_name(name: str, tmp_path: Path) -> None:
    """The mistake is in the path, and so it is what is shown."""
    assert "gone.jsonl cannot be" in refused(name, tmp_path / "gone.jsonl")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_a_file_without_generations_is_refused(name: str, data: bytes, tmp_path: Path) -> None:
    """An empty file would otherwise look like a model that answered nothing."""
    file = tmp_path / "empty.jsonl"
    file.write_bytes(data)
    assert "empty.jsonl" in refused(name, file)


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_file_of_another_format_is_told_by_a_field(example: str, tmp_path: Path) -> None:
    """Whoever named the wrong format hears which field is missing, and what is there instead."""
    file = examples.lines(tmp_path / "other.jsonl", [{"question": "?", "reply": "7"}])
    said = refused(EXAMPLES[example][0], file)
    assert "other.jsonl" in said
    if example in ("lm-eval", "nemo-skills", "matharena rows", "jsonl"):
        assert "line 1" in said
        assert "question, reply" in said


def test_a_field_of_the_wrong_kind_is_told_with_its_line(tmp_path: Path) -> None:
    """The second line is the bad one."""
    good = {"generation": "7", "id": "one"}
    file = examples.lines(tmp_path / "output.jsonl", [good, {**good, "generation": 7}])
    said = refused("nemo-skills", file)
    assert "output.jsonl, line 2: Expected `str`, got `int` - at `$.generation`" in said


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"id": "one", "text": "\xff"}', "column 24: not UTF-8"),
        (b'{"id": "one", "text": ', "not JSON"),
        (b'{"id": "one", "text": ' + b"[" * 100_000, "nested too deep"),
        (b"[1, 2]", "Expected `object`, got `array`"),
        ('{"id": "one", "text": "7"}'.encode("utf-16"), "column 1: not UTF-8"),
    ],
)
def test_a_line_that_is_no_text_is_told_by_its_column(
    data: bytes, words: str, tmp_path: Path
) -> None:
    """Wrong bytes, half a line, a trap for parsers: each is an error of the file, not of ours."""
    file = tmp_path / "said.jsonl"
    file.write_bytes(b'{"id": "one", "text": "7"}\n' + data)
    said = refused("jsonl", file)
    assert "said.jsonl, line 2: " in said
    assert words in said


def test_a_line_without_an_end_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line has a bound, whatever the file holds."""
    monkeypatch.setattr(reading, "MOST_LINE", 1 << 20)
    file = tmp_path / "said.jsonl"
    file.write_bytes(b'{"id": "one", "text": "7"}\n{"text": "' + b"x" * (2 << 20))
    assert "line 2: longer than 1 MiB" in refused("jsonl", file)


def test_a_document_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document is decoded at once, so one that is too large is not begun."""
    monkeypatch.setattr(reading, "MOST_DOCUMENT", 100)
    assert "holds more than" in refused("livecodebench", examples.livecodebench(tmp_path))


def test_an_archive_that_is_cut_off_is_told(tmp_path: Path) -> None:
    """Half of a log is no log without its directory."""
    file = examples.inspect_eval(tmp_path)
    file.write_bytes(file.read_bytes()[:-60])
    assert f"{file} cannot be unpacked" in refused("inspect", file)


def test_an_entry_with_damaged_bytes_is_told(tmp_path: Path) -> None:
    """The sum of the bytes is checked, so no answer is judged that nobody gave."""
    file = examples.inspect_eval(tmp_path)
    with zipfile.ZipFile(file) as archive:
        info = archive.getinfo("samples/one_epoch_1.json")
        at = info.header_offset + 30 + len(info.filename) + 20
    data = bytearray(file.read_bytes())
    data[at] ^= 0xFF
    file.write_bytes(bytes(data))
    assert "samples/one_epoch_1.json cannot be unpacked" in refused("inspect", file)


def test_an_archive_of_something_else_is_told(tmp_path: Path) -> None:
    """A zip without a header is no log, whatever its name."""
    file = tmp_path / "pictures.eval"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("cat.txt", "miaow")
    assert "has no header.json" in refused("inspect", file)


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says of itself is believed before anything is unpacked."""
    file = examples.inspect_eval(tmp_path)
    monkeypatch.setattr(packed, "MOST_IN_ALL", 1000)
    assert "unpacks to more than" in refused("inspect", file)


def zstandard_archive(file: Path, entries: dict[str, bytes], told: int | None = None) -> None:
    """Write an archive as newer versions of inspect_ai do: each entry is a Zstandard frame.

    Python's own module cannot write the method, so the entry is stored and its label changed.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(name, zstandard.compress(data))
    sizes = {name: (len(data), zlib.crc32(data)) for name, data in entries.items()}
    raw = bytearray(file.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        infos = archive.infolist()
        directory = archive.start_dir
    for info in infos:
        size, checksum = sizes[info.filename]
        size = size if told is None else told
        name = info.filename.encode()
        for start, shift in ((info.header_offset, 0), (raw.index(b"PK\x01\x02", directory), 2)):
            raw[start + 8 + shift : start + 10 + shift] = (93).to_bytes(2, "little")
            raw[start + 14 + shift : start + 18 + shift] = checksum.to_bytes(4, "little")
            raw[start + 22 + shift : start + 26 + shift] = size.to_bytes(4, "little")
        directory = raw.index(name, directory) + len(name)
    file.write_bytes(bytes(raw))


def entries_of(log: dict[str, object]) -> dict[str, bytes]:
    samples = log.pop("samples")
    assert isinstance(samples, list)
    named = {f"samples/one_epoch_{s['epoch']}.json": json.dumps(s).encode() for s in samples}
    return {"header.json": json.dumps(log).encode(), **named}


def test_an_archive_of_zstandard_entries_is_read(tmp_path: Path) -> None:
    """Logs of newer versions are compressed in a way that Python's own module does not know."""
    file = tmp_path / "new.eval"
    zstandard_archive(file, entries_of(examples.inspect_log()))
    found = list(generations("inspect", [file], Request()))
    assert [one.text for _, one in found] == [examples.TEXTS[0], None]


def test_an_entry_that_holds_more_than_it_says_is_stopped(tmp_path: Path) -> None:
    """A bomb that says it is small is unpacked no further than that."""
    file = tmp_path / "bomb.eval"
    zstandard_archive(file, {"header.json": b" " * (50 << 20)}, told=100)
    assert "bomb.eval: header.json" in refused("inspect", file)


def test_a_compressed_run_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream does not say how much it holds, so it is counted."""
    file = tmp_path / "3.json.zst"
    file.write_bytes(zstandard.compress(b" " * (10 << 20)))
    monkeypatch.setattr(packed.zstandard, "__defaults__", (1 << 20,))
    assert "3.json.zst holds more than" in refused("matharena", file)


def test_a_compressed_run_that_is_cut_off_is_told(tmp_path: Path) -> None:
    """Half of a frame is no document."""
    file = examples.matharena(tmp_path)
    file.write_bytes(file.read_bytes()[:-20])
    assert "3.json.zst" in refused("matharena", file)


def test_the_same_file_is_not_counted_twice(tmp_path: Path) -> None:
    """A copy under another name would double every sample."""
    one = examples.json_lines(tmp_path)
    two = tmp_path / "copy.jsonl"
    two.write_bytes(one.read_bytes())
    assert "holds the same bytes as" in refused("jsonl", one, two)
