"""A report of a large run stays within what opens at once; sizes, not times."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.build import build_report
from reports.cellpage import LISTED
from reports.single import LARGE, build_single
from tests.reports.contests import answer_problem, ioi, people
from tests.reports.crowd import crowd_run
from tests.reports.runs import Did, write_run


@pytest.mark.long
def test_a_large_run_has_small_pages(tmp_path: Path) -> None:
    """Ten contestants at twelve problems: a small first page, and no page over its budget."""
    run = crowd_run(tmp_path / "run", contestants=10, problems=12, attempts=4, longest=300)
    build_report([run], tmp_path / "report")
    assert (tmp_path / "report" / "index.html").stat().st_size < 300_000
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "report").rglob("*.html")}
    assert any("+2" in name for name in sizes), "some cell needs more than one page"
    assert max(sizes.values()) < 256_000, max(sizes, key=lambda name: sizes[name])
    assert build_single([run], tmp_path / "one.html") < LARGE


@pytest.mark.parametrize("attempts", [LISTED, LISTED + 100])
def test_a_cell_of_many_attempts_has_small_pages(tmp_path: Path, attempts: int) -> None:
    """However many attempts there are, and whatever script they are in, no page is over budget."""
    source = "// \u6d4b\u8bd5" * 400
    run = write_run(
        tmp_path / "run",
        ioi(answer_problem("sum")),
        {("one", "sum"): [Did((1.0,), source=source)] * attempts},
        people("one"),
    )
    build_report([run], tmp_path / "report")
    pages = sorted((tmp_path / "report" / "cell").iterdir())
    assert len(pages) > 2
    assert max(page.stat().st_size for page in pages) < 256_000
    table = re.compile(r'<th scope="row"><a href="\.\./([^"#]*)#(a\d+)"')
    listed = [table.findall(page.read_text()) for page in pages]
    assert len({anchor for found in listed for _, anchor in found}) == attempts
    if attempts <= LISTED:
        assert all(len(found) == attempts for found in listed)
    else:
        assert all(
            path == f"cell/{page.name}"
            for page, found in zip(pages, listed, strict=True)
            for path, _ in found
        )
