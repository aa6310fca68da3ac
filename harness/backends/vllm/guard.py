"""Runs a server and sees to it that nothing of it is left: a program of its own.

``python guard.py GRACE_S COMMAND...`` starts the command in a session of its own and
ends all of its processes, those that moved to other sessions and groups as well,

- when standard input closes, or its parent is another one: whoever started the guard has
  ended, in whatever way, or wants the server ended;
- when the guard is told to end (SIGTERM, SIGINT, SIGHUP);
- when the command's first process has ended by itself, which leaves an engine behind.

It is the reaper of all its descendants, so that none is out of sight. Its exit code is
that of the command, 128 and the signal's number where it was killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LOOK_S = 0.1
AFTERWARDS_S = 2.0
"""What is left of a server that ended by itself may take so long to end as well."""

PRCTL = ctypes.CDLL(None, use_errno=True).prctl


class Guard:
    """One command and all its descendants."""

    def __init__(self, command: list[str]) -> None:
        self.code: int | None = None
        """Exit code of the command's first process."""
        self.told = False
        self._parent = os.getppid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told)
        PRCTL(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._first = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # A guard that is killed cannot end anything: the server is told by the kernel.
            preexec_fn=lambda: PRCTL(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0),
        ).pid

    def watch(self) -> None:
        """Return when there is a reason to end what is left."""
        poll = select.poll()
        poll.register(0, select.POLLIN | select.POLLHUP | select.POLLERR)
        while self.code is None and not self.told:
            if poll.poll(LOOK_S * 1000) and not os.read(0, 4096):
                self.told = True
            # A fork of whoever started us may hold the other end of our input open.
            self.told |= os.getppid() != self._parent
            self.reap()

    def end(self, grace_s: float) -> None:
        """End every process: ask the first, then those it leaves behind, and kill in the end."""
        if self.code is None:
            _send(self._first, signal.SIGTERM)
            self._wait(grace_s, lambda: self.code is not None)
        for pid in self.left():
            _send(pid, signal.SIGTERM)
        self._wait(AFTERWARDS_S, lambda: not self.left())
        while self.left():
            for pid in self.left():
                _send(pid, signal.SIGKILL)
            self._wait(LOOK_S, lambda: not self.left())

    def _wait(self, seconds: float, over: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not over() and time.monotonic() < until:
            time.sleep(LOOK_S / 2)
            self.reap()

    def reap(self) -> None:
        """Take note of processes that have ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid == self._first:
                code = os.waitstatus_to_exitcode(status)
                self.code = code if code >= 0 else 128 - code

    def left(self) -> list[int]:
        """Return our descendants that have not ended."""
        return descendants(os.getpid())

    def _told(self, *_: object) -> None:
        self.told = True


def descendants(pid: int) -> list[int]:
    """Return the processes below this one that have not ended."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if not place.name.isdecimal():
            continue
        try:
            state, parent = (place / "stat").read_text().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if state not in "ZX":
            children.setdefault(int(parent), []).append(int(place.name))
    found: list[int] = []
    queue = [pid]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def main() -> int:
    """Run the command that the arguments name."""
    try:
        guard = Guard(sys.argv[2:])
    except OSError as error:
        print(f"cannot start {sys.argv[2]}: {error.strerror}", flush=True)
        return 127
    guard.watch()
    guard.end(float(sys.argv[1]))
    return guard.code if guard.code is not None else 0


if __name__ == "__main__":
    sys.exit(main())
