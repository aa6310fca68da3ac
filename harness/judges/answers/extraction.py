r"""A final answer out of a text: the last box, or else a line that calls itself the final answer.

Thoughts are left out first. How sure the find is goes with it: boxes that differ, a box that is
not closed and a line without a box are doubtful, and judged all the same. Everything here is
linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from harness.fenced import without_thought
from harness.task import Extraction
from harness.types import Certainty, SubmissionKind

BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
BRACE = re.compile(r"\\[\\{}]|[{}]")
"""A brace, or what TeX does not take for one."""
FINAL = re.compile(r"final\s+answer", re.IGNORECASE)
LONGEST_LINE = 2_000
"""Characters of a line that is taken for an answer."""
_BETWEEN = re.compile(
    r"(?:[\s$~.]|\\q?quad\b|\\[()\[\] ]|\\text\s*\{\s*(?=(?:and|or)\s*\})|(?<=[dr])\s*\}"
    r"|(?P<join>,|;|\band\b|\bor\b))*"
)
"""Between two boxes that are one list: only signs that join."""
_LEAD = re.compile(r"[\s:*_=]*(?:is\b|are\b|to the problem is\b)?[\s:*_=]*", re.IGNORECASE)
_TAIL = re.compile(r"[\s*_.]+$")


def final_answer(text: str) -> Extraction | None:
    r"""Find the answer that a text ends with.

    ``\boxed{…}`` and ``\fbox{…}`` with nested braces, the last of them; without any, what
    stands behind the last "final answer is". None where there is neither.
    """
    visible = without_thought(text)
    found, open_at_the_end = _boxes(visible)
    boxes = [box.text for box in found]
    row = _row(visible, found) if len(found) > 1 and not open_at_the_end else []
    if len(row) > 1 and len(set(row)) == len(row):
        return _found(", ".join(row), f"{len(row)} boxes in a row, taken as one list")
    if not boxes:
        return None if open_at_the_end else _line(visible)
    last = boxes[-1]
    if not last:
        return None
    others = {" ".join(box.split()) for box in boxes}
    note = ""
    if open_at_the_end:
        note = "the last box is not closed: the text may be cut off"
    elif len(others) > 1:
        note = f"{len(boxes)} boxed answers that differ; the last was taken"
    return _found(last, note)


class _Box(NamedTuple):
    """A box in a text: where its command and its closing brace are, and what is in it."""

    start: int
    end: int
    text: str


def _boxes(text: str) -> tuple[list[_Box], bool]:
    """Return the boxes of a text, and whether its last box is not closed.

    A box within a box is a part of it.
    """
    closing = _closing(text)
    found: list[_Box] = []
    end = 0
    for box in BOX.finditer(text):
        if box.start() < end:
            continue
        if box.end() - 1 not in closing:
            return found, True
        end = closing[box.end() - 1]
        found.append(_Box(box.start(), end, text[box.end() : end].strip()))
    return found, False


def _row(text: str, boxes: Sequence[_Box]) -> list[str]:
    """Return what is in the last boxes that have only commas or "and" between them."""
    found: list[str] = []
    after = 0
    for box in boxes:
        between = _BETWEEN.fullmatch(text, after, box.start)
        if between is None or not between.group("join"):
            found = []
        found.append(box.text)
        after = box.end + 1
    return found


def _line(text: str) -> Extraction | None:
    """Return what stands behind the last "final answer", on its line or on the next."""
    found = deque(FINAL.finditer(text), maxlen=1)
    if not found:
        return None
    rest = text[found[0].end() : found[0].end() + 4 * LONGEST_LINE]
    for line in rest.split("\n", 3)[:3]:
        bare = _TAIL.sub("", line[_LEAD.match(line).end() :][:LONGEST_LINE])  # type: ignore[union-attr]
        if bare:
            return _found(bare, "no boxed answer; the line of the final answer was taken")
    return None


def _found(content: str, note: str) -> Extraction:
    return Extraction(
        kind=SubmissionKind.ANSWER,
        content=content,
        certainty=Certainty.DOUBTFUL if note else Certainty.CLEAR,
        note=note,
    )


def _closing(text: str) -> dict[int, int]:
    """Return where each opening brace that is closed is closed."""
    found: dict[int, int] = {}
    waiting: list[int] = []
    for brace in BRACE.finditer(text):
        if brace.group() == "{":
            waiting.append(brace.start())
        elif brace.group() == "}" and waiting:
            found[waiting.pop()] = brace.start()
    return found
