"""A text without the marks that a chat template would obey, and without what nobody sees.

A server turns ``<|im_end|>`` inside a message into the token that ends the message: whoever writes
it into a proof would speak in another's name, behind any fence. A blank inside the mark makes it
ordinary text again, and means nothing in mathematics (``a<b>c`` reads as ``a< b>c``). Marks are
told by their brackets and not by a list of names, because every model has others.

Signs of no width, of direction and of control could hide a mark, or a sentence, from the eye and
not from the model; a server may also drop them, and so put a mark together. They are taken out.
"""

from __future__ import annotations

import re
import unicodedata

_LESS, _MORE = "<\uff1c\ufe64", ">\uff1e\ufe65"
_OPEN, _CLOSED = "\\[\uff3b\ufe47", "\\]\uff3d\ufe48"
"""The brackets of marks, wide and small ones among them."""
_BARS = "|\uff5c\uffe8\u2502"
_MARKS = re.compile(
    rf"[{_LESS}](?![-=])(?=[^\s{_LESS}{_MORE}]{{1,64}}[{_MORE}])"  # <|im_end|>, </s>, <<SYS>>
    rf"|[{_OPEN}](?=[{_BARS}/\uff0f][^\s{_OPEN}{_CLOSED}]{{1,64}}[{_CLOSED}])"  # [|user|], [/INST]
    rf"|[{_OPEN}](?=[^\s\da-z,;{_CLOSED}]{{3,64}}[{_CLOSED}])"  # [INST], [SYSTEM_PROMPT]
    rf"|[{_OPEN}](?=[gs]MASK)"
    rf"|[{_OPEN}{_CLOSED}](?=e?~)"  # ]~b], [e~[
)
"""Each is the first bracket of a mark, by what stands between it and the last."""
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
