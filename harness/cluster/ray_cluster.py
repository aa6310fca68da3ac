"""The slots of a Ray cluster: who offers them, opened where they are, watched while we run.

A machine offers slots by a resource of its own, ``ray start --resources '{"harness_slot": 8}'``. On
each such node there is one actor with its files and one actor for each slot, which holds one unit
of the resource. Nodes may come and go: new ones are taken in, those that die are given up.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from harness.cluster.alike import check_alike, check_version
from harness.cluster.dispatch import Dispatcher, SlotLost
from harness.cluster.jobs import Hello, decode_opening
from harness.cluster.shelf import Shelf
from harness.cluster.slot import Slot
from harness.config import environment, settings
from harness.errors import BoxError, ConfigError, HarnessError, UsageError
from harness.types import FileRef, Problem

log = logging.getLogger(__name__)

RESOURCE = "harness_slot"
"""Of which each judging slot takes one."""
LISTENS_S = 10.0
"""Within which a cluster's head takes a connection."""
CLOSE_S = 5.0
LOOK_S = 0.5
"""Between two looks at the nodes."""
MOST_FAILURES = 3
"""Slots of one node that may fail to open, or die, before no more are opened there."""
HELD_BYTES = 1 << 30
"""Files that are held in the object store for nodes that have not got them yet."""
START = """start Ray on each machine that is to judge, such as
  ray start --head --resources '{"harness_slot": 8}'
  ray start --address HOST:6379 --resources '{"harness_slot": 8}'"""


class NodeSlot(Slot):
    """A slot with the settings of the node that it is on."""

    def __init__(self, cache: str, sandbox: str) -> None:
        super().__init__(Path(cache) if cache else settings(environment()).cache, sandbox)


class NodeShelf(Shelf):
    """The files of the node that it is on."""

    def __init__(self, cache: str) -> None:
        super().__init__(Path(cache) if cache else settings(environment()).cache)

    def spread(self, problem: bytes) -> str:
        """Put a problem's files under their names, and return the folder."""
        return self.lay_out(msgspec.msgpack.decode(problem, type=Problem))


def ray_module() -> Any:
    """Return Ray, or say how it is installed."""
    try:
        import ray
    except ImportError as error:
        raise UsageError(
            "--executor ray needs Ray, which is not installed here",
            hint="pip install 'olympiad-harness[ray]', on every node alike",
        ) from error
    return ray


class Sent:
    """Files in the object store, the newest: a node fetches them from whichever node has them."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self._refs: dict[str, tuple[Any, int]] = {}
        self._lock = threading.Lock()

    def ref(self, problem: Problem, file: FileRef) -> Any:
        """Return the reference of a file's bytes."""
        with self._lock:
            if file.sha256 not in self._refs:
                data = Path(problem.folder, file.path).read_bytes()
                self._refs[file.sha256] = (self._ray.put(data), len(data))
                while len(self._refs) > 1 and self._held > HELD_BYTES:
                    del self._refs[next(iter(self._refs))]
            return self._refs[file.sha256][0]

    @property
    def _held(self) -> int:
        return sum(size for _, size in self._refs.values())


