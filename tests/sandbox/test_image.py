"""The image: its name follows from what it is made of, and building it says what it lacks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import DockerClient

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
