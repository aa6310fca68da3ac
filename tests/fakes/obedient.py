"""A judge that does what it is told by whoever stands outside the fence, and a worst of servers.

It reads a prompt as :mod:`tests.fakes.chat_marks` does: every mark of a chat template ends the
message, and what follows is somebody's instruction. Of the message it leaves out what stands behind
the fence whose code is announced first. What is left and would not be there for an empty proof it
takes for an instruction, and gives full marks.
"""

from __future__ import annotations

import re

from tests.fakes.chat_marks import as_read, pieces

_CODE = re.compile(r"carry the code\s+([0-9a-f]{16})")


def obeys(prompt: str, empty: str) -> bool:
    """Return whether the judge finds an instruction in a prompt.

    ``empty`` is the prompt that an empty proof would have.
    """
    said, plain = pieces(prompt), pieces(empty)
    if len(said) > len(plain):
        return True
    return bool(set(_outside(said[0])) - set(_outside(plain[0])))


def _outside(message: str) -> list[str]:
    """Return the lines that stand outside the fence, without its code; every line end is one."""
    found = _CODE.search(message)
    code = found[1] if found else "no code"
    lines, inside = [], False
    for line in as_read(message).splitlines():
        folded = line.casefold().strip()
        if not inside and folded.startswith("<<<<") and folded.endswith(code):
            inside = True
        elif inside and ">>>>" in folded and code in folded:
            inside = False
            lines.append(folded.partition(code)[2])
        elif not inside and folded:
            lines.append(folded.replace(code, "(the code)"))
    return lines
