"""What a strategy asked, in order: long histories as a short list, and few of their texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.history import AttemptLog
from reports.words import many

ENDS = 12
"""Generations shown from each end of an attempt, beside those that were handed in."""

LISTED = 20
"""Stages listed from each end of an attempt."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Questions of one kind, one after another."""

    name: str
    """Of their template."""
    count: str
    numbers: str
    tokens: str
    links: tuple[tuple[str, str], ...]
    """Pages of generations that are shown, with their numbers."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of an attempt, cut to a page's size."""

    first: tuple[Stage, ...]
    gap: str
    last: tuple[Stage, ...]


def shown(found: AttemptLog) -> frozenset[int]:
    """Return the ordinals of the generations whose texts are shown."""
    ordinals = sorted(found.generations)
    by_id = {generation.id: ordinal for ordinal, generation in found.generations.items()}
    handed_in = {by_id[name] for s in found.submissions for name in s.generations if name in by_id}
    return frozenset(handed_in.union(ordinals[:ENDS], ordinals[-ENDS:]))


def is_long(found: AttemptLog) -> bool:
    """Whether more was asked than was handed in, so that the order of asking says something."""
    return len(found.generations) > max(1, len(found.submissions))


def stages(found: AttemptLog, pages: Mapping[int, str]) -> Stages:
    """Return what was asked; ``pages`` has where each generation that is shown stands."""
    groups: list[tuple[str, list[int]]] = []
    for ordinal, generation in sorted(found.generations.items()):
        prompt = found.prompts.get(generation.prompt)
        name = (prompt.template or f"template {prompt.template_hash[:12]}") if prompt else "unknown"
        if groups and groups[-1][0] == name:
            groups[-1][1].append(ordinal)
        else:
            groups.append((name, [ordinal]))
    made = [_stage(found, name, ordinals, pages) for name, ordinals in groups]
    if len(made) <= 2 * LISTED:
        return Stages(tuple(made), "", ())
    left = len(made) - 2 * LISTED
    return Stages(tuple(made[:LISTED]), f"{many(left, 'stage')} more", tuple(made[-LISTED:]))


def _stage(found: AttemptLog, name: str, ordinals: list[int], pages: Mapping[int, str]) -> Stage:
    tokens = sum(found.generations[ordinal].tokens_out or 0 for ordinal in ordinals)
    there = [ordinal for ordinal in ordinals if ordinal in pages]
    ends = there if len(there) <= 4 else [*there[:2], *there[-2:]]
    return Stage(
        name=name,
        count=many(len(ordinals), "generation"),
        numbers=f"{ordinals[0]}" if len(ordinals) == 1 else f"{ordinals[0]} to {ordinals[-1]}",
        tokens=f"{tokens:,} tokens" if tokens else "",
        links=tuple((pages[ordinal], str(ordinal)) for ordinal in ends),
    )
