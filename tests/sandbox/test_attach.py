"""The engine's way of cutting a container's output into pieces is undone."""

from __future__ import annotations

import socket
import struct
import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.attach import HEAD, Output

PIECES = st.lists(st.tuples(st.sampled_from([1, 2]), st.binary(max_size=300)), max_size=12)


def through(sent: bytes, cuts: list[int], size: int) -> bytes:
    """Send bytes over a connection, cut at some places, and read the output in small reads."""
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def send() -> None:
            last = 0
            for cut in (*sorted(cut % (len(sent) + 1) for cut in cuts), len(sent)):
                theirs.sendall(sent[last:cut])
                last = cut
            theirs.shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=send)
        thread.start()
        output = Output(ours, lambda quiet: "")
        read = bytearray()
        while piece := output.read(size):
            read += piece
        thread.join()
    return bytes(read)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.lists(st.integers(0, 5000), max_size=6), st.integers(1, 400))
def test_output_is_put_together_and_errors_are_left_out(
    pieces: list[tuple[int, bytes]], cuts: list[int], size: int
) -> None:
    """However the connection cuts the bytes, what is read is the output and nothing else."""
    sent = b"".join(HEAD.pack(kind, len(data)) + data for kind, data in pieces)
    assert through(sent, cuts, size) == b"".join(data for kind, data in pieces if kind == 1)


def test_a_connection_that_breaks_ends_the_output() -> None:
    """A head or a piece that is cut off is an end, and no garbage is made of it."""
    whole = HEAD.pack(1, 5) + b"whole"
    assert through(whole + b"\1\0\0", [], 100) == b"whole"
    assert through(whole + HEAD.pack(1, 9) + b"part", [], 100) == b"wholepart"


def test_a_quiet_connection_is_given_up() -> None:
    """While it is quiet it is asked whether anything can come; when not, the reason is kept."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 1000))
        answers = ["", "", "it has gone"]
        output = Output(ours, lambda quiet: answers.pop(0))
        assert output.read(10) == b""
        assert output.trouble == "it has gone"
        theirs.sendall(HEAD.pack(1, 4) + b"late")
        assert output.read(10) == b"", "what was given up stays given up"
