"""What is handed in to the code judge."""

from __future__ import annotations

import hashlib
import re

import msgspec

_HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one submission: sources, or the outputs of an output-only problem."""

    files: tuple[tuple[str, bytes], ...]
    """Names (without folders) and contents. An empty name stands for the name that the problem
    and the language give to a single source."""
    entry: str = ""
    """The file to begin with, where the language leaves a choice."""

    @classmethod
    def of(cls, text: str | bytes, name: str = "") -> Source:
        """Return a submission of one file.

        In a text, surrogate escapes stand for bytes that were no UTF-8; half a surrogate pair,
        which a model's cut output can hold, is replaced.
        """
        if isinstance(text, str):
            text = _HALVES.sub("\ufffd", text).encode("utf-8", "surrogateescape")
        return cls(files=((name, text),))

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(data) for _, data in self.files)

    @property
    def sha256(self) -> str:
        """Tells two submissions apart."""
        digest = hashlib.sha256(_raw(self.entry))
        for name, data in self.files:
            digest.update(b"\0%d %s\0%d " % (len(_raw(name)), _raw(name), len(data)))
            digest.update(data)
        return digest.hexdigest()


def _raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
