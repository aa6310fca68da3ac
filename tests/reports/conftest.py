"""Reports built once and read by many tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.build import build_report
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
