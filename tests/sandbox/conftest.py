"""A real judge and a real compiler, shared by the tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.box import Box
from sandbox.compile import Compiler
from sandbox.embedded import EmbeddedBox
from sandbox.judge import CodeJudge
from sandbox.pool import Pool
from tests.fakes.slots import docker_image


@pytest.fixture(scope="session", params=["embedded", "docker"])
def judge(request: pytest.FixtureRequest, cache: Path) -> Iterator[CodeJudge]:
    if request.param == "docker":
        docker_image()
    with CodeJudge(cache=cache, sandbox=request.param) as made:
        assert dict(made.facts)["tier"] == request.param
        yield made


@pytest.fixture
def compiler(cache: Path, tmp_path: Path) -> Iterator[Compiler]:
    """Return a compiler that remembers nothing but the headers."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (cache / "headers").mkdir(exist_ok=True)
    (kept / "headers").symlink_to(cache / "headers")
    pool: Pool[Box] = Pool(
        lambda: EmbeddedBox(cache, root="toolchain", binds={"headers": cache / "headers"}), 1
    )
    yield Compiler(pool, kept)
    pool.close()
