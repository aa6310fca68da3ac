"""A few slots, leased one at a time; a slot that failed is thrown away and made anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from harness.errors import BoxError
from sandbox.box import Box

B = TypeVar("B", bound=Box)


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
    def lease(self) -> Iterator[B]:
        """Yield a slot for one thread, waiting until one is free.

        A slot out of which a :class:`~harness.errors.BoxError` came is closed.
        """
        with self._free:
            box = self._take()
            broken = True
            try:
                yield box
                broken = False
            finally:
                self._give(box, broken)

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

    def _give(self, box: B, broken: bool) -> None:
        with self._lock:
            self._leased.discard(box)
            keep = not broken and not self._closed
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
