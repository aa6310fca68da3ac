"""Prompt templates: files with ``{{name}}`` holes, and the hash that tells two apart."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from harness.errors import TaskDataError
from harness.task import Prompting
from harness.types import Message

_HOLE = re.compile(r"\{\{(\w+)\}\}")


def render(template: Path, values: Mapping[str, str]) -> Prompting:
    """Fill a template; what is put in is never read as a template again."""
    text = template.read_text("utf-8")

    def fill(hole: re.Match[str]) -> str:
        try:
            return values[hole.group(1)]
        except KeyError:
            raise TaskDataError(
                f"{template} has a hole {hole.group(0)} that nothing fills",
                hint=f"the names are {', '.join(sorted(values))}",
            ) from None

    return Prompting(
        messages=(Message(role="user", content=_HOLE.sub(fill, text)),),
        template_hash=hashlib.sha256(text.encode()).hexdigest(),
    )
