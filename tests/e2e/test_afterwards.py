"""Runs that are there already: packed, shown, exported and reported on, from the command line."""

from __future__ import annotations

import csv
import json
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from harness.store import RunWriter
from harness.types import AttemptEnd, AttemptStatus
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command
from tests.harness.test_layers import EIGHT, judged_again, played
from tests.reports.contests import ioi, people
from tests.reports.crowd import crowd_run
from tests.reports.runs import UNFINISHED, Did, write_run


@pytest.fixture
def run(harness: Command) -> Path:
    """Return a run with a layer by which one problem is worth more."""
    place = played(harness.home / "run")
    judged_again(place, EIGHT)
    return place


def means(report: Path) -> list[float]:
    found = json.loads((report / "report.json").read_text())
    return [row["mean"] for board in found["boards"] for row in board["rows"]]


def test_a_run_is_packed_and_read_from_its_file(harness: Command, run: Path) -> None:
    """The report of the file is that of the folder, byte by byte, by the layer that is named."""
    outcome = harness("pack", run, "-o", "run.zip")
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines()[-1] == str(harness.home / "run.zip")
    for words, mean in (((), 20.0), (("--layer", "log"), 10.0)):
        for source, report in ((run, "folder"), (harness.home / "run.zip", "pack")):
            outcome = harness("report", source, "-o", report, *words)
            assert outcome.code == 0, outcome.err
            assert means(harness.home / report) == [mean]
        one, two = (
            {p.relative_to(home): p.read_bytes() for p in home.rglob("*") if p.is_file()}
            for home in (harness.home / "folder", harness.home / "pack")
        )
        assert one == two
    is_one_clear_error(harness("pack", run, "-o", "run.zip"), 64, ("exists already",))
    is_one_clear_error(harness("rejudge", "run.zip"), 64, ("packed run", "never changed"))
    secret = harness("pack", run, "-o", "two.zip", env={"SOME_TOKEN": "2025-01-01T00:00:00Z"})
    is_one_clear_error(secret, 64, ("SOME_TOKEN",))


def test_runs_are_exported_in_each_form(harness: Command, run: Path) -> None:
    """Tables are read by a spreadsheet, lm-eval's files stand in the model's folder."""
    for form in ("csv", "parquet", "lm-eval"):
        outcome = harness("export", run, "--format", form, "-o", form)
        assert outcome.code == 0, outcome.err
        assert all(Path(line).is_file() for line in outcome.out.splitlines())
    with (harness.home / "csv" / "attempts.csv").open(newline="") as file:
        assert [float(row["points"]) for row in csv.DictReader(file)] == [10.0] * 4
    outcome = harness("export", run, "--layer", "log", "-o", "log")
    with (harness.home / "log" / "attempts.csv").open(newline="") as file:
        assert sorted(float(row["points"]) for row in csv.DictReader(file)) == [0, 0, 10, 10]
    (results,) = (harness.home / "lm-eval" / "bot").glob("results_*.json")
    assert json.loads(results.read_text())["results"]["scripted"]["score,none"] == 1.0
    is_one_clear_error(harness("export", run, "-o", "csv"), 64, ("is there already",))
    is_one_clear_error(harness("export", run, run), 64, ("named twice",))


def test_a_run_is_shown_while_it_goes_on(harness: Command) -> None:
    """The address is printed, the page follows the log, and Ctrl-C ends it without an error."""
    did = {("one", "hills"): [Did((1, 1, 1)), UNFINISHED], ("one", "rivers"): []}
    place = harness.home / "run"
    write_run(place, ioi(), did, people("one"), sealed=False)
    process = harness.start("view", place)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("report: ").strip()
        assert url.startswith("http://127.0.0.1:")
        with RunWriter(place) as writer:
            writer.append(
                AttemptEnd(
                    attempt="hills:one:1",
                    status=AttemptStatus.DONE,
                    points=40.0,
                    max_points=100.0,
                )
            )
        page = ""
        until = time.monotonic() + 120
        while "2 of 2 attempts have ended" not in page and time.monotonic() < until:
            with urllib.request.urlopen(url, timeout=60) as answer:
                page = answer.read().decode()
            time.sleep(0.2)
        assert "2 of 2 attempts have ended" in page
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_view_for_others_has_to_be_meant(harness: Command, run: Path) -> None:
    """Without --public nobody else reads the report."""
    outcome = harness("view", run, "--host", "0.0.0.0")
    is_one_clear_error(outcome, 64, ("reached by others", "--public"))
    is_one_clear_error(harness("view", run, "--port", "70000"), 64, ("70000",))


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_report_that_is_stopped_leaves_nothing_behind(
    harness: Command, tmp_path: Path, number: signal.Signals
) -> None:
    """Neither half a report, nor the folder it was being written in."""
    run = crowd_run(tmp_path / "crowd", contestants=6, problems=6, attempts=12).path
    out = tmp_path / "out"
    out.mkdir()
    process = harness.start("report", run, "-o", out / "report")
    while not any(out.glob(".report-*/cell/*")):
        assert process.poll() is None, "it was done before it could be stopped"
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate()
    assert process.returncode == 130, err
    assert list(out.iterdir()) == []
