"""The private tests of LiveCodeBench's files: base64 of zlib of a pickled text.

Source: LiveCodeBench, ``lcb_runner/benchmarks/code_generation.py``, which loads the pickle. A
pickle is a program, and one from a file that somebody sent can do anything, so its instructions
are read here and never carried out: only those of one text are known.
"""

from __future__ import annotations

import base64
import binascii
import io
import pickletools
import zlib

MAX_BYTES = 1 << 30
"""Of the tests of one problem, unpacked."""

TEXTS = frozenset({"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"})
AROUND = frozenset({"PROTO", "FRAME", "MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT", "STOP"})


def unsealed(text: str) -> str:
    """Return the text that is packed in another; raises ValueError saying what it is instead."""
    try:
        packed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"neither JSON nor base64 ({error})") from None
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed, MAX_BYTES)
    except zlib.error as error:
        raise ValueError(f"no zlib data ({error})") from None
    if unpacker.unconsumed_tail:
        raise ValueError(f"more than {MAX_BYTES >> 20} MiB when unpacked")
    if not unpacker.eof:
        raise ValueError("cut off")
    return pickled_text(data)


def pickled_text(data: bytes) -> str:
    """Return the text that a pickle is of, without loading it; raises ValueError for any other."""
    found: list[str] = []
    ended = -1
    for code, argument, place in pickletools.genops(io.BytesIO(data)):
        if code.name in TEXTS:
            found.append(str(argument))
        elif code.name not in AROUND:
            raise ValueError(f"a pickle of more than a text ({code.name}), which is not loaded")
        ended = place or 0
    if len(found) != 1 or ended != len(data) - 1:
        raise ValueError("a pickle of more than one text, which is not loaded")
    return found[0]
