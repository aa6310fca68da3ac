"""A few slots, leased one at a time; a slot that failed is thrown away and made anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from harness.errors import BoxError
from sandbox.box import Blob, Box, Job, Result

B = TypeVar("B", bound=Box)


class Lease(Box):
    """A slot in the hands of one thread; see :class:`sandbox.box.Box`."""

    def __init__(self, box: Box) -> None:
        self.facts = box.facts
        self._box = box
        self._begun: list[Generator[tuple[Result, ...], None, None]] = []

    def put(self, source: Path | bytes) -> Blob:
        """Bring bytes into the slot once."""
        return self._box.put(source)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Result, ...]]:
        """Run jobs in order."""
        results = self._results(jobs)
        self._begun.append(results)
        return results

    def _results(self, jobs: Iterable[Job]) -> Generator[tuple[Result, ...], None, None]:
        yield from self._box.run(jobs)

    def read(self, blob: Blob, limit: int | None = None) -> bytes:
        """Return a blob's bytes."""
        return self._box.read(blob, limit)

    def settle(self) -> bool:
        """Await what was sent and not looked at; return whether the slot can be used again.

        Who leaves in the middle of a run would leave its answers to whoever comes next.
        """
        try:
            for results in self._begun:
                results.close()
        except BoxError:
            return False
        return True

    def close(self) -> None:
        """Remove the slot."""
        self._box.close()


class Pool(Generic[B]):
    """At most ``size`` slots, made when first needed."""

    def __init__(self, make: Callable[[], B], size: int) -> None:
        self._make = make
        self._free = threading.Semaphore(size)
        self._idle: list[B] = []
        self._leased: set[B] = set()
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        """Yield a slot for one thread, waiting until one is free.

        A slot out of which a :class:`~harness.errors.BoxError` came is closed. Any other
        error is not the slot's: it stays warm.
        """
        with self._free:
            box = self._take()
            sound = False
            try:
                lease = Lease(box)
                try:
                    yield lease
                except BoxError:
                    raise
                except Exception:
                    sound = lease.settle()
                    raise
                sound = lease.settle()
            finally:
                self._give(box, sound)

    def _take(self) -> B:
        with self._lock:
            if self._closed:
                raise BoxError("the judge is closed")
            if self._idle:
                box = self._idle.pop()
                self._leased.add(box)
                return box
        box = self._make()
        with self._lock:
            self._leased.add(box)
        return box

    def _give(self, box: B, sound: bool) -> None:
        with self._lock:
            self._leased.discard(box)
            keep = sound and not self._closed
            if keep:
                self._idle.append(box)
        if not keep:
            box.close()

    def close(self) -> None:
        """Close every slot, those in use as well: whoever uses one gets a BoxError."""
        with self._lock:
            self._closed = True  # a slot that is being made now is closed when it comes back
            boxes = [*self._idle, *self._leased]
            self._idle.clear()
        for box in boxes:
            box.close()
