"""The run folder: one manifest, one append-only log, content-addressed texts.

::

    runs/2026-11-23T1402-ioi2025-ckpt4200-7f3a/
      run.json            RunRecord; written at the start, sealed once at the end
      log.jsonl           header, then every record in the order of happening: the single truth
      blobs/ab/cdef….gz   texts by SHA-256: prompts, generations, sources
      layers/             what later judgings found (:mod:`harness.layers`)
      report/             derived; may be deleted

A line is appended with one write. A process killed in the middle of a write
leaves a torn last line, which readers skip and the next writer cuts off. A log
is written by one process at a time (a lock on the file, released by the kernel
when the process dies, however it dies). A run that was packed into one file is read like its
folder, and is never written.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import os
import shutil
import tempfile
import threading
import zlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from harness import layers
from harness.codec import (
    SCHEMA,
    Header,
    decode_header,
    decode_manifest,
    decode_record,
    encode_line,
    encode_manifest,
)
from harness.errors import CorruptLog, StoreError, UsageError, WriterConflict
from harness.files import DAMAGED, LARGEST, LONGEST, Files, FolderFiles, Pack, PackedFiles
from harness.types import AttemptEnd, Record, RunRecord, TextRef

MANIFEST = "run.json"
LOG = "log.jsonl"
BLOBS = "blobs"


class RunFolder:
    """A run on disk, for reading: its folder, or the file it was packed into."""

    def __init__(self, path: Path, layer: str = layers.NEWEST, files: Files | None = None) -> None:
        """``layer`` is by what judging it is read: the last one, one by name, or the ``log``'s.

        ``files`` are those of a packed run (:func:`open_runs`).
        """
        if files is None and path.is_file():
            raise UsageError(
                f"{path} is one file: a packed run, if anything, which is never changed",
                hint="unpack it into a folder first, with any program that reads zip files",
            )
        self.path = path
        self.files = files if files is not None else FolderFiles(path)
        self.manifest = self._manifest()
        """As it was written."""
        self.layer = layers.chosen(self.files, self.manifest.id, layer)
        """The judging that counts; None where it is the run's own."""
        self.record = layers.as_judged(self.manifest, self.layer.header if self.layer else None)
        """The manifest with the judge and the contest of the judging that counts."""

    @property
    def packed(self) -> bool:
        """Whether it is one file, which is only read."""
        return isinstance(self.files, PackedFiles)

    @property
    def layers(self) -> tuple[layers.Layer, ...]:
        """All judgings beside the log that are whole, the oldest first."""
        return layers.layers_of(self.files, self.manifest.id)

    def _manifest(self) -> RunRecord:
        place = self.path / MANIFEST
        try:
            record = decode_manifest(self.files.read(MANIFEST))
        except FileNotFoundError:
            raise UsageError(
                f"{self.path} is not a run folder: it has no {MANIFEST}",
                hint="name a folder that `harness run` wrote, such as runs/<date>-<task>-…",
            ) from None
        except OSError as error:
            raise StoreError(f"{place} cannot be read: {error.strerror}") from error
        except (msgspec.MsgspecError, *DAMAGED) as error:
            raise CorruptLog(
                f"{place} is damaged: {error}",
                hint="the manifest is written once; restore it from a copy of the run",
            ) from error
        if record.schema > SCHEMA:
            raise CorruptLog(
                f"{place} was written by a newer harness (schema {record.schema}; "
                f"this one reads up to {SCHEMA})",
                hint="upgrade olympiad-harness",
            )
        return record

    def replay(self) -> Iterator[Record]:
        """Yield every record in the order of writing; a torn last line is left out.

        What the layer found comes where the log had been when the layer was made. Raises
        :class:`~harness.errors.CorruptLog` naming the line that cannot be read.
        """
        return (record for _, record in self.placed())

    def placed(self) -> Iterator[tuple[int, Record]]:
        """Yield every record as :meth:`replay` does, with where its line begins in the log.

        The place is -1 for a record that cannot be read again from one: a layer's, or a packed
        run's.
        """
        layer = self.layer
        log = self._logged()
        if self.packed:
            log = ((-1, record) for _, record in log)
        if layer is None:
            yield from log
            return
        yield from islice(log, layer.header.after)
        yield from ((-1, record) for record in layers.records(self.files, layer))
        yield from log

    def at(self, places: Iterable[int]) -> Iterator[Record]:
        """Yield the records whose lines begin at some places of the log."""
        try:
            with self.files.open(LOG) as log:
                schema = decode_header(log.readline(LONGEST)).schema
                for place in places:
                    log.seek(place)
                    yield decode_record(log.readline(LONGEST), schema)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise CorruptLog(
                f"{self.path / LOG} has changed since it was read: {error}",
                hint="a log only grows; restore it from a copy",
            ) from error

    def logged(self) -> Iterator[Record]:
        """Yield every record of the log alone."""
        return (record for _, record in self._logged())

    def _logged(self) -> Iterator[tuple[int, Record]]:
        """Yield every record of the log with where its line begins."""
        place = self.path / LOG
        try:
            log = self.files.open(LOG)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreError(f"{place} cannot be read: {error.strerror}") from error
        with log:
            schema, number, start = SCHEMA, 0, 0
            try:
                for number, line in enumerate(iter(partial(log.readline, LONGEST), b""), start=1):
                    if line[-1:] != b"\n":
                        if len(line) == LONGEST:
                            raise ValueError("the line has no end")
                        return
                    if number == 1:
                        schema = decode_header(line).schema
                    else:
                        yield start, decode_record(line, schema)
                    start += len(line)
            except (ValueError, msgspec.MsgspecError, *DAMAGED) as error:
                raise CorruptLog(
                    f"{place}, line {number}: {error}",
                    hint="only the last line may be torn; restore the file from a copy",
                ) from error

    def check_begun(self, begun: int) -> None:
        """Raise :class:`~harness.errors.CorruptLog` where a finished run has lost attempts.

        A run is sealed when nothing is left to do, so a log that then has fewer attempts than were
        planned is part of a log, such as of a copy that was cut off; its scores would be of others.
        """
        if self.record.ended and begun < self.record.planned:
            raise CorruptLog(
                f"{self.path / LOG} has {begun:,} of {self.record.planned:,} attempts of a run "
                "that was finished: the end of it is missing",
                hint="copy the run folder again; or --resume does what is lost once more",
            )

    def text(self, ref: TextRef) -> str:
        """Return a text by reference; raises :class:`~harness.errors.StoreError` if it is gone."""
        place = self.blob_path(ref)
        try:
            if self.packed and ref.size > LARGEST:
                raise EOFError("a packed run holds no text as large as this")
            data = _unpacked(self.files.read(_blob_name(ref)), ref.size)
        except (OSError, *DAMAGED) as error:
            raise CorruptLog(f"{place}: the text cannot be read: {error}") from error
        if hashlib.sha256(data).hexdigest() != ref.sha256:
            raise CorruptLog(f"{place}: the text is not what its name says")
        return data.decode("utf-8", "surrogatepass")

    def stamp(self, ref: TextRef) -> Sequence[int]:
        """Return numbers that are others when a text's file is another; none where it is gone."""
        return self.files.stamp(_blob_name(ref))

    def blob_path(self, ref: TextRef) -> Path:
        """Return where a text is kept."""
        return self.path / _blob_name(ref)


