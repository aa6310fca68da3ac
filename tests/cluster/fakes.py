"""Nodes and slots in this process: the real worker and the real shelf, without an engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from harness.cluster.dispatch import Dispatcher, SlotLost
from harness.cluster.shelf import Shelf
from harness.cluster.slot import Opened, Slot
from harness.errors import BoxError
from harness.types import FileRef, Problem


class FakeNode:
    """A folder that stands for a machine."""

    def __init__(self, name: str, cache: Path) -> None:
        self.name = name
        self.problems: dict[str, str] = {}
        self.lock = threading.Lock()
        self.alive = True
        self.taken: list[str] = []
        """Contents that were brought, by their names."""
        self._shelf = Shelf(cache)

    def lacking(self, names: tuple[str, ...]) -> tuple[str, ...]:
        self.check()
        return self._shelf.lacking(names)

    def take(self, problem: Problem, ref: FileRef) -> None:
        self.check()
        self.taken.append(ref.sha256)
        self._shelf.take(ref.sha256, Path(problem.folder, ref.path).read_bytes())

    def lay_out(self, problem: bytes) -> str:
        self.check()
        return self._shelf.lay_out(msgspec.msgpack.decode(problem, type=Problem))

    def check(self) -> None:
        if not self.alive:
            raise SlotLost("the node is dead")


class FakeSlot:
    """A slot that dies with its node, also in the middle of a job."""

    def __init__(self, node: FakeNode, cache: Path, opened: Opened | None = None) -> None:
        self.node = node
        self.known: set[str] = set()
        self.done = 0
        self.before: Callable[[FakeSlot], None] = lambda slot: None
        """What happens when a job arrives."""
        self._slot = Slot(cache, "embedded", opened) if opened else Slot(cache, "embedded")

    def learn(self, name: str, problem: bytes, folder: str) -> None:
        self.node.check()
        self._slot.learn(name, problem, folder)

    def do(self, job: bytes) -> bytes:
        self.before(self)
        self.node.check()
        outcome = self._slot.do(job)
        self.node.check()
        self.done += 1
        return outcome

    def close(self) -> None:
        self._slot.close()


def dispatcher(*slots: FakeSlot, patience_s: float = 0.2) -> Dispatcher:
    """Return a dispatcher with slots that are ready."""
    made = Dispatcher(
        patience_s=patience_s, nobody=lambda: BoxError("no slot", hint="start a node")
    )
    for slot in slots:
        made.add(slot)
    return made