class RayNode:
    """A node with slots (:class:`~harness.cluster.dispatch.RemoteNode`)."""

    def __init__(self, cluster: RayCluster, node: str, name: str, slots: int) -> None:
        self.name = name
        self.id = node
        self.slots = slots
        self.problems: dict[str, str] = {}
        self.lock = threading.Lock()
        self.cpu = ""
        self._cluster = cluster
        self._shelf = cluster.actor(NodeShelf, node, cluster.cache)

    def lacking(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return which contents are not there."""
        found: tuple[str, ...] = self._cluster.get(self._shelf.lacking.remote(names))
        return found

    def take(self, problem: Problem, ref: FileRef) -> None:
        """Bring one file there."""
        sent = self._cluster.sent.ref(problem, ref)
        self._cluster.get(self._shelf.take.remote(ref.sha256, sent))

    def lay_out(self, problem: bytes) -> str:
        """Put a problem's files under their names, and return the folder."""
        return str(self._cluster.get(self._shelf.spread.remote(problem)))


class RaySlot:
    """A slot on a node (:class:`~harness.cluster.dispatch.RemoteSlot`)."""

    def __init__(self, cluster: RayCluster, node: RayNode) -> None:
        self.node = node
        self.known: set[str] = set()
        self._cluster = cluster
        held = {RESOURCE: 1}
        self.actor = cluster.actor(NodeSlot, node.id, cluster.cache, cluster.sandbox, **held)
        self.opening = [self.actor.version.remote(), self.actor.hello.remote()]
        """The calls that open it."""

    def learn(self, name: str, problem: bytes, folder: str) -> None:
        """Tell it of a problem."""
        self._cluster.get(self.actor.learn.remote(name, problem, folder))

    def do(self, job: bytes) -> bytes:
        """Have it do a job."""
        done: bytes = self._cluster.get(self.actor.do.remote(job))
        return done


class RayCluster:
    """A connection to a cluster, and the slots that are open on it."""

    def __init__(
        self, address: str, *, sandbox: str, start_s: float, patience_s: float, cache: str = ""
    ) -> None:
        """``cache`` is the folder of every node; empty: as each node's own settings say."""
        self._ray = ray = ray_module()
        self.sandbox = sandbox
        self.cache = cache
        self._address = address
        self._ours = not ray.is_initialized()
        if self._ours:
            self._connect()
        self.sent = Sent(ray)
        self.dispatcher = Dispatcher(patience_s=patience_s, nobody=self._nobody)
        self._nodes: dict[str, RayNode] = {}
        self._opening: set[RaySlot] = set()
        self._opened: set[RaySlot] = set()
        self._failures: Counter[str] = Counter()
        self._refused: HarnessError | None = None
        self._hello: Hello | None = None
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._watching, name="ray-nodes", daemon=True)
        self._watch.start()
        try:
            self.hello = self._first(start_s)
        except BaseException:
            self.close()
            raise

    def _connect(self) -> None:
        try:
            _check_listens(self._address)
            self._ray.init(
                address=self._address,
                log_to_driver=False,
                logging_level=logging.ERROR,
                namespace="harness",
            )
        except Exception as error:
            where = "on this machine" if self._address == "auto" else f"at {self._address}"
            raise UsageError(
                f"no Ray cluster answers {where}: {str(error).splitlines()[0][:200]}", hint=START
            ) from error

    def _first(self, start_s: float) -> Hello:
        """Wait for the nodes that are there to open their slots, for the first at least."""
        until = time.monotonic() + start_s
        while time.monotonic() < until:
            if self._refused is not None:
                raise self._refused
            # All of them, where that takes no longer: a version that differs is found out now.
            if self._hello is not None and not self._opening:
                return self._hello
            time.sleep(0.05)
        if self._hello is None:
            raise self._nobody()
        return self._hello

    def _nobody(self) -> BoxError:
        nodes = [node for node in self._ray.nodes() if node["Alive"]]
        offered = {_name(node): int(node["Resources"].get(RESOURCE, 0)) for node in nodes}
        words = ", ".join(f"{name} offers {count}" for name, count in sorted(offered.items()))
        return BoxError(
            f"no node of the Ray cluster has a judging slot for us ({RESOURCE}: {words or 'none'})",
            hint="another run may hold them all; else " + START,
        )

    @property
    def width(self) -> int:
        """Slots that the nodes offer now."""
        return sum(node.slots for node in list(self._nodes.values()))

    @property
    def machines(self) -> tuple[tuple[str, str], ...]:
        """The nodes that judge, with their processors and slots; sorted pairs."""
        return tuple(
            sorted((node.name, f"{node.cpu}, {node.slots} slots") for node in self._nodes.values())
        )

    @property
    def cpus(self) -> tuple[str, ...]:
        """The models of the nodes' processors, each once."""
        return tuple(sorted({node.cpu for node in self._nodes.values() if node.cpu}))

    # --- what nodes and slots use -------------------------------------------------------------

    def actor(self, kind: type, node: str, *args: object, **resources: int) -> Any:
        """Start an actor on a node."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        there = NodeAffinitySchedulingStrategy(node_id=node, soft=False)
        options = {"num_cpus": 0, "resources": resources, "scheduling_strategy": there}
        return self._ray.remote(kind).options(**options, max_restarts=0).remote(*args)

    def get(self, ref: Any) -> Any:
        """Return what an actor returned; raises SlotLost where there is none any more."""
        try:
            return self._ray.get(ref)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.cause if isinstance(error.cause, Exception) else error
            raise cause from error
        except self._ray.exceptions.RayError as error:
            raise SlotLost(str(error).splitlines()[0][:200]) from error

    # --- nodes that come and go ---------------------------------------------------------------

    def _watching(self) -> None:
        while not self._ended.wait(LOOK_S if self._hello else 0.05):
            try:
                self._look()
            except Exception:  # the cluster's head is away: look again
                log.debug("the nodes cannot be listed", exc_info=True)

    def _look(self) -> None:
        alive = {node["NodeID"]: node for node in self._ray.nodes() if node["Alive"]}
        for gone in self._nodes.keys() - alive.keys():
            self._give_up(self._nodes.pop(gone))
        for node_id, node in alive.items():
            slots = int(node["Resources"].get(RESOURCE, 0))
            if slots and node_id not in self._nodes:
                self._nodes[node_id] = RayNode(self, node_id, _name(node), slots)
        for known in self._nodes.values():
            self._open(known)
        for slot in list(self._opening):
            self._take_in(slot)

    def _give_up(self, node: RayNode) -> None:
        log.warning("the Ray node %s is gone; its jobs go to the others", node.name)
        for slot in [slot for slot in self._opened | self._opening if slot.node is node]:
            self.dispatcher.drop(slot)
            self._opened.discard(slot)
            self._opening.discard(slot)

    def _open(self, node: RayNode) -> None:
        """Open the slots that a node offers and has not got, those that died included."""
        self._opened &= self.dispatcher.slots
        there = sum(slot.node is node for slot in self._opened | self._opening)
        if self._failures[node.id] < MOST_FAILURES:
            for _ in range(node.slots - there):
                self._opening.add(RaySlot(self, node))

    def _take_in(self, slot: RaySlot) -> None:
        """Take in a slot that has opened; one that cannot judge as the others do is refused."""
        ready, _ = self._ray.wait(slot.opening, num_returns=len(slot.opening), timeout=0)
        if len(ready) < len(slot.opening):
            return
        self._opening.discard(slot)
        try:
            version, opening = (self.get(ref) for ref in slot.opening)
            check_version(slot.node.name, version)
            found = decode_opening(opening)
            if found.failure is not None:
                raise found.failure.error(slot.node.name)
            assert found.hello is not None
            self._hello = self._hello or found.hello
            check_alike(slot.node.name, found.hello, self._hello)
        except SlotLost as error:
            self._failures[slot.node.id] += 1
            log.warning("a slot of the Ray node %s did not open: %s", slot.node.name, error)
        except HarnessError as error:
            self._failures[slot.node.id] = MOST_FAILURES
            self._ray.kill(slot.actor)
            if self._hello is None or isinstance(error, ConfigError):
                self._refused = self._refused or error
            log.warning("the Ray node %s is not used: %s", slot.node.name, error.message)
        else:
            slot.node.cpu = found.hello.cpu
            self._opened.add(slot)
            self.dispatcher.add(slot)

    def close(self) -> None:
        """End the slots and the connection; safe to call twice."""
        if self._ended.is_set():
            return
        self._ended.set()
        self._watch.join(CLOSE_S)  # a head that is dead may hold it
        self.dispatcher.close()
        for slot in self._opened | self._opening:
            self._ray.kill(slot.actor)
        if self._ours:
            self._ray.shutdown()


def _check_listens(address: str) -> None:
    """Raise OSError where nothing listens: Ray would try for minutes."""
    host, colon, port = address.rpartition(":")
    if colon and host and port.isdigit() and "://" not in host:
        socket.create_connection((host.strip("[]"), int(port)), timeout=LISTENS_S).close()


def _name(node: Mapping[str, Any]) -> str:
    """Return what people call a node."""
    return f"{node['NodeManagerHostname']}:{node['NodeManagerPort']}"
