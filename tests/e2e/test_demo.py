"""The demonstration, from the command line to the leaderboard."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from harness.board import boards
from harness.store import RunFolder
from harness.types import Grade, Note, NoteKind, Verdict
from tests.fakes.command import Command, Outcome

MEAN = {"full": 250.0, "partial": 116.0, "slow": 60.0, "hostile": 0.0, "wrong": 0.0, "silent": None}
"""Points that the contestants were written to reach."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> tuple[Outcome, Path]:
    home = tmp_path_factory.mktemp("demo")
    outcome = Command(home, cache)("run", "--task", "demo")
    folders = sorted((home / "runs").iterdir())
    assert len(folders) == 1
    return outcome, folders[0]


def grades(folder: Path) -> dict[str, Grade]:
    return {r.submission: r for r in RunFolder(folder).replay() if isinstance(r, Grade)}


def test_it_ends_with_the_path_of_a_leaderboard(run: tuple[Outcome, Path]) -> None:
    """The first command succeeds, prints a table, and the report it names is there."""
    outcome, folder = run
    assert outcome.code == 0
    line = next(line for line in outcome.out.splitlines() if line.startswith("report:"))
    index = Path(line.split(maxsplit=1)[1])
    assert index == folder / "report" / "index.html"
    assert "partial" in index.read_text()
    assert "| full | 100 | 100 | 50 | 250 | 250 | 3 of 3 | 0 |" in outcome.out
    assert "Traceback" not in outcome.err


def test_every_contestant_gets_the_points_it_was_written_for(run: tuple[Outcome, Path]) -> None:
    """Full, partial, slow, wrong and hostile contestants score as declared; silence has none."""
    (board,) = boards([RunFolder(run[1])])
    assert {row.contestant.id: row.mean_total for row in board.rows} == MEAN
    assert {row.contestant.kind for row in board.rows} == {"reference"}
    assert {row.contestant.id: board.medal(row) for row in board.rows if row.mean_total} == {
        "full": "gold",
        "partial": "bronze",
        "slow": "bronze",
    }


def test_the_hostile_contestant_is_contained(run: tuple[Outcome, Path]) -> None:
    """It gets a verdict on every problem, finds nothing, and nobody else suffers."""
    found = grades(run[1])
    attack = found["luggage:hostile:0#s1"]
    assert attack.verdict in {Verdict.OLE, Verdict.WA, Verdict.TLE, Verdict.RTE}
    bomb = found["calm:hostile:0#s1"]
    assert bomb.verdict in {Verdict.TLE, Verdict.RTE}
    assert found["multiples:hostile:0#s1"].verdict is Verdict.WA
    assert found["luggage:full:0#s1"].verdict is Verdict.AC
    assert not any(grade.verdict is Verdict.JE for grade in found.values())


def test_verdicts_are_as_declared(run: tuple[Outcome, Path]) -> None:
    """Each way to fail shows under its own verdict."""
    found = grades(run[1])
    assert found["calm:wrong:0#s1"].verdict is Verdict.CE
    assert "longest" in found["calm:wrong:0#s1"].message
    assert found["luggage:wrong:0#s1"].verdict is Verdict.WA
    slow = {s.name: s for s in found["calm:slow:0#s1"].subtasks}
    assert (slow["01-short"].points, slow["03-long"].verdict) == (20.0, Verdict.TLE)
    greedy = {s.name: s.points for s in found["luggage:partial:0#s1"].subtasks}
    assert greedy == {"01-few": 24.0, "02-many": 36.0}


def test_what_a_reader_should_know_is_noted(run: tuple[Outcome, Path]) -> None:
    """A text that was cut off, one without an answer and one never generated are on record."""
    kinds = Counter(r.kind for r in RunFolder(run[1]).replay() if isinstance(r, Note))
    assert kinds[NoteKind.NOT_GENERATED] == 3
    assert kinds[NoteKind.TRUNCATED] == 1
    assert kinds[NoteKind.NOTHING_EXTRACTED] == 1


def test_every_recorded_submission_is_handed_in(harness: Command) -> None:
    """Each subtask counts the best of the recorded submissions, as at the IOI."""
    packages = DEMO.parent / "packages" / "luggage"
    best = (packages / "solutions" / "model_solution" / "luggage.cpp").read_text()
    lazy = best.replace(
        "    int total",
        '    if (n > 15) { while (n--) std::cout << "A "; return 0; }\n    int total',
    )
    recorded = [json.loads(line) for line in DEMO.read_text().splitlines()]
    greedy = next(
        row["text"]
        for row in recorded
        if (row["contestant"], row["problem"]) == ("partial", "luggage")
    )
    rows = [
        {
            "problem": "luggage",
            "contestant": "bot",
            "submission": number,
            "language": "cpp",
            "text": text,
        }
        for number, text in ((2, greedy), (1, lazy))
    ]
    (harness.home / "said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    args = ("--task", "demo", "-m", "replay", "-a", "file=said.jsonl", "--no-report", "--json")
    (contest,) = json.loads(harness("run", *args).out)["contests"]
    assert contest["rows"][0]["problems"]["luggage"] == [76.0]
    folder = next((harness.home / "runs").iterdir())
    assert [grade.points for grade in grades(folder).values()] == [52.0, 60.0]


def test_the_model_solutions_reach_full_marks(harness: Command) -> None:
    """The oracle gets every point there is, in a row that is a ceiling."""
    outcome = harness("run", "--task", "demo", "--model", "oracle", "--no-report", "--json")
    assert outcome.code == 0
    (contest,) = json.loads(outcome.out)["contests"]
    (row,) = contest["rows"]
    assert (row["mean"], row["kind"]) == (250.0, "oracle")
    assert contest["judged_points"] == contest["total_points"] == 250.0


def test_the_machine_readable_result_is_one_object(harness: Command) -> None:
    """With --json, standard output is JSON and nothing else; progress stays on standard error."""
    outcome = harness("--task", "demo", "--limit", "1", "--json", "-a", "contestants=full")
    found = json.loads(outcome.out)
    (contest,) = found["contests"]
    assert contest["left_out"] == {"luggage": "--limit 1", "multiples": "--limit 1"}
    assert contest["rows"][0]["problems"] == {"calm": [100.0]}
    assert Path(found["report"]).is_file()


def test_two_runs_make_one_report(harness: Command) -> None:
    """Runs of one contest share a leaderboard."""
    for who in ("full", "wrong"):
        args = ("--model", "replay", "-a", f"file={DEMO},contestants={who}", "-o", f"r-{who}")
        assert harness("run", "--task", "demo", "--no-report", "--quiet", *args).code == 0
    runs = [next((harness.home / f"r-{who}").iterdir()) for who in ("full", "wrong")]
    outcome = harness("report", *runs, "-o", "site")
    assert outcome.code == 0
    page = Path(outcome.out.strip()).read_text()
    assert "full" in page
    assert "wrong" in page


DEMO = Path(__file__).resolve().parents[2] / "tasks" / "demo" / "contestants.jsonl"
