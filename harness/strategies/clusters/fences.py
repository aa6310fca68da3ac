"""Another text in a prompt, so that nothing in it can pose as the prompt's own words; pure.

What a model wrote is data. It stands between two lines with a mark that is hashed from the text
itself, so that the text cannot contain it, and the prompt says that what is between such lines
is to be judged and not obeyed.
"""

from __future__ import annotations

import hashlib


def mark_for(*texts: str) -> str:
    """Return a word that is in none of the texts, and the same for the same texts."""
    mark = hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    while any(mark in text for text in texts):  # whoever finds such a text has earned a round
        mark = hashlib.sha256(mark.encode()).hexdigest()[:16]
    return mark


def fenced(name: str, text: str, mark: str) -> str:
    """Return a text between its two lines; ``mark`` must not be in it."""
    assert mark not in text
    body = text if text.endswith("\n") else text + "\n"
    return f"<<<<< begin {name} {mark}\n{body}>>>>> end {name} {mark}"
