"""Reports built once and read by many tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.build import build_report
from tests.browsers import Browser, Chromium, Firefox, Listener
from tests.reports.examples import hostile_run, ordinary_run
from tests.reports.proofs import proof_run


@pytest.fixture(scope="session")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the report of one ordinary run."""
    place = tmp_path_factory.mktemp("ordinary")
    build_report([ordinary_run(place / "run-one")], place / "report")
    return place / "report"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the report of a run in which every text is an attack."""
    place = tmp_path_factory.mktemp("hostile")
    build_report([hostile_run(place / "run-two")], place / "report")
    return place / "report"


@pytest.fixture(scope="session")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the report of a run whose proofs a jury marked; its statements may be shown."""
    place = tmp_path_factory.mktemp("proofs")
    build_report([proof_run(place / "run-three")], place / "report")
    return place / "report"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """Start a server that stands for everything outside."""
    with Listener() as found:
        yield found


@pytest.fixture(scope="module", params=[Chromium, Firefox], ids=lambda kind: kind.name)
def browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Start each browser that is installed; where tests may not be skipped, both have to be."""
    if not request.param.program and not os.environ.get("CI"):
        pytest.skip(f"{request.param.name} is not installed")
    with request.param(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Start the browser that can be asked for dark, for print and for a phone."""
    if not Chromium.program and not os.environ.get("CI"):
        pytest.skip("chromium is not installed")
    with Chromium(tmp_path_factory.mktemp("browser")) as found:
        yield found
