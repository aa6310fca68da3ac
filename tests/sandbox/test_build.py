"""The runner is built once, from its source, with the machine's own compiler."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from harness.errors import BoxError
from sandbox import build
from sandbox.build import build_runner


def test_it_is_built_once_and_kept(tmp_path: Path) -> None:
    """A second call finds what the first one built."""
    first = build_runner(tmp_path)
    stamp = first.path.stat().st_mtime_ns
    assert build_runner(tmp_path) == first
    assert first.path.stat().st_mtime_ns == stamp
    assert first.path.name == first.version


def test_two_at_once_build_one(tmp_path: Path) -> None:
    """Processes that start together do not get in each other's way."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        made = set(pool.map(build_runner, [tmp_path] * 4))
    assert len(made) == 1
    assert [p.name for p in (tmp_path / "runner").iterdir() if not p.name.startswith(".")] == [
        made.pop().version
    ]


def test_the_runner_is_small_enough_to_be_read() -> None:
    """The one part that must be trusted is kept under 1,750 lines."""
    lines = sum(len(place.read_text().splitlines()) for place in build.SOURCES.iterdir())
    assert lines < 1750


def test_a_missing_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a compiler the error says which to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BoxError, match="no C compiler") as caught:
        build_runner(tmp_path)
    assert "apt-get install g++" in caught.value.hint


def test_a_compiler_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the compiler said is in the error, and nothing half-built stays."""
    fake = tmp_path / "bin" / "gcc"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'no static libraries' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    with pytest.raises(BoxError, match="no static libraries"):
        build_runner(tmp_path / "cache")
    assert [p.name for p in (tmp_path / "cache" / "runner").iterdir()] == [".lock"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A cache under a file is an error that says how to choose another."""
    (tmp_path / "file").write_text("")
    with pytest.raises(BoxError, match="cannot be kept") as caught:
        build_runner(tmp_path / "file")
    assert "HARNESS_CACHE" in caught.value.hint
