"""What this machine can do: tiers tried by opening a slot of each, compilers, room."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import msgspec

from harness.errors import HarnessError
from sandbox import engine, image
from sandbox.box import Box, Facts
from sandbox.docker import DockerBox
from sandbox.embedded import EmbeddedBox
from sandbox.languages import languages
from sandbox.tiers import choose


class TierState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a slot of a tier could be opened."""

    tier: str
    works: bool
    detail: str
    """What it is made of, or why there is none."""
    next: str = ""
    """What would help."""
    compilers: tuple[tuple[str, str], ...] = ()
    """Tools of the languages, and what they say of themselves."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Everything ``harness doctor`` says."""

    isolated: bool
    """Whether anything can be judged in isolation."""
    chosen: str
    """The tier that ``--sandbox auto`` takes; empty when there is none."""
    tiers: tuple[TierState, ...]
    system: str
    cores: int
    memory_bytes: int
    cgroup: int
    """Version of control groups on this machine; 0 when there are none."""
    free_bytes: tuple[tuple[str, int], ...]
    """Room where things are kept, by folder."""


def examine(cache: Path, data: Path) -> Health:
    """Try everything; never raises for what a machine lacks."""
    tiers = (_docker(cache), _embedded(cache))
    return Health(
        isolated=any(state.works for state in tiers),
        chosen=next((state.tier for state in tiers if state.works), ""),
        tiers=tiers,
        system=f"{os.uname().sysname} {os.uname().release} {os.uname().machine}",
        cores=len(os.sched_getaffinity(0)),
        memory_bytes=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        cgroup=_cgroup(Path("/sys/fs/cgroup")),
        free_bytes=tuple((str(place), _free(place)) for place in dict.fromkeys((cache, data))),
    )


def _docker(cache: Path) -> TierState:
    try:
        client = engine.connect()
        try:
            found = image.needed(client)
        finally:
            client.close()
        with DockerBox(found.id) as box:
            detail = f"image {found.tag}, {found.size >> 20} MiB, {_listed(box.facts)}"
    except HarnessError as error:
        return TierState(tier="docker", works=False, detail=error.message, next=error.hint)
    return TierState(
        tier="docker", works=True, detail=detail, compilers=_compilers("docker", cache)
    )


def _embedded(cache: Path) -> TierState:
    try:
        box: Box
        with EmbeddedBox(cache) as box:
            detail = _listed(box.facts)
    except HarnessError as error:
        return TierState(tier="embedded", works=False, detail=error.message, next=error.hint)
    return TierState(
        tier="embedded", works=True, detail=detail, compilers=_compilers("embedded", cache)
    )


def _compilers(tier: str, cache: Path) -> tuple[tuple[str, str], ...]:
    chosen = choose(tier, cache)
    try:
        names = dict.fromkeys(each.tools[0] for each in languages().values())
        return tuple((name, chosen.tools.version(name)) for name in names)
    finally:
        chosen.close()


def _listed(facts: Facts) -> str:
    return " ".join(f"{key}={value}" for key, value in facts.detail if key != "image")


def _cgroup(root: Path) -> int:
    if (root / "cgroup.controllers").exists():
        return 2
    return 1 if (root / "memory").is_dir() else 0


def _free(place: Path) -> int:
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free
