"""What two runs were not asked alike, and what of it forbids to compare them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from harness.comparison.sides import Side, common
from harness.identity import apart

LONGEST = 80
"""Letters of a value that are shown."""

OWN = ("protocol", "contest", "id")
"""Fields that are told of elsewhere, or that no two runs share."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs; a side that has nothing there is empty."""

    name: str
    base: str
    new: str


def obstacles(base: Side, new: Side) -> tuple[str, ...]:
    """Return why the two must not be compared; none where they may."""
    one, other = base.record.contest, new.record.contest
    found = []
    if one.id != other.id:
        found.append(f"contest ({one.id} and {other.id})")
    elif one.hash != other.hash:
        found.append(f"data ({_data(base, new)})")
    found += [
        f"{name} ({getattr(base.identity, name) or 'none'} and "
        f"{getattr(new.identity, name) or 'none'})"
        for name in (each.partition(" ")[0] for each in apart(base.identity, new.identity))
    ]
    kinds = (base.row.ranked, new.row.ranked)
    if kinds[0] != kinds[1]:
        found.append(f"kind ({base.row.kind} and {new.row.kind})")
    return tuple(found)


def _data(base: Side, new: Side) -> str:
    """Say which problems are not the same."""
    ours = {cell.problem.id: cell.problem for cell in base.row.cells}
    theirs = {cell.problem.id: cell.problem for cell in new.row.cells}
    alone = sorted(set(ours) ^ set(theirs))
    if alone:
        return f"only one of them has {', '.join(alone[:5])}{' …' if len(alone) > 5 else ''}"
    changed = [name for name in common(base, new) if ours[name].hash != theirs[name].hash]
    if changed:
        return f"other tests or answers of {', '.join(changed[:5])}"
    return "other rules, limits or points"


def differing(base: Side, new: Side) -> tuple[Setting, ...]:
    """Return all settings that differ, by name."""
    one, other = dict(_settings(base)), dict(_settings(new))
    return tuple(
        Setting(name=name, base=one.get(name, ""), new=other.get(name, ""))
        for name in sorted(set(one) | set(other))
        if one.get(name, "") != other.get(name, "")
    )


def _settings(side: Side) -> Iterator[tuple[str, str]]:
    record = side.record
    yield "contestant", side.title
    yield "harness", f"{record.harness_version} {record.harness_commit[:12]}".strip()
    yield "data", record.contest.hash[:12]
    spec = record.spec
    if spec.protocol is not None:
        yield "protocol", f"{spec.protocol.id} {spec.protocol.sha256[:12]}"
    for name, value in msgspec.to_builtins(spec).items():
        if name not in OWN:
            yield from _flat(name.replace("_", " "), value)
    for kind, facts in (
        ("judge", record.judge),
        ("model", record.backend),
        ("machine", record.machine),
    ):
        for name, value in facts:
            yield f"{kind}: {name}", _short(value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flat(f"{name}: {key}", inner)
        case list() | tuple():
            for inner in value:
                if isinstance(inner, list | tuple) and len(inner) == 2:
                    yield from _flat(f"{name}: {inner[0]}", inner[1])
                elif isinstance(inner, dict) and "name" in inner:
                    yield from _flat(f"{name}: {inner['name']}", inner)
                else:
                    yield name, _short(msgspec.json.encode(value).decode())
                    return
        case _:
            yield name, _short("" if value is None else str(value))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
