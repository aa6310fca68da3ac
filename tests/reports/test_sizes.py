"""A report of a large run stays within what opens at once; sizes, not times."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.build import build_report
from reports.single import LARGE, build_single
from tests.reports.crowd import crowd_run

pytestmark = pytest.mark.long


def test_a_large_run_has_small_pages(tmp_path: Path) -> None:
    """Ten contestants at twelve problems: a small first page, and no page over its budget."""
    run = crowd_run(tmp_path / "run", contestants=10, problems=12, attempts=4, longest=300)
    build_report([run], tmp_path / "report")
    assert (tmp_path / "report" / "index.html").stat().st_size < 300_000
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "report").rglob("*.html")}
    assert any("+2" in name for name in sizes), "some cell needs more than one page"
    assert max(sizes.values()) < 300_000, max(sizes, key=lambda name: sizes[name])
    assert build_single([run], tmp_path / "one.html") < LARGE
