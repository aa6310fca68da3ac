"""The docker tier: a slot is one warm, unprivileged container.

The engine makes the namespaces, the mounts and a hard ceiling on memory and
processes; the same C runner as on every tier is process 1 inside. It is driven
over the container's attached standard input and output, so that nothing of the
host is shared with it: no folder, no port, no socket. It works with an engine on
another machine (``DOCKER_HOST``), and when this process dies, however it dies,
the engine closes that input, the runner ends, and the container is removed.

Limits are read back, from the engine and from inside; a box whose limits did not
take is refused.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from harness.errors import BoxError
from sandbox.attach import Attached
from sandbox.box import MEBIBYTE, Blob, Box, Facts, Job, Result, SlotRoot
from sandbox.driver import Driver
from sandbox.engine import LABEL, connect, least_used_core, remove, words
from sandbox.uids import some_uids

CAPABILITIES = ("CHOWN", "DAC_OVERRIDE", "KILL", "SETGID", "SETUID", "SYS_CHROOT")
"""What the runner needs to put programs under uids and roots of their own; programs get none."""

DEVICES = ("null", "random", "urandom")
"""What programs see of ``/dev``; compilers see ``/dev/zero`` as well (see ``runner/jail.c``)."""

ROOTS = 8
"""Processes of a step (``MAX_PROCESSES`` in ``runner.h``)."""

PIDS = 256
"""Processes and threads of a slot, above the sum of what its programs may have."""

SLACK_BYTES = 64 * MEBIBYTE
"""The runner, page tables, and what the kernel keeps for the slot."""

SCRATCH_BYTES = 4096 * MEBIBYTE
"""Outputs of one job; each is capped by its own limit, and all by the slot's memory."""

FIRST_MEMORY = 1280 * MEBIBYTE
"""For programs, until a job asks for more."""

QUIET_S = 120.0
"""How long an engine may keep quiet beyond what the jobs under way may take."""


