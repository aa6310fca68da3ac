"""The writer of one layer: nothing is at its place before all of it is.

Attempts are judged side by side and end in any order; their records are put into the layer in the
order in which they are asked to be kept, so that two judgings that found the same write the same.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from harness import layers
from harness.codec import encode_line
from harness.errors import StoreError, UsageError, WriterConflict
from harness.layers import Layer, LayerEnd, LayerHeader
from harness.measured import found_in, measured_in
from harness.store import LOG, Recorder, flush
from harness.types import AttemptEnd, AttemptStart, Grade, Record


class LayerWriter(Recorder):
    """A run on disk, for the one process that makes a layer of it.

    As long as it is open no other process writes the run's log. What is not kept with
    :meth:`commit` leaves nothing behind.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._waiting: dict[str, list[Record]] = {}
        """Records of attempts that are not kept yet, by attempt."""
        self._digest = hashlib.sha256()
        self._records = 0
        self._folder = path / layers.FOLDER
        self._log = _shared_lock(path)
        try:
            self._folder.mkdir(exist_ok=True)
            self._found, self._found_place = self._fresh_file()
            self._times, self._times_place = self._fresh_file()
        except OSError as error:
            os.close(self._log)
            raise self._unwritable(error) from error

    @property
    def after(self) -> int:
        """Records that the log has."""
        with os.fdopen(os.dup(self._log), "rb") as log:
            log.seek(0)
            lines = sum(chunk.count(b"\n") for chunk in iter(lambda: log.read(1 << 20), b""))
        return max(0, lines - 1)

    def append(self, record: Record) -> None:
        """Take in one record of an attempt; it is written when the attempt is kept."""
        attempt = record.id if isinstance(record, AttemptStart) else record.attempt
        with self._appending:
            self._waiting.setdefault(attempt, []).append(record)

    def append_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Take in ends of attempts."""
        for end in ends:
            self.append(end)

    def keep(self, attempt: str) -> None:
        """Write what was found of an attempt."""
        with self._appending:
            found = self._waiting.pop(attempt, [])
        try:
            for record in found:
                if isinstance(record, Grade):
                    self._times.write(msgspec.json.encode(measured_in(record)) + b"\n")
                    record = found_in(record)
                line = encode_line(record)
                self._digest.update(line)
                self._found.write(line)
                self._records += 1
        except OSError as error:
            raise self._unwritable(error) from error

    def commit(self, header: LayerHeader) -> Layer:
        """Put the layer into its place, after its texts, and return it."""
        end = LayerEnd(records=self._records, sha256=self._digest.hexdigest())
        try:
            self._flush_texts()
            whole = self._with(header, end)
            self._times.flush()
            os.fsync(self._times.fileno())
            with _locked(self._folder):
                known = layers.names(self.files)
                last = int(known[-1].partition("-")[0]) if known else 0
                name = layers.named(last + 1, header)
                self._place(self._times_place, name + layers.TIMES)
                self._place(whole, name + layers.SUFFIX)
        except OSError as error:
            raise self._unwritable(error) from error
        return Layer(name=name, header=header, end=end)

    def _with(self, header: LayerHeader, end: LayerEnd) -> Path:
        """Return a new file with the records between header and end, on the disk."""
        self._found.seek(0)
        whole, place = self._fresh_file()
        try:
            with whole:
                whole.write(msgspec.json.encode(header) + b"\n")
                for chunk in iter(lambda: self._found.read(1 << 20), b""):
                    whole.write(chunk)
                whole.write(msgspec.json.encode(end) + b"\n")
                whole.flush()
                os.fsync(whole.fileno())
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        return place

    def _fresh_file(self) -> tuple[IO[bytes], Path]:
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self._folder)
        return os.fdopen(handle, "w+b"), Path(name)

    def _place(self, fresh: Path, name: str) -> None:
        """Give a file its name for good."""
        place = self._folder / name
        if place.exists():  # the number is new, so this is what a crash left of one
            raise StoreError(f"{place} is there already", hint=f"move it away: {place} is no layer")
        fresh.chmod(0o644)
        fresh.rename(place)
        flush(self._folder)

    def close(self) -> None:
        """Remove what is not in its place and release the lock; safe to call twice."""
        if self._log >= 0:
            for file, place in (
                (self._found, self._found_place),
                (self._times, self._times_place),
            ):
                file.close()
                place.unlink(missing_ok=True)
            os.close(self._log)
            self._log = -1

    def _unwritable(self, error: OSError) -> StoreError:
        return StoreError(
            f"{self._folder} cannot be written: {error.strerror or error}",
            hint="the run is as it was; make room, or copy the run to a place that is yours",
        )


def _shared_lock(path: Path) -> int:
    """Return the log, opened and locked against those who would write it."""
    try:
        descriptor = os.open(path / LOG, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(
            f"{path} holds nothing to judge: {LOG} cannot be read ({error.strerror})",
            hint="name a run in which something was handed in",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise WriterConflict(
            f"{path} is being written by another process",
            hint="wait for it, or stop it; a finished or killed process holds no lock",
        ) from None
    return descriptor


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder, so that two layers do not take one number."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
