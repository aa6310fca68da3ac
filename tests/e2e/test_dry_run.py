"""A plan before it is carried out: nothing is asked, nothing is judged, and no answer is shown."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from harness.store import RunFolder
from harness.types import Prompt
from tests.e2e.test_demo import DEMO
from tests.fakes.command import Command
from tests.fakes.openai_server import says, serving

MODEL = ("-m", "openai", "-a", "model=M,base_url=http://127.0.0.1:9/v1")


def test_a_plan_says_what_it_comes_to_and_ends(harness: Command) -> None:
    """Attempts, texts, tokens, submissions and CPU of the judge, without a server or a folder."""
    words = ("run", "-t", "demo", *MODEL, "-n", "4", "--max-tokens", "1000", "--dry-run", "--json")
    outcome = harness(*words)
    assert outcome.code == 0, outcome.err
    said = json.loads(outcome.out)
    (run,) = said["runs"]
    assert run["problems"] == ["calm", "luggage", "multiples"]
    assert (run["attempts"], run["generations"], run["tokens"]) == (12, 12, 12_000)
    assert run["submissions"] == 12
    assert run["judge_cpu_s"] > 0
    assert run["spec"]["task"] == "demo"
    assert {"name": "num_samples", "value": 4, "from": "flag"} in said["settings"]
    assert not (harness.home / "runs").exists()


def test_the_plan_of_a_shard_is_its_share(harness: Command) -> None:
    """What one job of an array will ask, and not what all of them do together."""
    words = ("run", "-t", "demo", *MODEL, "-n", "4", "--max-tokens", "1000", "--dry-run")
    shares = [harness(*words, "--shard", f"{number}/5", "--json") for number in range(1, 6)]
    assert [outcome.code for outcome in shares] == [0] * 5, shares[0].err
    said = [json.loads(outcome.out) for outcome in shares]
    runs = [each["runs"][0] for each in said]
    assert [run["attempts"] for run in runs] == [3, 3, 2, 2, 2]
    assert sum(run["tokens"] for run in runs) == 12_000
    assert sum(run["submissions"] for run in runs) == 12
    assert {run["whole_plan"] for run in runs} == {12}
    assert {"name": "shard", "value": "2/5", "from": "flag"} in said[1]["settings"]
    assert "attempts:    3, shard 1/5 of a plan of 12" in harness(*words, "--shard", "1/5").out


def test_a_plan_for_a_cluster_counts_no_slots_of_this_machine(harness: Command) -> None:
    """Nor does it look for the cluster."""
    words = ("run", "-t", "demo", *MODEL, "--executor", "ray:nowhere:6379", "--dry-run")
    (run,) = json.loads(harness(*words, "--json").out)["runs"]
    assert (run["executor"], run["judge_slots"]) == ("ray:nowhere:6379", None)
    assert "in the slots of ray:nowhere:6379, which is not asked" in harness(*words).out


def test_the_plan_in_words_says_where_each_setting_is_from(harness: Command) -> None:
    """Flag, variable, .env and file, in the order in which they win."""
    (harness.home / "run.toml").write_text('task = "demo"\ntemperature = 0.1\nn = 2\n')
    (harness.home / ".env").write_text("HARNESS_TOP_P=0.5\nHARNESS_N=9\n")
    env = {"HARNESS_TEMPERATURE": "0.2"}
    outcome = harness("run", "-C", "run.toml", *MODEL, "--dry-run", "-n", "3", env=env)
    assert outcome.code == 0, outcome.err
    assert "from .env: HARNESS_N, HARNESS_TOP_P" in outcome.err
    for line in (
        "  task = 'demo' (run.toml)",
        "  temperature = 0.2 (HARNESS_TEMPERATURE)",
        "  top_p = 0.5 (HARNESS_TOP_P in .env)",
        "  num_samples = 3 (flag)",
        "attempts:    9",
        "nothing was asked and nothing was judged",
    ):
        assert line in outcome.out


def test_one_run_is_the_same_run_however_it_was_said(harness: Command) -> None:
    """What a number is a number of does not hang on the way its settings came."""
    (harness.home / "run.toml").write_text(
        'task = "demo"\nmodel = "openai"\ntemperature = 0.5\nstrategy = "vote"\n'
        'strategy_args = {samples = 3}\n[model_args]\nmodel = "M"\n'
        'base_url = "http://127.0.0.1:9/v1"\n'
    )
    flags = ("-t", "demo", *MODEL, "--temperature", "0.5")
    strategy = ("--strategy", "vote", "--strategy-args", "samples=3")
    env = {
        "HARNESS_TASK": "demo",
        "HARNESS_MODEL": "openai",
        "HARNESS_MODEL_ARGS": "model=M,base_url=http://127.0.0.1:9/v1",
        "HARNESS_TEMPERATURE": "0.50",
        "HARNESS_STRATEGY": "vote",
        "HARNESS_STRATEGY_ARGS": '{"samples": 3}',
    }
    asked = ("run", "--dry-run", "--json")
    said = [
        harness(*asked, *flags, *strategy),
        harness(*asked, "--config", "run.toml"),
        harness(*asked, env=env),
    ]
    specs = [json.loads(outcome.out)["runs"][0]["spec"] for outcome in said]
    assert specs[0] == specs[1] == specs[2]


def test_a_recording_s_plan_is_what_it_holds(harness: Command) -> None:
    """Of what is recorded the number of texts is known, and no token is drawn."""
    said = json.loads(harness("run", "-t", "demo", "--dry-run", "--json").out)
    (run,) = said["runs"]
    recorded = len(DEMO.read_text().splitlines())
    assert run["generations"] == run["attempts"] == recorded
    assert run["tokens"] is None


@pytest.mark.long
@pytest.mark.parametrize("strategy", ["single", "rounds", "filter-longest"])
def test_what_is_written_out_is_what_a_model_is_asked(harness: Command, strategy: str) -> None:
    """Byte for byte, the system prompt included, whatever the strategy."""
    more = ("--strategy", strategy, "--system-prompt", "Be brief.")
    written = harness("run", "-t", "demo", *MODEL, *more, "--write-out", "2", "--json")
    assert written.code == 0, written.err
    questions = json.loads(written.out)["questions"]
    assert {each["problem"] for each in questions} == {"calm", "luggage"}
    assert not (harness.home / "runs").exists()
    with serving(says("I do not know.")) as url:
        model = ("-m", "openai", "-a", f"model=M,base_url={url}")
        ran = harness("run", "-t", "demo", *model, *more, "-q", "--no-report")
    assert ran.code == 0, ran.err
    (place,) = (harness.home / "runs").iterdir()
    run = RunFolder(place)
    asked: dict[str, list[object]] = {}
    for prompt in run.replay():
        if isinstance(prompt, Prompt):
            messages = msgspec.json.decode(run.text(prompt.text))
            asked.setdefault(prompt.attempt.partition(":")[0], []).append(messages)
    for each in questions:
        assert each["messages"][0] == {"role": "system", "content": "Be brief."}
        assert each["messages"] in asked[each["problem"]]
    firsts = [each["messages"] for each in questions]
    assert all(asked[problem][0] in firsts for problem in ("calm", "luggage"))


def test_questions_in_words_hold_no_answer(harness: Command) -> None:
    """The statement is there; tests, expected answers and solutions are not."""
    outcome = harness("run", "-t", "demo", *MODEL, "--write_out=3")
    assert outcome.code == 0, outcome.err
    assert outcome.out.count("--- demo, ") == 3
    packages = Path(__file__).resolve().parents[2] / "tasks" / "demo" / "packages"
    assert (packages / "calm" / "statement.md").read_text().strip() in outcome.out
    for solution in packages.glob("*/solutions/*/*.cpp"):
        assert solution.read_text().strip() not in outcome.out


def test_a_plan_of_what_goes_on_already_is_refused(harness: Command) -> None:
    """A run that is continued has its plan."""
    outcome = harness("run", "--resume", "somewhere", "--dry-run")
    assert outcome.code == 64
    assert "of a new run" in outcome.err
