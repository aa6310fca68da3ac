"""The run folder keeps what was written, whatever happens to the process that writes."""

from __future__ import annotations

import gzip
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import store
from harness.cli.destination import write_named
from harness.errors import CorruptLog, StoreError, UsageError, WriterConflict
from harness.store import LOG, RunFolder, RunWriter
from harness.types import AttemptEnd, AttemptStatus, Note, NoteKind
from tests.fakes.scripted import ScriptedBackend, says, start_run


def note(text: str) -> Note:
    return Note(attempt="a", kind=NoteKind.RETRIED, text=text)


@pytest.fixture
def writer(tmp_path: Path) -> RunWriter:
    return start_run(tmp_path / "run", ScriptedBackend(lambda _: says("7")))


def test_records_come_back_in_order(writer: RunWriter) -> None:
    """What is appended is replayed, equal and in order."""
    written = [note(f"{number} \u2028 é \x00") for number in range(50)]
    for record in written:
        writer.append(record)
    writer.close()
    assert list(RunFolder(writer.path).replay()) == written


@settings(max_examples=60)
@given(cut=st.integers(min_value=1, max_value=60))
def test_a_torn_last_line_loses_only_itself(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    """Cutting any number of bytes off the last line loses that record and no other."""
    place = tmp_path_factory.mktemp("torn") / "run"
    with start_run(place, ScriptedBackend(lambda _: says("7"))) as writer:
        for number in range(3):
            writer.append(note(str(number)))
    log = place / LOG
    last = len(log.read_bytes().splitlines()[-1])
    os.truncate(log, log.stat().st_size - min(cut, last))
    kept = [record.text for record in RunFolder(place).replay() if isinstance(record, Note)]
    assert kept == ["0", "1"]
    with RunWriter(place) as again:
        again.append(note("after"))
    after = [record.text for record in RunFolder(place).replay() if isinstance(record, Note)]
    assert after == ["0", "1", "after"]


def test_a_title_cut_inside_a_character_does_not_stop_a_run(tmp_path: Path) -> None:
    """Half of a surrogate pair in the manifest is written as a question mark."""
    backend = ScriptedBackend(lambda _: says("7"), ("bot \ud83d",))
    start_run(tmp_path / "run", backend).close()
    assert RunFolder(tmp_path / "run").record.contestants[0].title == "bot ?"


def test_a_damaged_line_in_the_middle_is_named(writer: RunWriter) -> None:
    """Damage that is no torn end is an error with the file and the line number."""
    for number in range(3):
        writer.append(note(str(number)))
    writer.close()
    log = writer.path / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join([*lines[:2], b"{broken\n", *lines[3:]]))
    with pytest.raises(CorruptLog, match=r"log\.jsonl, line 3"):
        list(RunFolder(writer.path).replay())


