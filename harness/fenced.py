"""Fenced blocks of code in a model's text, as CommonMark reads them.

Everything here is linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import msgspec

CLOSE_OF_THOUGHT = "</think>"


class Block(msgspec.Struct, frozen=True):
    """A fenced code block."""

    word: str
    """What follows the opening fence, in lower case."""
    code: str
    closed: bool


def without_thought(text: str) -> str:
    """Return what follows the last closing tag of a reasoning part, if there is one."""
    return text.rpartition(CLOSE_OF_THOUGHT)[2]


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a text (backticks and tildes)."""
    fence, word, lines = "", "", list[str]()
    for line in text.split("\n"):
        bare = line.strip()
        if not fence:
            mark = bare[:1]
            if mark in ("`", "~") and bare.startswith(mark * 3):
                fence = mark * (len(bare) - len(bare.lstrip(mark)))
                word = bare[len(fence) :].strip().partition(" ")[0].lower()
                lines = []
                if mark == "`" and "`" in word:
                    fence = ""  # inline code such as ```x```, not a fence
        elif bare.startswith(fence) and not bare.strip(fence[0]):
            yield Block(word, "\n".join(lines) + "\n", True)
            fence = ""
        else:
            lines.append(line)
    if fence and lines:
        yield Block(word, "\n".join(lines) + "\n", False)


def last_block(text: str, words: Collection[str]) -> Block | None:
    """Return the last block in a language, or else the last that does not say its language.

    ``words`` are those that mean the language; blocks without code do not count.
    """
    found = [block for block in blocks(without_thought(text)) if block.code.strip()]
    chosen = [block for block in found if block.word in words] or [
        block for block in found if not block.word
    ]
    return chosen[-1] if chosen else None
