"""The command line, ready to be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.command import Command


@pytest.fixture
def harness(tmp_path: Path, cache: Path) -> Command:
    return Command(tmp_path, cache)
