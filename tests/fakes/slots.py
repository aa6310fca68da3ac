"""Slots in every mode there is, and a program to run in them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache as once
from pathlib import Path
from typing import Any, Literal

import pytest
from docker.errors import NotFound

from harness.errors import BoxError
from sandbox import engine, image
from sandbox.box import Box, Role
from sandbox.build import build_runner
from sandbox.compile import Compiler
from sandbox.docker import DockerBox
from sandbox.embedded import EmbeddedBox
from sandbox.languages import language, suffixes
from sandbox.pool import Pool
from sandbox.program import Program, Root

USER = 1500
"""An ordinary user, for the mode in which all programs of a slot share one uid."""

Mode = Literal["range", "single", "landlock", "docker", "unsafe"]

ISOLATED: tuple[Mode, ...] = (
    ("single", "landlock", "docker") if os.geteuid() else ("range", "single", "landlock", "docker")
)
"""Modes that isolate: ``range`` has a uid for each program, which takes root; ``single`` has one
for all; ``landlock`` has no namespaces either."""

MODES: tuple[Mode, ...] = (*ISOLATED, "unsafe")


@once
def docker_image() -> str:
    """Return the image of the docker tier, or skip the test; in CI a missing tier fails it."""
    try:
        client = engine.connect()
        try:
            return image.needed(client).tag
        finally:
            client.close()
    except BoxError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must have the docker tier: {error}")
        pytest.skip(f"no docker tier here: {error.message}")


@contextmanager
def another_user() -> Iterator[None]:
    """Be an ordinary user for a moment."""
    os.setresgid(USER, USER, 0)
    os.setresuid(USER, USER, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)


@contextmanager
def opened(
    mode: Mode, cache: Path, root: Root = "bare", *, processes: bool = False
) -> Iterator[EmbeddedBox | DockerBox]:
    """Open a slot in a mode."""
    if mode == "docker":
        with DockerBox(docker_image(), root=root, processes=processes) as container:
            yield container
    elif mode in ("unsafe", "landlock"):
        with EmbeddedBox(cache, root=root, processes=processes, tier=mode) as box:
            yield box
    elif mode == "range" or os.geteuid():
        with EmbeddedBox(cache, root=root, processes=processes) as box:
            yield box
    else:
        # Where an ordinary user may go: folders of pytest are closed to others.
        with tempfile.TemporaryDirectory() as name:
            build_runner(Path(name))
            for place in (Path(name), *Path(name).rglob("*")):
                os.chown(place, USER, USER)
            with another_user():
                box = EmbeddedBox(Path(name), root=root, processes=processes)
            with box:
                yield box


def slot_of(box: EmbeddedBox) -> Path:
    """Return the slot's folder on the host, which the runner was started with."""
    words = Path("/proc", str(box.pid), "cmdline").read_bytes().split(b"\0")
    return Path(words[1].decode().removeprefix("slot="))


def runner_of(box: Box) -> int:
    """Return the process that runs programs: where there are namespaces, a child of the first."""
    if isinstance(box, DockerBox):
        return int(seen(box.id)["State"]["Pid"])
    assert isinstance(box, EmbeddedBox)
    found = Path(f"/proc/{box.pid}/task/{box.pid}/children").read_text().split()
    return int(found[0]) if found else box.pid


def seen(container: str) -> dict[str, Any]:
    """Return what the engine knows of a container; empty when there is none."""
    client = engine.connect()
    try:
        return dict(client.api.inspect_container(container))
    except NotFound:
        return {}
    finally:
        client.close()


def remains(box: Box) -> Callable[[], list[str]]:
    """Return a function that lists what is left of a slot that is open now."""
    runner = runner_of(box)
    if isinstance(box, DockerBox):
        known = seen(box.id)
        volumes = [mount["Name"] for mount in known["Mounts"] if mount["Type"] == "volume"]
        assert volumes

        def left() -> list[str]:
            client = engine.connect()
            try:
                kept = [volume.name for volume in client.volumes.list()]
            finally:
                client.close()
            found = [f"volume {name}" for name in volumes if name in kept]
            if seen(known["Id"]):
                found.append("container")
            return found + [str(place) for place in [Path("/proc", str(runner))] if place.exists()]

        return left
    assert isinstance(box, EmbeddedBox)
    places = [slot_of(box), Path("/proc", str(box.pid)), Path("/proc", str(runner))]
    assert all(place.exists() for place in places)
    return lambda: [str(place) for place in places if place.exists()]


def make(cache: Path, source: Path, *beside: Path) -> Program:
    """Compile a program of the tests as a submission would be, in the language of its suffix."""
    (cache / "headers").mkdir(exist_ok=True)
    pool: Pool[Box] = Pool(
        lambda: EmbeddedBox(cache, root="toolchain", binds={"headers": cache / "headers"}), 1
    )
    try:
        files = {place.name: place.read_bytes() for place in (source, *beside)}
        made = Compiler(pool, cache).compile(
            language(suffixes()[source.suffix]), files, (source.name,), Role.CONTESTANT
        )
        assert made.program is not None, made.message
        return made.program
    finally:
        pool.close()


def build(cache: Path, source: Path, *beside: Path) -> Path:
    """Compile a program of the tests that is static."""
    place = make(cache, source, *beside).executable
    assert place is not None
    return place
