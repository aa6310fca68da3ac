"""Sets of problems from the command line: from published papers to the numbers that are printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.store import RunFolder
from harness.types import Generation
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command
from tests.fakes.openai_server import says, serving
from tests.fakes.papers import shift, write_answerbench, write_matharena, write_proofbench


def record(place: Path, task: str, rows: dict[str, list[str]]) -> Path:
    """Write a recording: by problem, what each sample answers in its box."""
    lines = [
        {
            "task": task,
            "problem": name,
            "contestant": "m",
            "sample": sample,
            "text": f"So $\\boxed{{{answer}}}$.",
        }
        for name, answers in rows.items()
        for sample, answer in enumerate(answers)
    ]
    place.write_text("\n".join(map(json.dumps, lines)))
    return place


def papers(home: Path) -> Path:
    for name in ("aime_2025_I", "aime_2025_II"):
        write_matharena(home / "papers" / name)
    return home / "papers"


def test_from_papers_to_the_numbers_of_papers(harness: Command) -> None:
    """Three samples of every problem: avg@3, pass@3 and maj@3 are those counted by hand."""
    outcome = harness("data", "add", "aime2025", papers(harness.home))
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines()[0] == "I-1 to I-15 (15 problems): ready"
    assert "30 of 30 problems ready" in outcome.out
    rows = {}
    for paper in ("I", "II"):
        for n in range(1, 16):
            right, wrong = f"{2 * n:03}", "999"
            first = paper == "I"
            rows[f"{paper}-{n}"] = [right, f"${2 * n}$", wrong] if first else [right, wrong, wrong]
    said = record(harness.home / "said.jsonl", "aime2025", rows)
    argv = ("run", "--task", "aime2025", "-m", "replay", "-a", f"file={said}", "--no-progress")
    outcome = harness(*argv)
    assert outcome.code == 0, outcome.err
    assert "| contestant | avg@3 | pass@3 | maj@3 | avg@3 I | avg@3 II |" in outcome.out
    assert "| m | 50.0 | 100.0 | 50.0 | 66.7 | 33.3 | 15 | 30 | 90 of 90 | 0 |" in outcome.out
    outcome = harness(*argv, "--json")
    (board,) = json.loads(outcome.out)["contests"]
    (row,) = board["rows"]
    told = {(m["name"], m["k"], m["subset"]): m["value"] for m in row["metrics"]}
    assert told["avg", 3, ""] == pytest.approx(0.5)
    # pass@2: with two of three right every pair holds a right one, with one of three two pairs do.
    assert told["pass", 2, ""] == pytest.approx((1 + 2 / 3) / 2)
    assert told["maj", 3, ""] == pytest.approx(0.5)
    assert told["avg", 3, "II"] == pytest.approx(1 / 3)
    index = Path(json.loads(outcome.out)["report"])
    page, scores = index.read_text(), next((index.parent / "contest").glob("*.html")).read_text()
    assert "<small>I-1 to II-15, 30 problems</small>" in page
    for number in ("avg@3", "pass@3", "maj@3", "66.7"):
        assert number in page
        assert number in scores
    assert "What is $9 + 9$" not in "".join(p.read_text() for p in index.parent.rglob("*.html"))
    facts = json.loads((index.parent / "report.json").read_text())
    assert facts["boards"][0]["rows"][0]["metrics"] == row["metrics"]


def test_a_model_is_asked_as_often_as_the_task_says(harness: Command) -> None:
    """Four attempts unless told otherwise; a protocol says how many, and --num-samples last."""
    harness("data", "add", "aime2025", papers(harness.home))
    with serving(says("So $\\boxed{2}$.")) as url:
        model = ("-m", "openai", "-a", f"model=m,base_url={url}", "--no-report", "--json")
        for more, planned in (
            ((), 8),
            (("-n", "3"), 6),
            (("--protocol", "nc2", "-n", "1"), 2),
            (("--protocol", "dsv32-speciale"), 128),
        ):
            outcome = harness("run", "--task", "aime2025", "--limit", "2", *more, *model)
            assert outcome.code == 0, outcome.err
            (row,) = json.loads(outcome.out)["contests"][0]["rows"]
            assert (row["planned"], row["done"], row["mean"]) == (planned, planned, 1)


def test_the_broken_row_is_in_no_number(harness: Command) -> None:
    """The oracle reaches full marks of 399 of 400 problems, and the table says of how many."""
    broken = "imo-bench-algebra-036"
    write_answerbench(harness.home / "answerbench_v2.csv", lambda rows: shift(rows, broken))
    outcome = harness("data", "add", "imo_answerbench_v2", harness.home / "answerbench_v2.csv")
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert f"{broken}: not ready" in lines
    assert "  missing: the published row is broken" in outcome.out
    assert "399 of 400 problems ready" in outcome.out
    assert len(lines) < 12
    status = harness("data", "status", "imo_answerbench_v2")
    assert "399 of 400 points can be judged" in status.out
    outcome = harness(
        "run", "--task", "imo_answerbench_v2", "-m", "oracle", "--no-report", "--no-progress"
    )
    assert outcome.code == 0, outcome.err
    assert "| 100.0 (399 of 400 problems) |" in outcome.out
    assert f"- {broken} (1 points): the published row is broken" in outcome.out


def test_what_cannot_come_in_is_one_clear_error(harness: Command) -> None:
    """A shifted row is told with its line and its column, a run of nothing with the next step."""
    place = write_answerbench(
        harness.home / "answerbench.csv", lambda rows: shift(rows, "imo-bench-geometry-010")
    )
    outcome = harness("data", "add", "imo_answerbench", place)
    is_one_clear_error(outcome, 64, ("[U004]", "line 420", "column Category", "next: mend the row"))
    outcome = harness("run", "--task", "imo_answerbench", "-m", "oracle")
    is_one_clear_error(
        outcome,
        64,
        (
            "to imo-bench-number_theory-100 (400 problems): no answerbench.csv",
            "harness data add imo_answerbench DIR",
        ),
    )


def test_a_judge_that_is_a_model_is_not_replaced_in_silence(harness: Command) -> None:
    """A protocol whose answers a model judges needs one, and then asks it of every answer."""
    write_answerbench(harness.home / "answerbench.csv")
    harness("data", "add", "imo_answerbench", harness.home)
    words = ("run", "--task", "imo_answerbench", "--protocol", "nc2", "-m", "oracle", "-n", "1")
    outcome = harness(*words)
    is_one_clear_error(
        outcome, 64, ("[U001]", "every answer judged by openai/gpt-oss-120b", "--judge-model")
    )
    with serving(says("They differ.\n\nVERDICT: NOT EQUAL")) as url:
        judged = harness(
            *(*words, "--limit", "3", "--json", "--no-report", "--judge-model", "openai"),
            *("--judge-args", f"model=judge,base_url={url}"),
        )
    assert judged.code == 0, judged.err
    (row,) = json.loads(judged.out)["contests"][0]["rows"]
    assert row["mean"] == 0, "the oracle's own answers, by a model that finds none equal"


def test_what_cannot_be_compared_is_put_to_a_model_where_there_is_one(harness: Command) -> None:
    """Without a model it stays unresolved, which is not wrong; with one it is right or wrong."""
    write_answerbench(harness.home / "answerbench.csv")
    harness("data", "add", "imo_answerbench", harness.home)
    with serving(says("So \\boxed{\\text{every so-called nice number}}")) as url:
        words = (
            *("run", "--task", "imo_answerbench", "--limit", "1", "--json", "--no-report"),
            *("-m", "openai", "-a", f"model=tiny,base_url={url}"),
        )
        alone = harness(*words)
        with serving(says("The same.\nVERDICT: EQUAL")) as judge:
            asked = harness(
                *words, "--judge-model", "openai", "--judge-args", f"model=j,base_url={judge}"
            )
    assert (alone.code, asked.code) == (0, 0), alone.err + asked.err
    (first,) = json.loads(alone.out)["contests"][0]["rows"]
    (second,) = json.loads(asked.out)["contests"][0]["rows"]
    assert first["mean"] == 0
    assert first["mean_bounds"][1] > 0, "open, so the mean may be more"
    assert second["mean"] > 0
    assert second["mean_bounds"] == [second["mean"]] * 2


def test_problems_of_proofbench_have_the_budget_of_the_paper(harness: Command) -> None:
    """By Nemotron-Cascade 2's protocol a basic problem begins with 32 proofs, others with 128.

    Nothing was said in the recording, so that no proof is verified and no second round is asked.
    """
    write_proofbench(harness.home / "proofbench.csv")
    harness("data", "add", "imo_proofbench", harness.home)
    said = harness.home / "said.jsonl"
    said.write_text(
        "\n".join(
            json.dumps(
                {
                    "task": "imo_proofbench",
                    "problem": f"PB-{part}-002",
                    "contestant": "m",
                    "sample": 0,
                    "submission": turn + 1,
                    "text": "",
                }
            )
            for part in ("Basic", "Advanced")
            for turn in range(200)
        )
    )
    outcome = harness(
        *("run", "--task", "imo_proofbench", "--protocol", "nc2", "--json", "--no-report"),
        *("--jury", "people"),
        *("-m", "replay", "-a", f"file={said}"),
    )
    assert outcome.code == 0, outcome.err
    run = harness.home / json.loads(outcome.out)["runs"][0]
    asked = [record.attempt for record in RunFolder(run).replay() if isinstance(record, Generation)]
    assert asked.count("PB-Basic-002:m:0") == 32
    assert asked.count("PB-Advanced-002:m:0") == 128
