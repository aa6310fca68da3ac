"""``harness calibrate``: from recorded marks to a table and a certificate."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from harness.calibration import held_out
from harness.store import RunFolder
from harness.types import Opinion
from tests.fakes.command import Command
from tests.fakes.openai_server import says, serving
from tests.fakes.proofs import fenced

SCALES = ("--human-scale", "0-7", "--judge-scale", "0-7")


def marks(place: Path, problems: int = 60) -> list[tuple[str, float, float]]:
    """Write two votes a proof of one judge, and say what they come to, by problem."""
    said = []
    with place.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("problem", "contestant", "proof", "human", "judge", "vote"))
        for n in range(problems):
            human = (7, 0, 6, 1)[n % 4]
            votes = (
                (7, 7)
                if n % 4 == 0
                else (7, 6)
                if n % 4 == 2
                else (7, 7)
                if n % 20 == 1
                else (0, 1)
            )
            for vote in votes:
                rows.writerow((f"p{n}", f"lab{n % 2}/m", f"Proof {n}.", human, "ann", vote))
            said.append((f"p{n}", sum(votes) / 2, float(human)))
    return said


def test_a_table_with_figures_of_both_parts_and_a_certificate(harness: Command) -> None:
    """Sample sizes, the convention, intervals, families, and where the certificate is."""
    said = marks(harness.home / "marks.csv")
    outcome = harness("calibrate", "--data", "marks.csv", *SCALES)
    assert outcome.code == 0, outcome.err
    apart = [each for each in said if held_out(each[0])]
    passed = sum(human == 7 for *_, human in apart)
    by_judge = sum(judge == 7 for _, judge, _ in apart)
    assert (
        f"- held-out: {len(apart)} proofs of {len(apart)} problems; people pass {passed}, the "
        f"judge {by_judge}; {2 * len(apart)} votes."
    ) in outcome.out
    off = sum(abs(judge - human) for _, judge, human in apart) / len(apart)
    assert f"| mean absolute error: in marks of people | {off:.3f} | [" in outcome.out
    assert "ann on marks (0-7, 2 votes, mean)" in outcome.out
    assert "from 7 on the scale 0-7, and with people from 7 on 0-7" in outcome.out
    assert "| lab0 | " in outcome.out
    assert "nan" not in outcome.out.lower()
    assert "\ncalibrated: " in outcome.out
    kept = Path(outcome.out.partition("kept: ")[2].partition("\n")[0])
    assert json.loads(kept.read_text())["data"] == "marks"


def test_json_holds_the_certificate_and_can_be_written_beside(harness: Command) -> None:
    """The same twice, but for the time."""
    marks(harness.home / "marks.csv")
    words = ("calibrate", "--data", "marks.csv", *SCALES, "--judge", "ann", "--json")
    one = json.loads(harness(*words, "-o", "ann.json").out)
    again = json.loads(harness(*words).out)
    assert json.loads((harness.home / "ann.json").read_text()) == one
    assert one["holds"] is True
    for each in (one, again):
        del each["issued"]
    assert one == again
    other = json.loads(harness(*words, "--aggregate", "min").out)
    assert other["judge_sha256"] != one["judge_sha256"]


def test_a_threshold_can_be_chosen_on_the_calibration_part(harness: Command) -> None:
    """It is printed as chosen there."""
    marks(harness.home / "marks.csv")
    outcome = harness("calibrate", "--data", "marks.csv", *SCALES, "--judge-from", "fit")
    assert outcome.code == 0, outcome.err
    assert "chosen on the calibration part" in outcome.out


def test_a_recording_goes_with_a_data_set_that_has_no_judge(harness: Command) -> None:
    """GradingBench has marks of people only; four held-out problems are too few to count."""
    header = "Grading ID,Problem ID,Problem,Solution,Grading guidelines,Response,Points,Reward\n"
    rows = [f"g{n},p{n},Prove,So,all,Proof {n}.,7,Correct\n" for n in range(8)]
    (harness.home / "gradingbench.csv").write_text(header + "".join(rows))
    words = ("calibrate", "--data", "gradingbench", "--path", ".")
    alone = harness(*words)
    assert alone.code == 64
    assert "gradingbench holds no marks of a judge" in alone.err
    said = "".join(f"p{n},Proof {n}.,ann,{'none' if n == 0 else 'almost'}\n" for n in range(8))
    (harness.home / "said.csv").write_text("problem,proof,judge,vote\n" + said)
    outcome = harness(*words, "--recorded", "said.csv", "--judge-scale", "7/6/1/0")
    assert outcome.code == 0, outcome.err
    assert "1 more without a vote, in no figure" in outcome.out
    assert "provisional: only " in outcome.out
    assert "not made of Points" in outcome.out
    (harness.home / "said.csv").write_text("problem,proof,judge,vote\np1,Another.,ann,7\n")
    strange = harness(*words, "--recorded", "said.csv", "--judge-scale", "7/6/1/0")
    assert (strange.code, "people did not mark" in strange.err) == (64, True)


def proofs(place: Path, problems: int = 60) -> None:
    """Write proofs with texts that a jury can read; every other one is right."""
    with place.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("problem", "contestant", "statement", "proof", "human"))
        for n in range(problems):
            proof = f"Proof {n} is {'sound' if n % 2 else 'flawed'}."
            rows.writerow((f"p{n}", "lab/m", f"Prove claim {n}.", proof, n % 2))


async def _reads(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Find every sound proof correct, and every tenth flawed one too."""
    text = fenced(body["messages"][-1]["content"])["proof"]
    right = "sound" in text or text.startswith("Proof 10 ")
    return await says(f"So: \\boxed{{{'correct' if right else 'incorrect'}}}")(request, body)