def test_an_endless_line_does_not_fill_the_memory(
    writer: RunWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line longer than any record is damage, and is not read to its end."""
    writer.append(note("one"))
    writer.close()
    monkeypatch.setattr(store, "LONGEST", 1000)
    with (writer.path / LOG).open("ab") as log:
        log.write(b"x" * 5000)
    with pytest.raises(CorruptLog, match=r"log\.jsonl, line 3: the line has no end"):
        list(RunFolder(writer.path).replay())


def test_two_writers_are_refused(writer: RunWriter) -> None:
    """A second process cannot write to a run that is being written."""
    with pytest.raises(WriterConflict, match="another process"):
        RunWriter(writer.path)
    writer.close()
    RunWriter(writer.path).close()


def test_a_killed_writer_holds_no_lock(writer: RunWriter) -> None:
    """After kill -9 the next process can write at once."""
    writer.close()
    code = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from harness.store import RunWriter\n"
        "w = RunWriter(Path(sys.argv[1]))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(writer.path)], check=False)
    assert done.returncode == -9
    RunWriter(writer.path).close()


def test_texts_are_kept_once_and_come_back(writer: RunWriter) -> None:
    """An equal text has an equal reference and one file; any text survives."""
    texts = ["", "a", "é\u0000\u2028", "x" * 100_000, "\udcff"]
    refs = [writer.put_text(text) for text in texts]
    assert [writer.text(ref) for ref in refs] == texts
    before = sorted(p for p in writer.path.rglob("*.gz"))
    assert [writer.put_text(text) for text in texts] == refs
    assert sorted(p for p in writer.path.rglob("*.gz")) == before


def test_a_changed_text_is_noticed(writer: RunWriter) -> None:
    """A blob that is not what its name says is an error, not another text."""
    ref, other = writer.put_text("one"), writer.put_text("two")
    writer.blob_path(ref).write_bytes(writer.blob_path(other).read_bytes())
    with pytest.raises(CorruptLog, match="not what its name says"):
        RunFolder(writer.path).text(ref)


def damages() -> dict[str, Callable[[bytes], bytes]]:
    return {
        "empty": lambda data: b"",
        "cut": lambda data: data[: len(data) // 2],
        "no gzip": lambda data: b"text",
        "bits": lambda data: data[:12] + b"\xff" * (len(data) - 12),
        "another text": lambda data: gzip.compress(b"another"),
    }


@pytest.mark.parametrize("damage", damages())
def test_a_damaged_text_is_an_error_and_is_mended_when_it_is_kept_again(
    writer: RunWriter, damage: str
) -> None:
    """Whatever a crash made of a text, reading it says so, and keeping it again mends it."""
    ref = writer.put_text("some words of a prompt, " * 50)
    place = writer.blob_path(ref)
    place.write_bytes(damages()[damage](place.read_bytes()))
    with pytest.raises(CorruptLog, match=r"\.gz: the text"):
        RunFolder(writer.path).text(ref)
    writer.close()
    with RunWriter(writer.path) as again:
        assert again.put_text("some words of a prompt, " * 50) == ref
        assert RunFolder(writer.path).text(ref).startswith("some words")


def test_texts_are_on_the_disk_before_the_end_that_counts_them(
    writer: RunWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of an attempt is flushed last: no crash leaves an end without its texts."""
    flushed: list[str] = []
    for name in ("fsync", "fdatasync"):
        real = getattr(os, name)

        def watched(descriptor: int, real: Callable[[int], None] = real) -> None:
            flushed.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
            real(descriptor)

        monkeypatch.setattr(os, name, watched)
    place = writer.blob_path(writer.put_text("said"))
    writer.append(note("not the end"))
    assert flushed == [], "neither texts nor notes hold up whoever writes them"
    end = AttemptEnd(attempt="a", status=AttemptStatus.EMPTY, points=None, max_points=1.0)
    writer.append(end)
    assert flushed[0] == str(place)
    assert {str(place.parent), str(place.parent.parent)} == set(flushed[1:-1])
    assert flushed[-1] == str(writer.path / LOG)
    writer.append(end)
    assert len(flushed) == 5, "a text is flushed once"
    answer = writer.blob_path(writer.put_text("not judged yet"))
    writer.close()
    assert str(answer) in flushed[5:], "an answer that waits to be judged is kept"
    assert flushed[-1] == str(writer.path / LOG)


def test_a_folder_that_is_no_run_is_named(tmp_path: Path) -> None:
    """Opening any other folder says what was expected there."""
    with pytest.raises(UsageError, match=r"not a run folder: it has no run\.json"):
        RunFolder(tmp_path)


def test_a_damaged_manifest_is_named(writer: RunWriter) -> None:
    """A broken run.json is an error that names the file."""
    writer.close()
    (writer.path / "run.json").write_text('{"schema": 1, "id": 5}')
    with pytest.raises(CorruptLog, match=r"run\.json is damaged"):
        RunFolder(writer.path)


def test_a_newer_run_is_refused(writer: RunWriter) -> None:
    """A run of a later schema is not read as if it were understood."""
    writer.close()
    place = writer.path / "run.json"
    place.write_text(place.read_text().replace('"schema": 1', '"schema": 99'))
    with pytest.raises(CorruptLog, match="newer harness"):
        RunFolder(writer.path)


def test_a_full_disk_keeps_whole_records(tmp_path: Path) -> None:
    """When the disk is full, the error says so and every record before it is still whole."""
    place = tmp_path / "run"
    start_run(place, ScriptedBackend(lambda _: says("7"))).close()
    # A file size limit is the full disk that a test can have: the write is cut short.
    code = (
        "import sys, resource, signal\n"
        "from pathlib import Path\n"
        "from harness.store import RunWriter\n"
        "from harness.errors import StoreError\n"
        "from harness.types import Note, NoteKind\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "w = RunWriter(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "try:\n"
        "    for n in range(10000):\n"
        "        w.append(Note(attempt='a', kind=NoteKind.RETRIED, text=str(n)))\n"
        "except StoreError as error:\n"
        "    print(n, error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(place)], check=True, capture_output=True, text=True
    )
    count = int(done.stdout.split()[0])
    assert "cannot be written" in done.stdout
    assert "--resume" in done.stdout
    kept = [record.text for record in RunFolder(place).replay() if isinstance(record, Note)]
    assert kept == [str(number) for number in range(count)]
    assert (place / LOG).read_bytes().endswith(b"\n")
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 3000


def test_an_existing_folder_is_not_overwritten(writer: RunWriter) -> None:
    """A new run never lands in the folder of another."""
    writer.close()
    with pytest.raises(UsageError, match="exists already"):
        RunWriter.create(writer.path, writer.record)


def test_an_unwritable_place_is_one_clear_error(tmp_path: Path) -> None:
    """A store that cannot be written is named."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    record = start_run(tmp_path / "other", ScriptedBackend(lambda _: says("7"))).record
    with pytest.raises(StoreError, match="cannot be written"):
        RunWriter.create(blocked / "run", record)


def test_sealing_says_when_it_ended(writer: RunWriter) -> None:
    """A sealed run carries its end; an unsealed one does not."""
    assert RunFolder(writer.path).record.ended == ""
    writer.seal("2025-01-01T01:00:00Z")
    assert RunFolder(writer.path).record.ended == "2025-01-01T01:00:00Z"


def test_half_a_surrogate_pair_is_logged(writer: RunWriter) -> None:
    """A text that a server cut in the middle of a character does not stop a run."""
    writer.append(note("cut \ud83d"))
    writer.close()
    assert list(RunFolder(writer.path).replay()) == [note("cut ?")]


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """Root who names /dev/stdout must not leave a file there for the whole machine to fall over."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_named(pipe, b"said")
    assert os.read(reader, 10) == b"said"
    os.close(reader)
    assert pipe.is_fifo()
    door, (out, into) = tmp_path / "stdout", os.pipe()
    door.symlink_to(f"/proc/self/fd/{into}")
    write_named(door, b"said")
    assert os.read(out, 10) == b"said"
    assert door.is_symlink()
    target = tmp_path / "target"
    with target.open("wb") as held:
        write_named(Path(f"/dev/fd/{held.fileno()}"), b"said")
        assert os.fstat(held.fileno()).st_ino == target.stat().st_ino
    assert target.read_bytes() == b"said"


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    for word in (b"one", b"other"):
        write_named(link, word)
        assert link.is_symlink()
        assert target.read_bytes() == word
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "target"]


def test_a_folder_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        write_named(tmp_path, b"")
