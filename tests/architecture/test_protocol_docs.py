"""Every shipped protocol and every field of a protocol is documented, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import msgspec

from harness.plugins import protocol_folders
from harness.protocols import places, read_protocol
from harness.types import Protocol

PAGE = Path(__file__).resolve().parents[2] / "tasks" / "protocols" / "README.md"
PROTOCOLS = PAGE.read_text()


def test_every_protocol_is_documented_with_its_aliases() -> None:
    """The table of what is shipped has a row for each file, and for nothing else."""
    rows = {}
    for line in PROTOCOLS.partition("## Fields")[0].splitlines():
        if line.startswith("| `"):
            name, also, published, _ = (cell.strip() for cell in line.split("|")[1:-1])
            rows[name.strip("`")] = sorted(re.findall("`([^`]+)`", also)), published
    found = {name: read_protocol(place) for name, place in places(protocol_folders()).items()}
    assert rows.keys() == found.keys()
    for name, protocol in found.items():
        aliases, published = rows[name]
        assert aliases == sorted(protocol.aliases)
        assert protocol.published.startswith(published)
        assert bool(protocol.published) == bool(published)


def fields_of(struct: type[msgspec.Struct]) -> set[str]:
    """Return the names of a struct's fields, and of those of the structs it holds."""
    found: set[str] = set()
    for field in msgspec.structs.fields(struct):
        found.add(field.name)
        for inner in (field.type, *get_args(field.type)):
            if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                found |= fields_of(inner)
    return found


def test_every_field_of_a_protocol_is_documented() -> None:
    """What a file may hold is in the table of fields, and nothing else is."""
    table = PROTOCOLS.partition("## Fields")[2].partition("## What is legal")[0]
    first = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("|")]
    sections = set(re.findall(r"\[(\w+)\]", "".join(first)))
    documented = set(re.findall("`([a-z0-9_]+)`", " ".join(first))) | sections
    assert documented == fields_of(Protocol)
