"""Every shipped jury and every field of a jury's file is documented, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from harness.juries import MARKED, SHOWN, juries_in, read_jury
from harness.plugins import jury_folders
from harness.types import Aggregate, JuryFile, JurySampling, Scale

PAGE = Path(__file__).resolve().parents[2] / "tasks" / "juries" / "README.md"
JURIES = PAGE.read_text()
FIELDS = JURIES.partition("## Fields")[2].partition("## How a mark is read")[0]


def test_every_jury_is_documented_as_it_is() -> None:
    """The table of what is shipped has a row for each file, with its scale and its counts."""
    rows = {}
    for line in JURIES.partition("## Fields")[0].splitlines():
        if line.startswith("| `"):
            name, *cells, _ = (cell.strip().strip("`") for cell in line.split("|")[1:-1])
            rows[name] = cells
    found = {name: read_jury(place)[0] for name, place in juries_in(jury_folders()).items()}
    assert rows == {
        name: [
            jury.scale.value,
            str(jury.votes),
            jury.aggregate.value,
            "" if jury.rejudge_beyond is None else f"beyond {jury.rejudge_beyond:g}",
        ]
        for name, jury in found.items()
    }


def test_every_field_of_a_jury_is_documented() -> None:
    """What a file may hold is in the table of fields, and nothing else is."""
    first = [line.split(" | ")[0] for line in FIELDS.splitlines() if line.startswith("|")]
    documented = set(re.findall("`([a-z_]+)`", " ".join(first)))
    documented |= set(re.findall(r"\[(\w+)\]", "".join(first)))
    fields = {field.name for of in (JuryFile, JurySampling) for field in msgspec.structs.fields(of)}
    assert documented == fields


def test_every_word_that_a_field_may_have_is_documented() -> None:
    """Scales, aggregations and holes of prompts are named on the page."""
    for word in (*Scale, *Aggregate):
        assert f"`{word.value}`" in FIELDS
    for hole in MARKED | SHOWN:
        assert f"`{{{{{hole}}}}}`" in FIELDS


def test_the_shipped_juries_say_where_they_are_from() -> None:
    """Each has a title and a source, and reads without a mistake."""
    for place in juries_in(jury_folders()).values():
        jury, prompts = read_jury(place)
        assert jury.title
        assert jury.source
        assert {prompt.name for prompt in prompts} >= {"mark"}
