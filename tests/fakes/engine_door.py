"""A door before the container engine, which can be shut and opened again."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

from docker.utils import kwargs_from_env


class EngineDoor:
    """Listens on a socket of its own and carries bytes to the engine and back."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._carried: set[socket.socket] = set()
        self._door: socket.socket | None = None
        self.open()

    @property
    def address(self) -> str:
        """What DOCKER_HOST takes."""
        return f"unix://{self._place}"

    def open(self) -> None:
        """Let everyone in."""
        self._place.unlink(missing_ok=True)
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._place))
        self._door.listen(64)
        threading.Thread(target=self._serve, args=(self._door,), daemon=True).start()

    def shut(self) -> None:
        """Cut everyone off, and let nobody in: as if the engine were gone."""
        self._place.unlink(missing_ok=True)
        if self._door is not None:
            _close(self._door)
            self._door = None
        with self._lock:
            cut, self._carried = self._carried, set()
        for each in cut:
            _close(each)

    def _serve(self, door: socket.socket) -> None:
        while True:
            try:
                near, _ = door.accept()
            except OSError:
                return
            far = _engine()
            with self._lock:
                self._carried |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _engine() -> socket.socket:
    address = urlsplit(kwargs_from_env().get("base_url") or "unix:///var/run/docker.sock")
    if address.hostname:
        return socket.create_connection((address.hostname, address.port or 2375))
    made = socket.socket(socket.AF_UNIX)
    made.connect(address.path)
    return made


def _carry(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(1 << 16):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        _close(one)
        _close(other)


def _close(each: socket.socket) -> None:
    # Another thread may be waiting on it: closing alone would not wake it.
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
