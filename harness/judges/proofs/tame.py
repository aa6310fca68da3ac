"""A text without the marks that a chat template would obey, and without what nobody sees.

A server turns ``<|im_end|>`` inside a message into the token that ends the message: whoever writes
it into a proof would speak in another's name, behind any fence. A blank inside the mark makes it
ordinary text again, and means nothing in mathematics (``|x|<|y|`` reads as ``|x|< |y|``). Marks
are told by their brackets and not by a list of names, because every model has others.

Signs of no width, of direction and of control could hide a mark, or a sentence, from the eye and
not from the model; a server may also drop them, and so put a mark together. They are taken out.
"""

from __future__ import annotations

import re
import unicodedata

_LESS = "<\uff1c\ufe64"
_MORE = ">\uff1e\ufe65"
_BARS = "|\uff5c\uffe8\u2502\u2581"
"""Upright bars, wide and half-wide ones among them, and the sign that stands for a blank."""
_OPEN, _CLOSED = "\\[\uff3b\ufe47", "\\]\uff3d\ufe48"
_NUMBERS = "\\s\\d=\\-+.,({\\\\$"
"""What follows a sign of order in mathematics, beside a letter: no mark begins with it."""
_MARKS = re.compile(
    rf"[{_LESS}](?=0x|[^{_NUMBERS}])"  # <|im_end|>, </s>, <start_of_turn>, <<SYS>>
    rf"|[{_BARS}](?=[{_MORE}])"  # <turn|>
    rf"|[{_OPEN}](?=[{_BARS}/\uff0f])"  # [|endofturn|], [/INST]
    rf"|[{_OPEN}](?=[^\s\da-z,;{_CLOSED}]{{3,40}}[{_CLOSED}])"  # [INST], [SYSTEM_PROMPT]
    rf"|[{_OPEN}](?=[gs]MASK)"
    rf"|[{_OPEN}{_CLOSED}](?=e?~)"  # ]~b], [e~[
)
_UNUSUAL = re.compile(r"[^\x20-\x7e\n\t]")
_ENDS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
"""What some take for the end of a line and others do not."""
_JOINERS = "\u200c\u200d"
"""Of no width, and needed inside words of several scripts."""
_JOINED = range(0x0300, 0x2000)
"""Where the scripts are whose letters are joined, or kept apart, by such signs."""


def tamed(text: str) -> str:
    r"""Return the text with a blank in everything that could be a mark of a chat template.

    Lines end with ``\n`` alone, and halves of surrogate pairs are U+FFFD: what comes out can be
    sent and written.
    """
    seen = _UNUSUAL.sub(_seen, _ENDS.sub("\n", text))
    return _MARKS.sub(lambda found: found.group() + " ", seen)


def _seen(found: re.Match[str]) -> str:
    letter = found.group()
    match unicodedata.category(letter):
        case "Cc":
            return ""
        case "Cf":
            return letter if letter in _JOINERS and _inside_a_word(found) else ""
        case "Cs":
            return "\ufffd"
    return letter


def _inside_a_word(found: re.Match[str]) -> bool:
    text, start, end = found.string, found.start(), found.end()
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return len(around) == 2 and all(
        ord(letter) in _JOINED and unicodedata.category(letter)[0] in "LM" for letter in around
    )
