"""The image: its name follows from what it is made of, and building it says what it lacks."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker import DockerClient
from docker.errors import NotFound

from harness.errors import BoxError, UsageError
from sandbox import engine, image
from tests.fakes.slots import USER, docker_image


@pytest.fixture
def client() -> Iterator[DockerClient]:
    docker_image()
    made = engine.connect()
    yield made
    made.close()


def test_a_changed_runner_is_another_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tag is the same for the same sources, and another for any other."""
    first = image.tag()
    sources = tmp_path / "runner"
    shutil.copytree(image.SOURCES, sources)
    monkeypatch.setattr(image, "SOURCES", sources)
    assert image.tag() == first
    with (sources / "main.c").open("a") as file:
        file.write("/* changed */\n")
    assert image.tag() != first


def test_the_engine_has_the_image(client: DockerClient) -> None:
    """What was built is found, with its digest, its size and what it has compilers for."""
    found = image.needed(client)
    assert found.id.startswith("sha256:")
    assert found.size > 100 << 20
    assert "cpp" in found.languages


@pytest.fixture
def older(client: DockerClient) -> Iterator[Callable[..., str]]:
    """Return a function that makes small images as earlier versions would have left them."""
    made: list[str] = []

    def make(name: str, *, ours: bool = True) -> str:
        room = io.BytesIO()
        with tarfile.open(fileobj=room, mode="w") as tar:
            data = os.urandom(16)
            entry = tarfile.TarInfo("runner")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
        repository, _, version = name.partition(":")
        label = f"LABEL {engine.LABEL}=image" if ours else "LABEL other=1"
        client.api.import_image_from_data(
            room.getvalue(), repository=repository, tag=version, changes=[label]
        )
        made.append(name)
        return name

    yield make
    for name in made:
        with contextlib.suppress(NotFound):
            client.api.remove_image(name)


def has(client: DockerClient, name: str) -> bool:
    return bool(client.api.images(name))


def test_images_of_other_versions_go(
    client: DockerClient, older: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that nobody uses go; one with a container, one of ours now and others' stay."""
    # In a name of the test's own, so that no image of this machine goes.
    mine = "olympiad-harness-sandbox-tested"
    monkeypatch.setattr(image, "NAME", mine)
    monkeypatch.setattr(image, "tag", lambda: f"{mine}:now")
    current, old, used, other = (
        older(f"{mine}:now"),
        older(f"{mine}:old"),
        older(f"{mine}:used"),
        older("olympiad-other:1", ours=False),
    )
    kept = client.api.create_container(used, ["container"])["Id"]
    try:
        assert image.remove_older(client) == (old,)
        assert not has(client, old)
        assert all(has(client, name) for name in (current, used, other))
    finally:
        engine.remove(client, kept)
    assert image.remove_older(client) == (used,)


def test_a_language_that_is_not_known_is_a_mistake(client: DockerClient) -> None:
    """Nothing is begun, and what can be named stands in the error."""
    with pytest.raises(UsageError, match="'cobol'") as caught:
        image.build(client, ["cobol"], "packages", print)
    assert "python3" in caught.value.hint


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to become someone else")
def test_packages_take_root(client: DockerClient) -> None:
    """An ordinary user is told so, before anything is installed."""
    os.seteuid(USER)
    try:
        with pytest.raises(BoxError, match="takes root") as caught:
            image.build(client, [], "packages", print)
    finally:
        os.seteuid(0)
    assert "registry" in caught.value.hint


def test_what_failed_is_said_in_its_own_words(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a tool that installs packages, the error names the ones that would do."""
    if os.geteuid():
        pytest.skip("takes root to get so far")
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(BoxError, match="mmdebstrap and debootstrap are missing"):
        image.build(client, [], "packages", print)
