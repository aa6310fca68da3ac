"""The embedded tier: a slot made of namespaces, where no container engine runs.

The runner makes user, pid, mount, network, ipc and uts namespaces once, and lives
in them as process 1; every program runs chrooted, without a /proc of the kernel's, under a uid of
its own where the host lets us map a range (as root), and without capabilities in
any case. There is no cgroup: memory is held by rlimits and by polling, and the
facts say so.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Literal

from harness.errors import BoxError
from sandbox.box import MEBIBYTE, Blob, Box, Facts, Job, Result, SlotRoot
from sandbox.build import build_runner
from sandbox.cores import Core
from sandbox.driver import Driver
from sandbox.slot_folder import SlotFolder
from sandbox.uids import exist, some_uids

Tier = Literal["embedded", "landlock", "unsafe"]

TREES = ("bin", "lib", "lib64", "lib32", "sbin", "etc/alternatives", "etc/java-*")
"""Where the host's programs and what they need may be."""

COMPILERS = ("usr", *TREES)
"""What a slot for compiling shows of the host."""

RUNTIMES = (
    *(f"usr/{name}" for name in ("bin", "lib", "lib64", "lib32", "local/bin", "local/lib")),
    *TREES,
)
"""What a slot for interpreted programs shows of the host: no headers, documents or shared data."""


class EmbeddedBox(Box):
    """One slot of namespaces; see :class:`sandbox.box.Box`.

    ``root`` is ``bare`` for static programs to be judged (an empty root), ``runtime`` for
    interpreted ones as well (the host's runtimes, read-only) or ``toolchain`` for compiling
    (the host's compilers, read-only); never any test data. ``proc`` adds a ``/proc`` of the
    slot's own processes to a toolchain, ``binds`` further folders of the host, read-only, by
    name. ``processes`` lets programs start processes, all of which count as one. ``tier`` is
    ``embedded`` (namespaces), ``landlock`` where there are none, or ``unsafe``, which gives up
    isolation: only rlimits and the filter.
    """

    def __init__(
        self,
        cache: Path,
        *,
        root: SlotRoot = "bare",
        proc: bool = False,
        processes: bool = False,
        binds: Mapping[str, Path] | None = None,
        disk_bytes: int = 512 * MEBIBYTE,
        tier: Tier = "embedded",
    ) -> None:
        self._runner = build_runner(cache)
        self._settings = [f"disk={disk_bytes}"]
        if root == "toolchain":
            self._settings += ["toolchain", *_shown(COMPILERS), *(["proc"] if proc else [])]
        elif root == "runtime":
            self._settings += _shown(RUNTIMES)
        if processes:
            self._settings.append("processes")
        if tier != "embedded":
            self._settings.append(tier)
        for name, path in (binds or {}).items():
            self._settings.append(f"bind={name}={path.absolute()}")
        self._folder = self._make_folder(cache.absolute() / "slots", tier)
        self._place = self._folder.path
        self._process: subprocess.Popen[bytes] | None = None
        self._back: IO[bytes] | None = None
        self._core = None if root == "toolchain" else Core()
        self._settings.append(f"core={self._core.number if self._core else 0}")
        try:
            self._driver, detail = self._start()
        except BaseException:
            self.close()
            raise
        self.facts = Facts(
            tier=tier,
            detail=tuple(sorted((*detail, ("runner", self._runner.version)))),
            tmp="/tmp" if tier == "embedded" else str(self._place / "roots" / "0" / "box"),
        )

    def _make_folder(self, slots: Path, tier: Tier) -> SlotFolder:
        if tier != "embedded" and os.geteuid() == 0:
            # Seen by its path, with a uid that may not enter root's folders.
            slots = Path(tempfile.gettempdir(), "harness-slots")
        try:
            slots.mkdir(mode=0o755, parents=True, exist_ok=True)
            if slots.is_symlink() or slots.stat().st_uid != os.geteuid():
                raise PermissionError(1, "the folder belongs to someone else")
            return SlotFolder(slots)
        except OSError as error:
            raise BoxError(
                f"no judging slot can be made in {slots}: {error.strerror}",
                hint="make room, or choose another place with HARNESS_CACHE=/path",
            ) from error

    def _start(self) -> tuple[Driver, tuple[tuple[str, str], ...]]:
        settings = list(self._settings)
        first = some_uids()
        # Without isolation too: a program that signals everyone must not be root.
        if os.geteuid() == 0 and exist(first):
            settings.append(f"uids={first}")
            os.chown(self._place, first, first)
        # Entered before the runner takes its new uid; what is in it is closed to others.
        self._place.chmod(0o711)
        try:
            self._process = subprocess.Popen(
                [str(self._runner.path), f"slot={self._place}", *settings],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise BoxError(f"the runner cannot be started: {error.strerror}") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # Buffered for reading, so that small frames need few system calls; not for writing.
        self._back = os.fdopen(os.dup(self._process.stdout.fileno()), "rb", buffering=1 << 16)
        driver = Driver(self._process.stdin, self._back)
        try:
            return driver, driver.hello().facts
        except BoxError as error:
            raise BoxError(
                f"no isolated judging slot can be made here: {error.message}",
                hint="allow user namespaces for this user, run as root, use Linux 6.12 or newer, "
                "or, for programs you trust, give up isolation with --unsafe",
            ) from error

    @property
    def pid(self) -> int:
        """The process outside the slot that started it."""
        assert self._process is not None
        return self._process.pid

    def put(self, source: Path | bytes) -> Blob:
        """Bring bytes into the slot once."""
        return self._driver.put(source)

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[Result, ...]]:
        """Run jobs in order."""
        return self._driver.run(jobs)

    def read(self, blob: Blob, limit: int | None = None) -> bytes:
        """Return a blob's bytes."""
        return self._driver.read(blob, limit)

    def close(self) -> None:
        """End the runner, and with it everything in the slot."""
        process, self._process = self._process, None
        if process is not None:
            for stream in (process.stdin, process.stdout, self._back):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._core is not None:
            self._core.release()
        self._folder.remove()


def _shown(trees: tuple[str, ...]) -> list[str]:
    """Return settings that show folders of the host to a slot, links as they are."""
    found = []
    for place in (place for name in trees for place in sorted(Path("/").glob(name))):
        name = place.relative_to("/")
        if place.is_symlink():
            found.append(f"link={name}={place.readlink()}")
        elif place.is_dir():
            found.append(f"bind={name}={place}")
    return found


def best_tier(cache: Path) -> Tier:
    """Return the tier that isolates best here: namespaces, or Landlock where there are none.

    Raises :class:`~harness.errors.BoxError` with both reasons when neither works.
    """
    try:
        with EmbeddedBox(cache):
            return "embedded"
    except BoxError as error:
        reason = error.message
    try:
        with EmbeddedBox(cache, tier="landlock"):
            return "landlock"
    except BoxError as error:
        raise BoxError(f"{reason}; {error.message}", hint=error.hint) from error


def shows(folder: Path) -> bool:
    """Return whether programs in a ``runtime`` slot could read a folder of the host."""
    place = folder.resolve()
    return any(
        place.is_relative_to(shown.resolve()) for name in RUNTIMES for shown in Path("/").glob(name)
    )
