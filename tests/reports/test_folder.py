"""A report is all there or not at all, and touches nothing that is not a report."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from harness.errors import StoreError, UsageError
from harness.store import RunFolder
from reports import build
from reports.build import build_report
from reports.folder import TOP
from tests.reports.examples import hostile_run, ordinary_run


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("make", [ordinary_run, hostile_run])
def test_the_same_runs_give_the_same_bytes(
    tmp_path: Path, make: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Building twice, at other places and in another zone and language, changes no byte."""
    assert callable(make)
    run = make(tmp_path / "run")
    build_report([run], tmp_path / "one")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    build_report([RunFolder(run.path)], tmp_path / "deeper" / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "deeper" / "two")


def test_a_report_is_replaced_whole(tmp_path: Path) -> None:
    """A second report takes the place of the first; no page of the first is left."""
    build_report([ordinary_run(tmp_path / "a")], tmp_path / "report")
    index = build_report([hostile_run(tmp_path / "b")], tmp_path / "report")
    assert index == tmp_path / "report" / "index.html"
    assert not list((tmp_path / "report").rglob("*strong*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "report"]
    assert {path.name for path in (tmp_path / "report").iterdir()} == TOP - {"compare"}


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    """A folder that is there and empty becomes the report."""
    (tmp_path / "report").mkdir()
    assert build_report([ordinary_run(tmp_path / "a")], tmp_path / "report").is_file()


def test_a_report_can_lie_in_its_run(tmp_path: Path) -> None:
    """The report of a run may be written into the run folder, twice."""
    run = ordinary_run(tmp_path / "a")
    for _ in range(2):
        assert build_report([run], run.path / "report").is_file()
    assert RunFolder(run.path).record == run.record


@pytest.mark.parametrize(
    ("name", "text"),
    [("thesis.tex", "years"), ("report.json", "{}"), ("report.json", "[" * 100_000)],
)
def test_a_folder_that_is_no_report_is_not_touched(tmp_path: Path, name: str, text: str) -> None:
    """Anything else at the place is refused with a next step, and stays as it was."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text(text)
    with pytest.raises(UsageError, match="not a report") as error:
        build_report([ordinary_run(tmp_path / "a")], tmp_path / "mine")
    assert "nothing was changed" in error.value.hint
    assert contents(tmp_path / "mine") == {name: text.encode()}


def test_a_report_with_something_else_in_it_is_not_replaced(tmp_path: Path) -> None:
    """A file that someone put into a report is not deleted with it."""
    run = ordinary_run(tmp_path / "a")
    build_report([run], tmp_path / "report")
    (tmp_path / "report" / "notes.txt").write_text("mine")
    with pytest.raises(UsageError):
        build_report([run], tmp_path / "report")
    assert (tmp_path / "report" / "notes.txt").read_text() == "mine"


def test_a_file_or_a_link_at_the_place_is_refused(tmp_path: Path) -> None:
    """A file is not overwritten and a link is not followed."""
    run = ordinary_run(tmp_path / "a")
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("file", "link"):
        with pytest.raises(UsageError):
            build_report([run], tmp_path / name)
    assert (tmp_path / "file").read_text() == "x"


def test_a_build_that_fails_leaves_the_old_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle is told with the place and the next step; nothing is lost."""
    run = ordinary_run(tmp_path / "a")
    build_report([run], tmp_path / "report")
    before = contents(tmp_path / "report")
    write = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name == "about.html":
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match="No space left") as error:
        build_report([run], tmp_path / "report")
    assert str(tmp_path / "report") in error.value.message
    assert "harness report" in error.value.hint
    assert contents(tmp_path / "report") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "report"]


def test_an_interrupted_build_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the middle of a build leaves no half report and no litter."""
    run = ordinary_run(tmp_path / "a")

    def stop(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "summary", stop)
    with pytest.raises(KeyboardInterrupt):
        build_report([run], tmp_path / "report")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A parent that is a file gives an error with the place, not a traceback."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="report cannot be written"):
        build_report([ordinary_run(tmp_path / "a")], tmp_path / "file" / "report")


def test_runs_that_cannot_stand_together_are_refused(tmp_path: Path) -> None:
    """No run, and two copies of one run, are mistakes; the same folder named twice is one run."""
    run = ordinary_run(tmp_path / "a")
    copy = ordinary_run(tmp_path / "deeper" / "a")
    with pytest.raises(UsageError, match="no run"):
        build_report([], tmp_path / "report")
    with pytest.raises(UsageError, match="copies of the same run"):
        build_report([run, copy], tmp_path / "report")
    build_report([run, RunFolder(run.path)], tmp_path / "report")
    assert len(list((tmp_path / "report" / "run").iterdir())) == 1
