"""A container's standard input and output as two byte streams.

The engine turns an HTTP request into a bare connection: what is written goes to the
container's input as it is; what comes back is cut into pieces, each with a head of
eight bytes (stream, three zeros, length) that says whether it is output or error.
"""

from __future__ import annotations

import contextlib
import io
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from docker import DockerClient

HEAD = struct.Struct(">BxxxI")
OUTPUT = 1
CHUNK = 1 << 16


class Attached(io.RawIOBase):
    """The way to a container's input; ``reader`` is the way back."""

    def __init__(self, client: DockerClient, container: str) -> None:
        super().__init__()
        wanted = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        self._opened: Any = client.api.attach_socket(container, params=wanted)
        # Beneath the SDK's reader, which is one-way: the connection itself.
        self._socket: Any = getattr(self._opened, "_sock", self._opened)
        self.wait_at_most(60.0)
        self._output = Output(self._socket)
        self.reader = io.BufferedReader(self._output, CHUNK)

    def writable(self) -> bool:
        """Return that one can write."""
        return True

    def write(self, data: Any) -> int:
        """Write all of it."""
        try:
            self._socket.sendall(data)
        except TimeoutError:
            self._output.trouble = "its container takes nothing any more"
            raise
        return len(data)

    @property
    def trouble(self) -> str:
        """Why nothing came back, where it is known."""
        return self._output.trouble

    def wait_at_most(self, seconds: float) -> None:
        """Take the container for lost when it is quiet for longer than this."""
        with contextlib.suppress(AttributeError):  # a connection through ssh has no such thing
            self._socket.settimeout(seconds)

    def close(self) -> None:
        """End the conversation: the container's input ends, and so does its runner."""
        if self.closed:
            return
        super().close()
        with contextlib.suppress(OSError):
            self.reader.close()
        response: Any = getattr(self._opened, "_response", None)
        for each in (response, self._opened, self._socket):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                each.close()


class Output(io.RawIOBase):
    """The output of a container, without the heads and without its errors."""

    def __init__(self, connection: Any) -> None:
        super().__init__()
        self._socket = connection
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
        if not self._held:
            try:
                self._held = memoryview(self._socket.recv(CHUNK))
            except TimeoutError:
                self.trouble = "its container says nothing any more"
            except OSError as error:
                self.trouble = f"the connection to its container broke ({error.strerror})"
        piece, self._held = self._held[:most], self._held[most:]
        return piece