def open_runs(path: Path, layer: str = layers.NEWEST) -> tuple[RunFolder, ...]:
    """Return the run of a folder, or all those of a packed file, by their ids."""
    if not path.is_file():
        return (RunFolder(path, layer),)
    pack = Pack(path)
    return tuple(RunFolder(path / run, layer, pack.files(run)) for run in pack.runs)


class Recorder(RunFolder, ABC):
    """A run on disk, for the one process that adds to it; its threads may write at once.

    It reads the log alone: what another judging found is no part of what is continued.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, layers.LOG_ONLY)
        self._sound: set[str] = set()
        """Texts that this process has written, or read and found to be what they should be."""
        self._fresh: set[Path] = set()
        """Texts that are kept, but that a crash of the machine could still take."""
        self._recent: deque[tuple[TextRef, str]] = deque(maxlen=2)
        """Texts kept last: who keeps an answer reads it next."""
        self._appending = threading.Lock()

    @abstractmethod
    def append(self, record: Record) -> None:
        """Write one record."""

    @abstractmethod
    def append_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Write the ends of attempts."""

    @abstractmethod
    def close(self) -> None:
        """Release what is held; safe to call twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def put_text(self, text: str) -> TextRef:
        """Keep a text and return its reference; an equal text is kept once.

        A file that is there but is not this text (a crash of the machine can leave it empty)
        is written anew.
        """
        data = text.encode("utf-8", "surrogatepass")
        ref = TextRef(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        self._recent.append((ref, text))
        if ref.sha256 in self._sound:
            return ref
        place = self.blob_path(ref)
        if not (place.exists() and self._holds(ref)):
            # mtime=0: equal texts give equal files, whenever they were written. Quick rather
            # than small: thousands of answers are waited for meanwhile.
            packed = gzip.compress(data, compresslevel=1, mtime=0)
            try:
                _write_text(place, packed)
            except OSError as error:
                raise _unwritable(self.path, error) from error
        self._sound.add(ref.sha256)
        with self._appending:
            self._fresh.add(place)
        return ref

    def text(self, ref: TextRef) -> str:
        """Return a text by reference, without the disk where it was kept just now."""
        for known, text in self._recent:
            if known == ref:
                return text
        return super().text(ref)

    def _holds(self, ref: TextRef) -> bool:
        try:
            super().text(ref)
        except CorruptLog:
            return False
        return True

    def _flush_texts(self) -> None:
        """Put all texts that were kept on the disk."""
        with self._appending:
            fresh, self._fresh = self._fresh, set()
        folders = {place.parent for place in fresh}
        for place in [*fresh, *sorted({*folders, *(each.parent for each in folders)})]:
            flush(place)


class RunWriter(Recorder):
    """A run on disk, for the one process that writes its log."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._ending = threading.Lock()
        self._log = self._open_log()

    @classmethod
    def create(cls, path: Path, record: RunRecord) -> Self:
        """Start a new run in a folder that must not exist yet."""
        made = False
        try:
            path.mkdir(parents=True)
            made = True
            (path / BLOBS).mkdir()
            write_atomically(path / MANIFEST, encode_manifest(record))
        except FileExistsError:
            raise UsageError(
                f"{path} exists already",
                hint=f"continue it with --resume {path}, or choose another folder",
            ) from None
        except OSError as error:
            if made:  # no run yet: nothing is in it, and nothing can be continued
                shutil.rmtree(path, ignore_errors=True)
            raise StoreError(
                f"{path} cannot be written: {error.strerror or error}",
                hint="nothing was generated yet; choose a place that is yours and has room with -o",
            ) from error
        return cls(path)

    def _open_log(self) -> int:
        place = self.path / LOG
        try:
            descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _unwritable(self.path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise WriterConflict(
                f"{self.path} is being written by another process",
                hint="wait for it, or stop it; a finished or killed process holds no lock",
            ) from None
        try:
            self._end = _cut_torn_tail(descriptor)
            if self._end == 0:
                self._write(descriptor, encode_line(Header(schema=SCHEMA, run=self.record.id)))
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def append(self, record: Record) -> None:
        """Write one record; the end of an attempt is also flushed to the disk, after its texts."""
        if isinstance(record, AttemptEnd):
            self.append_ends((record,))
        else:
            self._write(self._log, encode_line(record))

    def append_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Write the ends of attempts and flush them to the disk, after all texts; this may last."""
        with self._ending:
            try:
                self._flush_texts()
                self._write(self._log, b"".join(encode_line(end) for end in ends))
                os.fdatasync(self._log)
            except OSError as error:
                raise _unwritable(self.path, error) from error

    def _write(self, descriptor: int, lines: bytes) -> None:
        with self._appending:
            done = 0
            try:
                while done < len(lines):
                    done += os.pwrite(descriptor, lines[done:], self._end + done)
            except OSError as error:
                # Part of a line must not stay: the next record would be glued to it.
                with contextlib.suppress(OSError):
                    os.ftruncate(descriptor, self._end)
                raise _unwritable(self.path, error) from error
            self._end += done

    def seal(self, ended: str) -> None:
        """Write the moment of ending into the manifest; done once, when nothing is left to do."""
        self.record = msgspec.structs.replace(self.record, ended=ended)
        try:
            write_atomically(self.path / MANIFEST, encode_manifest(self.record))
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def close(self) -> None:
        """Flush what no end has flushed and release the lock; safe to call twice."""
        if self._log >= 0:
            try:
                if self._fresh:
                    self.append_ends(())
            finally:
                os.close(self._log)
                self._log = -1


def _blob_name(ref: TextRef) -> str:
    return f"{BLOBS}/{ref.sha256[:2]}/{ref.sha256[2:]}.gz"


def _unpacked(packed: bytes, size: int) -> bytes:
    """Return a text of a known size; one that would be longer is not unpacked to its end."""
    unpacker = zlib.decompressobj(wbits=31)
    data = unpacker.decompress(packed, size + 1)
    if not unpacker.eof:
        raise EOFError("it is cut off, or longer than it should be")
    return data


def write_atomically(place: Path, data: bytes) -> None:
    """Write a file that is either the old one or the new one, never half of it.

    Its bytes are on the disk before it takes its name.
    """
    handle, name = tempfile.mkstemp(prefix=f".{place.name[:32]}-", dir=place.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o644)
        fresh.rename(place)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _write_text(place: Path, packed: bytes) -> None:
    """Write a text, whole for whoever reads it now; a crash of the machine may leave it empty."""
    fresh = place.with_suffix(".new")
    try:
        try:
            fresh.write_bytes(packed)
        except FileNotFoundError:
            place.parent.mkdir(exist_ok=True)
            fresh.write_bytes(packed)
        fresh.rename(place)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def flush(place: Path) -> None:
    """Put a file, or the names in a folder, on the disk."""
    descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cut_torn_tail(descriptor: int) -> int:
    """Cut the file after its last newline and return its length."""
    size = os.fstat(descriptor).st_size
    end = size
    while end > 0:
        start = max(0, end - 65536)
        chunk = os.pread(descriptor, end - start, start)
        newline = chunk.rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end < size:
        os.ftruncate(descriptor, end)
    return end


def _unwritable(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path} cannot be written: {error.strerror or error}",
        hint="nothing that was logged is lost; make room, then continue with "
        f"`harness run --resume {path}`",
    )
