"""What is wrong with a piece of JSON, in words that name the place."""

from __future__ import annotations

import json


def what_is_broken(error: ValueError | RecursionError) -> str:
    """Return what ``json.loads`` of bytes or text has found wrong."""
    match error:
        case json.JSONDecodeError():
            return f"column {error.pos + 1}: not JSON: {error.msg}"
        case UnicodeDecodeError():
            return f"column {error.start + 1}: not UTF-8"
        case RecursionError():
            return "lists or objects are nested too deep"
    return f"not JSON: {str(error).partition(';')[0]}"
