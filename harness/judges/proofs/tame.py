"""A text without the marks that a chat template would obey.

A server turns ``<|im_end|>`` inside a message into the token that ends the message: whoever writes
it into a proof would speak in another's name, behind any fence. A blank inside the mark makes it
ordinary text again, and means nothing in mathematics (``|x|<|y|`` reads as ``|x|< |y|``).
"""

from __future__ import annotations

import re

_OPENING = re.compile(
    r"<(?=[|\uff5c\u2581])"  # <|im_end|>, and the wide bars of DeepSeek's templates
    r"|(?<=[|\uff5c\u2581])(?=>)"
    r"|\[(?=/?INST\])"
    r"|<(?=/?s>)"
    r"|<(?=</?SYS>>)"
    r"|<(?=/?(?:start_of_turn|end_of_turn|think|tool_call|unused\d+|bos|eos|pad)\b)",
    re.IGNORECASE,
)


def tamed(text: str) -> str:
    """Return the text with a blank in every mark of a chat template that is known."""
    return _OPENING.sub(lambda found: found.group() + " ", text)
