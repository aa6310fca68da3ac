"""The reply, put together from what arrives.

What the server's reasons to finish become:

========================================  ==================================================
``stop``, ``eos``, ``end_turn``, unknown  ``stop``
``tool_calls``, ``function_call``         ``stop``: no tools were offered, the text counts
``length``, ``max_tokens``                ``length``
``content_filter``                        ``rejected``; what had been written is kept as reasoning
``error``, ``abort``                      no finish: the try failed
========================================  ==================================================
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from harness.backend import Reply
from harness.backends.openai.key import Key
from harness.backends.openai.trouble import Trouble, of_frame
from harness.types import FinishReason

OPENING, CLOSING = "<think>", "</think>"
FINISHES = {
    "length": FinishReason.LENGTH,
    "max_tokens": FinishReason.LENGTH,
    "content_filter": FinishReason.REJECTED,
}
BROKEN = frozenset({"error", "abort"})
CUT = frozenset({FinishReason.LENGTH, FinishReason.TIMEOUT})
FILTERED = "the server's content filter ended the answer"


class Message(msgspec.Struct):
    """A whole message, or the next bit of one."""

    content: str | None = None
    reasoning: str | None = None
    reasoning_content: str | None = None
    """The older name of ``reasoning``; some servers send both."""


class Choice(msgspec.Struct):
    """One of ``n`` answers; there is only the first."""

    index: int = 0
    delta: Message | None = None
    message: Message | None = None
    finish_reason: str | None = None


class Frame(msgspec.Struct):
    """One JSON object of a stream, or a whole body."""

    choices: list[Choice] | None = None
    usage: Any = None
    """Tokens counted by the server; what is wrong with them costs no answer."""
    error: Any = None
    object: str | None = None
    message: Any = None
    """Errors of older servers stand bare: ``{"object": "error", "message": ...}``."""


DECODER = msgspec.json.Decoder(Frame)


class Answer:
    """What has arrived of one try."""

    def __init__(self, key: Key, *, split_think: bool = True) -> None:
        self.finish: FinishReason | None = None
        """A sample counts only once this is known."""
        self.begun = False
        """Whether the server took the request and began to answer."""
        self._split_think = split_think
        self._key = key
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._usage: Mapping[str, Any] = {}

    def add(self, data: str | bytes, *, is_error: bool = False) -> None:
        """Take in one JSON object; raises Trouble or Refusal for an error in it."""
        frame = _decode(data)
        if frame.error or is_error or frame.object == "error":
            raise of_frame(frame.error or json.loads(data), self._key)
        if isinstance(frame.usage, dict):
            self._usage = frame.usage
        for choice in frame.choices or ():
            if choice.index == 0:
                self._take(choice)

    def reply(self, finish: FinishReason, *, seconds: float, tries: int) -> Reply:
        """Return the reply with what there is."""
        text, reasoning = _whole(self._text), _whole(self._reasoning)
        if self._split_think and not reasoning:
            reasoning, text = split_think(text, cut=finish in CUT)
        if finish is FinishReason.REJECTED:
            reasoning, text = "\n\n".join(filter(None, (reasoning, text))), FILTERED
        return Reply(
            text=text,
            reasoning=reasoning or None,
            finish_reason=finish,
            tokens_in=_count(self._usage.get("prompt_tokens")),
            tokens_out=_count(self._usage.get("completion_tokens")),
            seconds=seconds,
            tries=tries,
        )

    def _take(self, choice: Choice) -> None:
        said = choice.delta or choice.message
        if said is not None:
            self._text.append(said.content or "")
            self._reasoning.append(said.reasoning or said.reasoning_content or "")
        if choice.finish_reason in BROKEN:
            raise Trouble(f"the server finished with {choice.finish_reason!r}", outage=True)
        if choice.finish_reason:
            self.finish = FINISHES.get(choice.finish_reason, FinishReason.STOP)


def _decode(data: str | bytes) -> Frame:
    """Return one JSON object of the server; raises Trouble for what is none."""
    try:
        return DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    # Slower, but it reads halves of surrogate pairs, which tokens may end in.
    try:
        return msgspec.convert(json.loads(data), Frame)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Trouble(f"the server's answer cannot be read: {error}", outage=True) from None


def _whole(pieces: Sequence[str]) -> str:
    """Join pieces; halves of a surrogate pair that came apart become one character again."""
    text = "".join(pieces)
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _count(said: Any) -> int | None:
    """Return a number of tokens, or None for what is no such number."""
    known = isinstance(said, int | float) and not isinstance(said, bool)
    return int(said) if known and 0 <= said < 1 << 53 else None


def split_think(text: str, *, cut: bool) -> tuple[str, str]:
    """Return the reasoning and the text around ``<think>`` tags.

    The text is what follows the last closing tag; the opening one may be missing,
    because chat templates put it into the prompt. When the answer was cut inside
    its thoughts, the text is what stands before them: usually nothing.
    """
    thoughts, closing, rest = text.rpartition(CLOSING)
    before, opening, unfinished = rest.partition(OPENING)
    if cut and opening:
        rest = before
        thoughts = "\n\n".join(filter(None, (thoughts, unfinished)))
    elif not closing:
        return "", text
    return thoughts.strip().removeprefix(OPENING).strip(), rest.lstrip()
