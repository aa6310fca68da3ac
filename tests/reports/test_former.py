"""A report that is built again takes over what would be the same, and only that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from harness.codec import decode_manifest, encode_manifest
from harness.packing import pack_runs
from harness.store import MANIFEST, RunFolder, RunWriter, open_runs
from harness.types import Note, NoteKind
from reports import build
from reports.build import build_report
from reports.former import Former
from tests.reports.contests import code_problem, ioi, people
from tests.reports.runs import Did, write_run

CONTEST = ioi(code_problem("hills"), code_problem("rivers", (40, 60)), show_statements=True)
WHO = people("one", "two")


def a_run(place: Path, *, sealed: bool = True, title: str = "IOI 1999") -> RunFolder:
    contest = msgspec.structs.replace(CONTEST, title=title)
    did = {
        (one.id, problem.id): [
            Did((1.0,) * len(problem.body.subtasks), source=f"int {one.id}{n};") for n in range(2)
        ]
        for one in WHO
        for problem in contest.problems
    }
    return write_run(place, contest, did, WHO, sealed=sealed)


def files_of(report: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(report)): file.read_bytes()
        for file in report.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the cells that were made, and not taken over."""
    seen: list[str] = []
    original = build.CellPages

    class Watched(original):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]
            seen.append(self.done[0].path)

    monkeypatch.setattr(build, "CellPages", Watched)
    return seen


def test_an_unchanged_run_is_not_rendered_again(tmp_path: Path, made: list[str]) -> None:
    """Built again over itself, the report is the same bytes, and no cell was made anew."""
    run, place = a_run(tmp_path / "run"), tmp_path / "report"
    build_report([run], place, Former.at(place, tmp_path / "cache"))
    first = files_of(place)
    assert len(made) == 4
    build_report([run], place, Former.at(place, tmp_path / "cache"))
    assert len(made) == 4
    assert files_of(place) == first
    build_report([run], tmp_path / "cold")
    assert files_of(tmp_path / "cold") == first


def _note(run: RunFolder) -> None:
    with RunWriter(run.path) as writer:
        writer.append(Note(attempt="hills:one:0", kind=NoteKind.RETRIED, text="once more"))


def _retitle(run: RunFolder) -> None:
    place = run.path / MANIFEST
    record = decode_manifest(place.read_bytes())
    contest = msgspec.structs.replace(record.contest, title="Another title")
    place.write_bytes(encode_manifest(msgspec.structs.replace(record, contest=contest)))


def _seal(run: RunFolder) -> None:
    with RunWriter(run.path) as writer:
        writer.seal("2025-01-01T02:00:00Z")


def _lose_a_text(run: RunFolder) -> None:
    next(iter(sorted((run.path / "blobs").rglob("*.gz")))).unlink()


def _spoil_a_text(run: RunFolder) -> None:
    found = next(iter(sorted((run.path / "blobs").rglob("*.gz"))))
    found.write_bytes(found.read_bytes()[:-9] + b"123456789")


def _nothing(run: RunFolder) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "anew"),
    [(_nothing, 0), (_note, 1), (_retitle, 4), (_seal, 4)],
)
def test_what_has_changed_is_made_anew(
    tmp_path: Path, made: list[str], change: Callable[[RunFolder], None], anew: int
) -> None:
    """After a change the report is what it would be without one before, cell by cell."""
    place = tmp_path / "report"
    run = a_run(tmp_path / "run", sealed=False)
    former = Former()
    build_report([run], place, former)
    change(run)
    made.clear()
    build_report([RunFolder(run.path)], place, former)
    assert len(made) == anew
    build_report([RunFolder(run.path)], tmp_path / "cold")
    assert files_of(place) == files_of(tmp_path / "cold")


@pytest.mark.parametrize("change", [_lose_a_text, _spoil_a_text])
def test_a_text_that_is_lost_is_missed_in_a_report_built_again(
    tmp_path: Path, change: Callable[[RunFolder], None]
) -> None:
    """What a run folder does not hold any more does not live on in its report."""
    place, former = tmp_path / "report", Former()
    run = a_run(tmp_path / "run")
    build_report([run], place, former)
    change(run)
    build_report([run], place, former)
    build_report([run], tmp_path / "cold")
    assert files_of(place) == files_of(tmp_path / "cold")
    assert any(b"missing from the run folder" in page for page in files_of(place).values())


def test_a_run_beside_it_makes_the_pages_of_both_anew_where_their_names_change(
    tmp_path: Path, made: list[str]
) -> None:
    """A second run gives the first one's pages other names; a third one leaves them alone."""
    place, former = tmp_path / "report", Former()
    runs = [a_run(tmp_path / f"run{n}") for n in range(3)]
    for number, anew in ((1, 4), (2, 8), (3, 4)):
        made.clear()
        build_report(runs[:number], place, former)
        assert len(made) == anew
    build_report(runs, tmp_path / "cold")
    assert files_of(place) == files_of(tmp_path / "cold")


@pytest.mark.parametrize("harm", ["edited", "gone", "notes"])
def test_a_page_that_somebody_changed_is_not_taken_over(tmp_path: Path, harm: str) -> None:
    """Only a page that is what this program wrote there stays; what is known may be lost, too."""
    run, place, cache = a_run(tmp_path / "run"), tmp_path / "report", tmp_path / "cache"
    build_report([run], place, Former.at(place, cache))
    first = files_of(place)
    page = sorted((place / "cell").iterdir())[0]
    if harm == "edited":
        page.write_bytes(page.read_bytes().replace(b"WA", b"AC") + b"<!-- mine -->")
    elif harm == "gone":
        page.unlink()
    else:
        (notes,) = (cache / "reports").iterdir()
        notes.write_bytes(b"{" * 10)
    build_report([run], place, Former.at(place, cache))
    assert files_of(place) == first


def test_a_packed_run_is_taken_over_too(tmp_path: Path, made: list[str]) -> None:
    """Read from one file, a run has the same pages the second time, and none is made anew."""
    file, place = tmp_path / "run.zip", tmp_path / "report"
    pack_runs([a_run(tmp_path / "run")], file)
    former = Former()
    build_report(open_runs(file), place, former)
    first = files_of(place)
    made.clear()
    build_report(open_runs(file), place, former)
    assert made == []
    assert files_of(place) == first
