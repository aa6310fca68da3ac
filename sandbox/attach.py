"""A container's standard input and output as two byte streams.

The engine turns an HTTP request into a bare connection: what is written goes to the
container's input as it is; what comes back is cut into pieces, each with a head of
eight bytes (stream, three zeros, length) that says whether it is output or error.
"""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.engine import words

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from docker import DockerClient

HEAD = struct.Struct(">BxxxI")
OUTPUT = 1
LOOK_AFTER = struct.pack("ll", 1, 0)
"""Seconds (a ``timeval``) of silence, either way, after which the container is looked at."""
CHUNK = 1 << 16


class Attached(io.RawIOBase):
    """The way to a container's input; ``reader`` is the way back."""

    def __init__(self, client: DockerClient, container: str) -> None:
        super().__init__()
        wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        self._opened: Any = client.api.attach_socket(container, params=wanted)
        # Beneath the SDK's reader, which is one-way: the connection itself.
        self._socket: Any = getattr(self._opened, "_sock", self._opened)
        self._patience_s = 60.0
        with contextlib.suppress(AttributeError):  # a connection through ssh has no such things
            self._socket.settimeout(None)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, LOOK_AFTER)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, LOOK_AFTER)
        self._output = Output(self._socket, self._look)
        self._client = client
        self._container = container
        self.reader = io.BufferedReader(self._output, CHUNK)

    def writable(self) -> bool:
        """Return that one can write."""
        return True

    def write(self, data: Any) -> int:
        """Write all of it."""
        view = memoryview(data)
        since = time.monotonic()
        while view and not self.trouble:
            try:
                view = view[self._socket.send(view[:CHUNK]) :]
                since = time.monotonic()
            except BlockingIOError:
                self._output.trouble = self._look(time.monotonic() - since)
        if self.trouble:
            raise BrokenPipeError(self.trouble)
        return len(data)

    @property
    def trouble(self) -> str:
        """Why nothing came back, where it is known."""
        return self._output.trouble

    def wait_at_most(self, seconds: float) -> None:
        """Take the container for lost when it is quiet for longer than this."""
        self._patience_s = seconds

    def _look(self, quiet_s: float) -> str:
        """Return why nothing more can come, or nothing: an engine does not always say."""
        if quiet_s > self._patience_s:
            return f"its container said nothing for {quiet_s:.0f} s"
        try:
            state = self._client.api.inspect_container(self._container)["State"]
        except Exception as error:
            if getattr(error, "status_code", 0) == 404:
                return "its container was ended and removed"
            return f"the container engine does not answer ({words(error)})"
        return "" if state["Running"] else f"its container is {state['Status']}"

    def close(self) -> None:
        """End the conversation: the container's input ends, and so does its runner."""
        if self.closed:
            return
        super().close()
        # Another thread may be waiting in it, and holds the reader until it is woken.
        with contextlib.suppress(OSError, AttributeError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.reader.close()
        response: Any = getattr(self._opened, "_response", None)
        for each in (response, self._opened, self._socket):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                each.close()


class Output(io.RawIOBase):
    """The output of a container, without the heads and without its errors."""

    def __init__(self, connection: Any, look: Callable[[float], str]) -> None:
        super().__init__()
        self._socket = connection
        self._look = look
        self._held = memoryview(b"")
        self._left = 0
        """Bytes of the piece at hand that are still to come."""
        self._kind = OUTPUT
        self.trouble = ""

    def readable(self) -> bool:
        """Return that one can read."""
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        """Read what is there of the output, at least one byte; 0 is its end."""
        room = memoryview(into).cast("B")
        while True:
            if self._left:
                piece = self._take(min(self._left, len(room)))
                self._left -= len(piece)
                if not piece:
                    return 0
                if self._kind == OUTPUT:
                    room[: len(piece)] = piece
                    return len(piece)
            else:
                head = b""
                while len(head) < HEAD.size:
                    piece = self._take(HEAD.size - len(head))
                    if not piece:
                        return 0
                    head += piece
                self._kind, self._left = HEAD.unpack(head)

    def _take(self, most: int) -> memoryview:
        since = time.monotonic() if not self._held and not self.trouble else 0.0
        while not self._held and not self.trouble:
            try:
                self._held = memoryview(self._socket.recv(CHUNK))
                break
            except BlockingIOError:
                self.trouble = self._look(time.monotonic() - since)
            except OSError as error:
                self.trouble = f"the connection to its container broke ({error.strerror})"
        piece, self._held = self._held[:most], self._held[most:]
        return piece
