"""Who does the next job, and what is done when whoever had it is gone.

A job is handed to one slot at a time, and its result is taken from the slot that has it: when a
slot is lost the job goes to another one, and what the lost one may still have found reaches nobody.
So nothing is lost, and nothing counts twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

import msgspec

from harness.cluster.jobs import Job, Outcome, decode_outcome, encode
from harness.cluster.shelf import files_of, problem_name
from harness.errors import BoxError
from harness.types import FileRef, Problem

log = logging.getLogger(__name__)

MOST_LOST = 5
"""Slots that one job may take with it before it is held to be the cause."""


class SlotLost(Exception):
    """A slot, or its whole node, does not answer any more."""


class RemoteNode(Protocol):
    """A machine with slots; its shelf is shared by them. Whatever it does may raise SlotLost."""

    name: str
    problems: dict[str, str]
    """Folders of the problems that were laid out there, by name."""
    lock: threading.Lock

    def lacking(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return which contents are not there."""
        ...

    def take(self, problem: Problem, ref: FileRef) -> None:
        """Bring one file there."""
        ...

    def lay_out(self, problem: bytes) -> str:
        """Put a problem's files under their names, and return the folder."""
        ...


class RemoteSlot(Protocol):
    """A slot elsewhere. Whatever it does may raise SlotLost."""

    known: set[str]
    """Problems that it was told of."""

    @property
    def node(self) -> RemoteNode:
        """Where it is."""
        ...

    def learn(self, name: str, problem: bytes, folder: str) -> None:
        """Tell it of a problem."""
        ...

    def do(self, job: bytes) -> bytes:
        """Have it do a job."""
        ...


class Dispatcher:
    """The slots that are there now; thread-safe."""

    def __init__(self, *, patience_s: float, nobody: Callable[[], BoxError]) -> None:
        """``nobody`` is the error of having no slot for longer than ``patience_s``."""
        self._patience_s = patience_s
        self._nobody = nobody
        self._slots: set[RemoteSlot] = set()
        self._free: deque[RemoteSlot] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self.lost = 0
        """Jobs that were handed out again."""
        self._encoded: dict[str, bytes] = {}

    def add(self, slot: RemoteSlot) -> None:
        """Take in a slot that is ready."""
        with self._changed:
            self._slots.add(slot)
            self._free.append(slot)
            self._changed.notify_all()

    def drop(self, slot: RemoteSlot) -> None:
        """Give up a slot; safe to call twice."""
        with self._changed:
            self._slots.discard(slot)
            if slot in self._free:
                self._free.remove(slot)
            self._changed.notify_all()

    @property
    def slots(self) -> frozenset[RemoteSlot]:
        """The slots that are there now, busy ones included."""
        with self._changed:
            return frozenset(self._slots)

    def close(self) -> None:
        """Have every call that waits for a slot fail."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def do(self, job: Job, problem: Problem | None = None) -> Outcome:
        """Have a job done somewhere; blocks until it is.

        Raises the error that its judge raised, and :class:`~harness.errors.BoxError` where no slot
        is left, or where the job takes every slot with it.
        """
        lost: list[str] = []
        while True:
            slot = self._lease()
            try:
                done = self._try(slot, job, problem)
            except SlotLost as error:
                self.drop(slot)
                if self._closed:
                    raise BoxError("the judge is closed") from error
                lost.append(f"{slot.node.name}: {error}")
                self.lost += 1
                log.debug("a slot of %s is lost; its job goes to another one", slot.node.name)
            except BaseException:
                self._give(slot)
                raise
            else:
                self._give(slot)
                if done.failure is not None:
                    raise done.failure.error(slot.node.name)
                return done
            if len(lost) >= MOST_LOST:
                raise BoxError(
                    f"{len(lost)} judging slots were lost one after the other with the same job "
                    f"(the last: {lost[-1]})",
                    hint="see the logs of Ray on that node; resuming the run judges again",
                )

    def _try(self, slot: RemoteSlot, job: Job, problem: Problem | None) -> Outcome:
        if problem is not None:
            name = problem_name(problem)
            job = msgspec.structs.replace(job, problem=name)
            if name not in slot.known:
                bare = self._bare(name, problem)
                slot.learn(name, bare, self._brought(slot.node, name, problem, bare))
                slot.known.add(name)
        return decode_outcome(slot.do(encode(job)))

    def _bare(self, name: str, problem: Problem) -> bytes:
        """Return a problem as it travels: without its statement, and without places here."""
        if name not in self._encoded:
            bare = msgspec.structs.replace(problem, folder="", statement="")
            self._encoded[name] = msgspec.msgpack.encode(bare)
        return self._encoded[name]

    def _brought(self, node: RemoteNode, name: str, problem: Problem, bare: bytes) -> str:
        """Bring what a node lacks of a problem, once for all its slots, and return its folder."""
        with node.lock:
            if name not in node.problems:
                refs = {ref.sha256: ref for ref in files_of(problem)}
                for missing in node.lacking(tuple(refs)):
                    node.take(problem, refs[missing])
                node.problems[name] = node.lay_out(bare)
            return node.problems[name]

    def _lease(self) -> RemoteSlot:
        with self._changed:
            until = time.monotonic() + self._patience_s
            while not self._free:
                if self._closed:
                    raise BoxError("the judge is closed")
                if self._slots:  # busy, not gone
                    until = time.monotonic() + self._patience_s
                elif time.monotonic() >= until:
                    raise self._nobody()
                self._changed.wait(min(1.0, max(0.01, until - time.monotonic())))
            return self._free.popleft()

    def _give(self, slot: RemoteSlot) -> None:
        with self._changed:
            if slot in self._slots:
                self._free.append(slot)
                self._changed.notify()
