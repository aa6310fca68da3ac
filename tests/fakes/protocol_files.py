"""A protocol's file for the demonstration, to use or to spoil."""

from __future__ import annotations

from pathlib import Path

FILE = """\
id = "demo/mine"
aliases = ["m"]
title = "One program a problem"
task = "demo"
source = "nobody's paper"

[prompt]
system = "You are a test."
language = "cpp"

[prompt.files]
solve = "ask.md"

[sampling]
temperature = 0.5
top_p = 0.9
max_tokens = 1000

[loop]
strategy = "single"

[submission]
limit = 50
scope = "task"
feedback = "oi_restricted"

[scorer]
kind = "tests"

[legality]
contest_legal = true
"""

TEMPLATE = "Solve {{title}}: {{statement}}\n"


def write_protocol(folder: Path, *changes: tuple[str, str], name: str = "mine") -> Path:
    """Write the file and its template as a protocol of the demonstration, with some text changed.

    ``folder`` is what holds a folder for each task.
    """
    text = FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place = folder / "demo" / f"{name}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text.encode("utf-8", "surrogateescape"))
    (place.parent / "ask.md").write_text(TEMPLATE)
    return place