class DockerBox(Box):
    """One slot in a container; see :class:`sandbox.box.Box`.

    ``root`` is ``bare`` for static programs to be judged (an empty root), ``runtime`` for
    interpreted ones (the image's runtimes) or ``toolchain`` for compiling (the image's
    compilers; never any test data). ``proc`` shows the container's own ``/proc`` to a toolchain.
    ``processes`` lets programs start processes, all of which count as one.
    ``on_free_core`` binds everything in it to the processor that fewest slots are bound to.
    """

    def __init__(
        self,
        image: str,
        *,
        root: SlotRoot = "bare",
        proc: bool = False,
        processes: bool = False,
        on_free_core: bool = False,
        disk_bytes: int = 512 * MEBIBYTE,
    ) -> None:
        self._disk = disk_bytes
        self._root = root
        self._proc = proc
        self._processes = processes
        self._room = 2 * disk_bytes + SLACK_BYTES
        """What may be in memory beside programs and their outputs: their folders."""
        self._ceiling = FIRST_MEMORY + self._room
        self._wall_s = 0.0
        self._attached: Attached | None = None
        self.id = ""
        self._client = connect()
        try:
            core = least_used_core(self._client) if on_free_core else None
            self._create(image, core)
            attached = self._open()
            self._driver = Driver(cast("IO[bytes]", attached), attached.reader)
            hello = dict(self._driver.hello().facts)
            self._read_back(hello, core)
        except BoxError:
            self.close()
            raise
        except Exception as error:
            self.close()
            raise BoxError(
                f"no judging slot can be made by the container engine: {words(error)}",
                hint="look at `harness doctor`, or use --sandbox embedded",
            ) from error
        except BaseException:
            self.close()
            raise
        told = ("cgroup", "memory", "proc", "uids")
        detail = {key: hello[key] for key in told if key in hello}
        detail["image"] = self._image
        detail["engine"] = self._engine
        self.facts = Facts(tier="docker", detail=tuple(sorted(detail.items())))

    # --- making --------------------------------------------------------------------------

    def _create(self, image: str, core: int | None) -> None:
        api = self._client.api
        command = ["container", f"uids={some_uids()}", f"disk={self._disk}"]
        boxes = [f"/roots/{i}/box" for i in range(ROOTS)]
        if self._root == "toolchain":
            boxes = ["/toolchain/box"]
        elif self._root == "runtime":
            boxes = [f"/toolchain/run/{i}" for i in range(ROOTS)]
        if self._root != "bare":
            command.append(self._root)
        if self._proc:
            command.append("proc")
        if self._processes:
            command.append("processes")
        # An engine adds `noexec` where it is not told otherwise; see open_program in process.c.
        runs = "exec" if self._processes else "noexec"
        small = f"rw,{runs},nosuid,nodev,size={self._disk},nr_inodes="
        tmpfs = dict.fromkeys(boxes, f"{small}4096,mode=0700")
        tmpfs["/scratch"] = f"rw,noexec,nosuid,nodev,size={SCRATCH_BYTES},nr_inodes=1024,mode=0700"
        if self._root == "toolchain":
            tmpfs["/toolchain/tmp"] = f"{small}8192,mode=1777"
        names = (*DEVICES, "zero") if self._root == "toolchain" else DEVICES
        roots = [f"/roots/{i}" for i in range(ROOTS)] if self._root == "bare" else ["/toolchain"]
        devices = [f"/dev/{name}:{root}/dev/{name}:rw" for root in roots for name in names]
        host = api.create_host_config(
            auto_remove=True,
            cap_drop=["ALL"],
            cgroupns="private",  # of version 2, where it shows the slot's own group as the root
            cap_add=list(CAPABILITIES),
            cpuset_cpus=None if core is None else str(core),
            devices=devices,
            ipc_mode="none",
            log_config={"Type": "none"},
            mem_limit=self._ceiling,
            memswap_limit=self._ceiling,
            network_mode="none",
            pids_limit=PIDS,
            read_only=True,
            security_opt=["no-new-privileges"],
            tmpfs=tmpfs,
        )
        # Not through create_container(), which cannot say that input ends with its only writer.
        config = api.create_container_config(
            image,
            command,
            stdin_open=True,
            network_disabled=True,
            labels={
                LABEL: self._root,
                f"{LABEL}.owner": f"{socket.gethostname()}:{os.getpid()}",
                f"{LABEL}.core": "" if core is None else str(core),
            },
            volumes=["/blobs"],
            host_config=host,
        )
        config.update(AttachStdin=True, AttachStdout=True, AttachStderr=True, StdinOnce=True)
        self.id = str(api.create_container_from_config(config, None)["Id"])

    def _open(self) -> Attached:
        # Attached before it is started, so that nothing it says is missed.
        self._attached = Attached(self._client, self.id)
        self._client.api.start(self.id)
        return self._attached

    def _read_back(self, hello: dict[str, str], core: int | None) -> None:
        """Refuse a slot that is not held as was asked for."""
        found = self._client.api.inspect_container(self.id)
        self._image = str(found["Image"])
        version = self._client.version()
        self._engine = str(version.get("Version", ""))
        given = found["HostConfig"]
        wanted = {
            "Memory": self._ceiling,
            "MemorySwap": self._ceiling,
            "PidsLimit": PIDS,
            "NetworkMode": "none",
            "ReadonlyRootfs": True,
            "Privileged": False,
        }
        for key, value in wanted.items():
            # -1 for swap where the engine cannot count it: said in the facts, and not needed.
            if given.get(key) != value and not (key == "MemorySwap" and given.get(key) == -1):
                raise _refused(f"{key} is {given.get(key)!r} in place of {value!r}")
        check_inside(hello, self._ceiling, PIDS, None if core is None else str(core))

    # --- work ----------------------------------------------------------------------------

    def put(self, source: Path | bytes) -> Blob:
        """Bring bytes into the slot once."""
        try:
            return self._driver.put(source)
        except BoxError as error:
            self._explain(error)
            raise

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Result, ...]]:
        """Run jobs in order."""
        try:
            yield from self._driver.run(self._within(jobs))
        except BoxError as error:
            self._explain(error)
            raise

    def _within(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """Pass jobs on, after making the slot large enough for each."""
        for job in jobs:
            need, wall = need_of(job)
            need += self._room
            if need > self._ceiling:
                self._raise_ceiling(need)
            if wall > self._wall_s:
                self._wall_s = wall
                assert self._attached is not None
                # Several jobs are under way, and are answered in order.
                self._attached.wait_at_most(8 * wall + QUIET_S)
            yield job

    def _raise_ceiling(self, need: int) -> None:
        # In steps, so that problems with slightly different limits cost one update.
        step = 1024 * MEBIBYTE
        ceiling = -(-need // step) * step
        try:
            self._client.api.update_container(self.id, mem_limit=ceiling, memswap_limit=ceiling)
            found = self._client.api.inspect_container(self.id)["HostConfig"]["Memory"]
        except Exception as error:
            raise BoxError(f"the memory limit cannot be changed: {words(error)}") from error
        if found != ceiling:
            raise _refused(f"Memory is {found} in place of {ceiling}")
        self._ceiling = ceiling

    def read(self, blob: Blob, limit: int | None = None) -> bytes:
        """Return a blob's bytes."""
        try:
            return self._driver.read(blob, limit)
        except BoxError as error:
            self._explain(error)
            raise

    def _explain(self, error: BoxError) -> None:
        """Say what became of the container when its runner does not answer."""
        if error.message.endswith(" is gone"):
            raise BoxError(
                f"{error.message}: {self._fate()}",
                hint="the slot is made anew; if it happens again, look at the engine's log",
            ) from error

    def _fate(self) -> str:
        if self._attached is not None and self._attached.trouble:
            return self._attached.trouble
        try:
            state = self._client.api.inspect_container(self.id)["State"]
        except Exception as error:
            if getattr(error, "status_code", 0) == 404:
                return "its container was ended and removed"
            return f"the container engine does not answer ({words(error)})"
        if state.get("OOMKilled"):
            return "its container was out of memory"
        return f"its container is {state.get('Status')} (exit code {state.get('ExitCode')})"

    # --- the end -------------------------------------------------------------------------

    def close(self) -> None:
        """End the container, and with it everything in the slot."""
        attached, self._attached = self._attached, None
        container, self.id = self.id, ""
        if attached is not None:
            attached.close()
        if container:
            remove(self._client, container)
        with contextlib.suppress(Exception):
            self._client.close()


def need_of(job: Job) -> tuple[int, float]:
    """Return the bytes of memory, outputs included, and the seconds a job may take at most."""
    memory, outputs, seconds = 0, 0, 0.0
    for step in job.steps:
        together, wall = 0, 0.0
        for process in step.processes:
            limits = process.limits
            together += limits.memory_bytes
            outputs += 2 * limits.output_bytes  # standard output and error, kept to the job's end
            wall = max(wall, limits.wall_s)
        memory = max(memory, together)
        seconds += wall
    return memory + outputs, seconds


def check_inside(hello: dict[str, str], memory: int, pids: int, cpus: str | None) -> None:
    """Compare what a slot's own control group says with what was asked for.

    Raises :class:`~harness.errors.BoxError` naming the first limit that did not take.
    """
    if hello.get("cgroup", "0") == "0":
        raise _refused("no control group can be read inside")
    if "oom" not in hello:
        raise _refused("the control group counts no kills for memory")
    for key, value in (("memory_max", memory), ("pids_max", pids)):
        found = hello.get(key)
        if found is not None and found != str(value):
            raise _refused(f"{key} is {found} in place of {value} inside")
        if found is None and key == "memory_max":
            raise _refused("there is no memory limit inside")
    # Version 1 counts memory and swap together, version 2 swap alone; without a count there is
    # no file, and what is swapped out is only held by the limits of each process.
    swap = str(memory) if hello["cgroup"] == "1" else "0"
    if hello.get("swap_max", swap) != swap:
        raise _refused(f"swap_max is {hello['swap_max']} in place of {swap} inside")
    if cpus is not None and hello.get("cpus", cpus) != cpus:
        raise _refused(f"cpus is {hello['cpus']} in place of {cpus} inside")


def _refused(what: str) -> BoxError:
    return BoxError(
        f"the container engine did not hold a slot to its limits: {what}",
        hint="rootless engines need delegated control groups; or use --sandbox embedded",
    )
