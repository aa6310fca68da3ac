"""Jury files: found by name, read strictly, with the prompts beside them.

A jury is a TOML file with the fields of :class:`~harness.types.JuryFile`. The program's own are
found by name; a path that ends in ``.toml`` names a file of one's own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence, Set
from pathlib import Path

import msgspec

from harness.errors import ConfigError, UsageError
from harness.prompts import holes, read_template
from harness.types import JuryFile, Template

PEOPLE = "people"
"""The name that says that people mark."""

FENCED = {"code", "proof"}
"""What every prompt of a jury has to ask for."""
COPIED = FENCED | {"statement", "title"}
"""What the prompt for a copy may ask for: who copies must not know what earns points."""
MARKED = COPIED | {"guidelines", "reference", "rubric"}
"""What the prompt for a mark may ask for."""
SHOWN = MARKED | {"others"}
"""What the prompt for a mark may ask for where the other marks are shown."""


def read_jury(place: Path) -> tuple[JuryFile, tuple[Template, ...]]:
    """Read a jury's file and its prompts.

    Raises :class:`~harness.errors.ConfigError` naming what is wrong, such as a prompt that does
    not put the proof behind a fence.
    """
    try:
        found = msgspec.toml.decode(place.read_bytes(), type=JuryFile)
    except (msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"the jury {place}: {error}", hint="see tasks/juries/README.md for its fields"
        ) from error
    if found.id != place.stem:
        raise ConfigError(
            f"the jury {place} has the id {found.id!r}", hint=f'say id = "{place.stem}"'
        )
    named = (
        ("mark", found.prompt, FENCED, MARKED),
        ("again", found.again, FENCED | {"others"}, SHOWN),
        ("restyle", found.restyle, FENCED, COPIED),
    )
    templates: list[Template] = []
    for name, file, needed, known in named:
        if file:
            template = read_template(place.parent / file, name)
            _check(place, template, needed, known)
            templates.append(template)
    return found, tuple(templates)


def _check(place: Path, template: Template, needed: Set[str], known: Set[str]) -> None:
    asked = holes(template)
    for name in sorted(needed - asked):
        raise ConfigError(
            f"the prompt {template.name!r} of the jury {place} has no hole {{{{{name}}}}}",
            hint="the proof stands behind a fence, and the prompt says its code"
            if name in FENCED
            else "it is asked where marks lie far apart, to show the others",
        )
    for name in sorted(asked - known):
        raise ConfigError(
            f"the prompt {template.name!r} of the jury {place} asks for {{{{{name}}}}}",
            hint=f"what can be filled in is {', '.join(sorted(known))}",
        )


def juries_in(folders: Iterable[Path]) -> dict[str, Path]:
    """Return the files of the juries in some folders, by name, without reading them."""
    return {place.stem: place for folder in folders for place in sorted(folder.glob("*.toml"))}


def find_jury(name: str, folders: Sequence[Path]) -> Path:
    """Return the file of a jury, by its name or a path; raises a usage error with near misses."""
    if name.endswith(".toml"):
        place = Path(name)
        if not place.is_file():
            raise UsageError(f"there is no jury file {place}", hint="name a file that exists")
        return place
    known = juries_in(folders)
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, [*known, PEOPLE], n=3, cutoff=0.4)
    raise UsageError(
        f"there is no jury {name!r}",
        hint=f"did you mean {' or '.join(close)}?"
        if close
        else f"there is {', '.join(sorted(known))} and {PEOPLE}",
    )