BINARY = ("--human-scale", "correct/incorrect")


def test_a_jury_is_asked_and_certified_and_asked_for_nothing_twice(harness: Command) -> None:
    """Its votes are a run of their own; the certificate is what a run with that jury finds."""
    proofs(harness.home / "proofs.csv")
    with serving(_reads) as url:
        jury = ("--judge-model", "openai", "--judge-args", f"model=marker,base_url={url}")
        words = ("calibrate", "--data", "proofs.csv", *BINARY, *jury, "--json")
        first = harness(*words)
    assert first.code == 0, first.err
    found = json.loads(first.out)
    assert found["holds"]
    assert found["judge"]["models"] == ["marker"]
    assert found["judge"]["votes"] == 5
    (run,) = (harness.home / "runs").iterdir()
    opinions = [r for r in RunFolder(run).replay() if isinstance(r, Opinion)]
    assert len(opinions) == 60 * 5
    again = harness(*words)  # the server is gone, and nobody is asked
    assert again.code == 0, again.err
    assert json.loads(again.out)["held_out"] == found["held_out"]


def test_proofs_without_texts_cannot_be_put_to_a_jury(harness: Command) -> None:
    """A jury reads statement and proof, and the message says so."""
    marks(harness.home / "marks.csv")
    jury = ("--judge-model", "openai", "--judge-args", "model=m,base_url=http://127.0.0.1:9/v1")
    outcome = harness("calibrate", "--data", "marks.csv", *SCALES, *jury)
    assert outcome.code == 64
    assert "marks has no text of 60 of 60 proofs or problems" in outcome.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "the following arguments are required: --data"),
        (("--data", "openproofcorps"), "did you mean openproofcorpus?"),
        (("--data", "openproofcorpus"), "--path"),
        (("--data", "deepseekmath-v2", "--path", "nowhere"), "nowhere cannot be read"),
        (("--data", "marks.csv"), "does not say on which scales"),
        (("--data", "marks.csv", "--human-scale", "0-7"), "does not say on which scales"),
        (("--data", "marks.csv", *SCALES, "--path", "."), "name the file with --data alone"),
        (("--data", "marks.csv", *SCALES, "--judge", "bob"), "--judge is one of ann"),
        (("--data", "marks.csv", *SCALES, "--judge-from", "0"), "everything or nothing"),
        (("--data", "marks.csv", *SCALES, "--judge-from", "nan"), "nan is not a number"),
        (("--data", "marks.csv", *SCALES, "--human-from", "many"), "many is not a number"),
        (("--data", "marks.csv", *SCALES, "--aggregate", "sum"), "invalid choice: 'sum'"),
        (("--data", "marks.csv", *SCALES, "--recorded", "no.csv"), "no.csv cannot be read"),
        (
            ("--data", "marks.csv", *SCALES, "-o", "no/where.json"),
            "no/where.json cannot be written",
        ),
        (
            ("--data", "marks.csv", "--human-scale", "7/6/1/0", "--judge-scale", "0-7"),
            "marks.csv row 39 (line 40), column human: it holds '3'",
        ),
    ],
)
def test_a_mistake_is_named_with_the_next_step(
    harness: Command, words: tuple[str, ...], said: str
) -> None:
    """Exit code 64, and no traceback."""
    marks(harness.home / "marks.csv", 19)
    with (harness.home / "marks.csv").open("a") as file:
        file.write("p99,lab/m,Last.,3,ann,7\n")
    outcome = harness("calibrate", *words)
    assert outcome.code == 64
    assert said in outcome.err
    assert "next: " in outcome.err
    assert "Traceback" not in outcome.err


def test_a_name_in_a_file_cannot_steer_a_terminal(harness: Command) -> None:
    """Families and judges come from files."""
    (harness.home / "marks.csv").write_text(
        "problem,contestant,proof,human,judge,vote\n"
        + "".join(f"p{n},\x1b[31mred{n % 2}/m,Proof {n}.,7,\x1b[2Jann,7\n" for n in range(40))
    )
    outcome = harness("calibrate", "--data", "marks.csv", *SCALES)
    assert outcome.code == 0, outcome.err
    assert "\x1b" not in outcome.out
