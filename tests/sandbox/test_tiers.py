"""Which tier is taken, what is said of it, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from harness.errors import BoxError, UsageError
from sandbox import doctor, image
from sandbox.box import Box, Role
from sandbox.compile import Compiler
from sandbox.languages import language
from sandbox.pool import Pool
from sandbox.tiers import Tier, choose
from tests.fakes.slots import docker_image


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name an engine that is not there."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")


@pytest.fixture
def docker(tmp_path: Path) -> Iterator[Tier]:
    docker_image()
    tier = choose("docker", tmp_path)
    yield tier
    tier.close()


def test_containers_are_taken_where_they_can_be_had(cache: Path) -> None:
    """With an engine and the image, nothing else is asked for."""
    tag = docker_image()
    tier = choose("auto", cache)
    try:
        assert tag in tier.note
        with tier.judging("bare") as box:
            assert box.facts.tier == "docker"
    finally:
        tier.close()


def test_without_an_engine_namespaces_are_taken(cache: Path, no_engine: None) -> None:
    """The line that says so gives the reason, in the system's own words."""
    tier = choose("auto", cache)
    assert "in namespaces" in tier.note
    assert "no container engine answers: Connection refused" in tier.note
    assert len(tier.note) < 200
    with tier.judging("bare") as box:
        assert box.facts.tier == "embedded"


def test_without_the_image_namespaces_are_taken(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine alone is not enough; what to do is in the error of who insists."""
    docker_image()
    monkeypatch.setattr(image, "NAME", "olympiad-harness-absent")
    assert "has no image olympiad-harness-absent" in choose("auto", cache).note
    with pytest.raises(BoxError) as caught:
        choose("docker", cache)
    assert "harness sandbox build" in caught.value.hint


def test_what_was_asked_for_is_not_replaced(cache: Path, no_engine: None) -> None:
    """Who asks for containers gets them or an error."""
    with pytest.raises(BoxError, match="no container engine") as caught:
        choose("docker", cache)
    assert "DOCKER_HOST" in caught.value.hint


def test_an_unknown_tier_is_a_mistake(cache: Path) -> None:
    """The tiers there are stand in the error."""
    with pytest.raises(UsageError, match="'gvisor'") as caught:
        choose("gvisor", cache)
    assert "docker" in caught.value.hint


def test_the_compiler_is_the_images(docker: Tier, tmp_path: Path) -> None:
    """Versions and paths are those inside the image, and are asked once per image."""
    assert "Debian" in docker.tools.version("g++")
    assert docker.tools.find("g++") == "/usr/bin/g++"
    assert docker.tools.find("no-such-compiler") is None
    assert docker.tools.version("no-such-compiler") == "no-such-compiler (missing)"
    (kept,) = (tmp_path / "images").iterdir()
    kept.write_text('{"g++ --version": "another g++ 99"}')
    again = choose("docker", tmp_path)
    again.close()
    assert again.tools.version("g++") == "another g++ 99"


def test_the_header_of_the_image_is_used(docker: Tier, tmp_path: Path) -> None:
    """The compiler itself says whether it took the precompiled header."""
    pool: Pool[Box] = Pool(partial(docker.compiling, proc=False), 1)
    try:
        compiler = Compiler(pool, tmp_path, tools=docker.tools)
        source = b"#include <bits/stdc++.h>\nint main() {}\n"
        for key in ("cpp", "cpp17"):
            made = compiler.compile(language(key), {"a.cpp": source}, ("a.cpp",), Role.CONTESTANT)
            assert made.program is not None, made.message
        folder = docker.tools.header(language("cpp"))
        cpp = language("cpp")
        words = ["g++", *cpp.header_flags, "-H", f"-I/headers/{folder}", "a.cpp"]
        execution, _ = compiler._run(cpp, words, {"a.cpp": source}, Role.TRUSTED, "a.out")
        assert f"! /headers/{folder}/bits/stdc++.h.gch".encode() in execution.stderr_head
    finally:
        pool.close()


def test_the_doctor_finds_what_there_is(cache: Path, tmp_path: Path) -> None:
    """Tiers are tried, compilers named, and room counted where things are kept."""
    docker_image()
    found = doctor.examine(cache, tmp_path / "not" / "yet")
    assert found.isolated
    assert found.chosen == "docker"
    by_tier = {state.tier: state for state in found.tiers}
    assert by_tier["docker"].works
    assert by_tier["embedded"].works
    assert "g++" in dict(by_tier["docker"].compilers)
    assert all(free > 0 for _, free in found.free_bytes)
    assert found.cgroup in (1, 2)


def test_the_doctor_says_what_is_missing(cache: Path, tmp_path: Path, no_engine: None) -> None:
    """A tier that cannot be had has its reason and a next step, and the other is taken."""
    found = doctor.examine(cache, tmp_path)
    assert found.chosen == "embedded"
    state = next(state for state in found.tiers if state.tier == "docker")
    assert not state.works
    assert "no container engine" in state.detail
    assert "DOCKER_HOST" in state.next
