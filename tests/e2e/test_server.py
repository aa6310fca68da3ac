"""A model behind a server, from the command line to its points."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    FinishReason,
    Generation,
    Grade,
    Note,
    NoteKind,
    Submission,
    TextRef,
)
from tests.e2e.test_demo import DEMO
from tests.fakes.command import Command
from tests.fakes.model_server import running
from tests.fakes.openai_server import fails, hangs, says, serving


def answers() -> dict[str, str]:
    """Return what the contestant called full says, by a word of each statement."""
    rows = [json.loads(line) for line in DEMO.read_text().splitlines()]
    said = {row["problem"]: row["text"] for row in rows if row["contestant"] == "full"}
    return {
        "longest calm stretch": said["calm"],
        "two suitcases, A and B": said["luggage"],
        "divisible by": said["multiples"],
    }


async def knows_the_demo(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Answer each problem as a perfect model would, with its reasoning apart."""
    asked = body["messages"][-1]["content"]
    text = next(answer for words, answer in answers().items() if words in asked)
    return await says(text, reasoning_content="Let me think.")(request, body)


def test_a_model_behind_a_server_is_judged(harness: Command) -> None:
    """Prompts go out, answers come back and score; the reasoning is kept, and the key is not."""
    with serving(knows_the_demo) as url:
        outcome = harness(
            "run",
            "--task",
            "demo",
            "--model",
            "openai",
            "--model-args",
            f"model=tiny,base_url={url}",
            "-n",
            "2",
            "--json",
            "--no-report",
            env={"OPENAI_API_KEY": "very-secret"},
        )
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    (row,) = found["contests"][0]["rows"]
    assert (row["mean"], row["done"], row["kind"]) == (250.0, 6, "model")
    run = RunFolder(harness.home / found["runs"][0])
    generations = [r for r in run.replay() if isinstance(r, Generation)]
    assert len({g.seed for g in generations}) == 6
    assert {g.finish_reason for g in generations} == {FinishReason.STOP}
    assert {g.tokens_out for g in generations} == {3}
    reasoning = generations[0].reasoning
    assert isinstance(reasoning, TextRef)
    assert run.text(reasoning) == "Let me think."
    for place in run.path.rglob("*"):
        if place.is_file():
            assert b"very-secret" not in place.read_bytes()


def test_a_refused_prompt_is_no_void(harness: Command) -> None:
    """A problem that does not fit the model's context is an attempt without a submission."""

    async def short_context(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        long = "suitcases" in body["messages"][-1]["content"]
        act = fails(400, "context length exceeded, answer 788") if long else knows_the_demo
        return await act(request, body)

    with serving(short_context) as url:
        outcome = harness(
            "-t",
            "demo",
            "-m",
            "openai",
            "-a",
            f"model=tiny,base_url={url}",
            "--json",
            "--no-report",
        )
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    (row,) = found["contests"][0]["rows"]
    assert row["problems"] == {"calm": [100.0], "luggage": [0.0], "multiples": [50.0]}
    assert row["void"] == 0
    notes = [
        r
        for r in RunFolder(harness.home / found["runs"][0]).replay()
        if isinstance(r, Note) and r.kind is NoteKind.REJECTED
    ]
    assert "context length exceeded" in notes[0].text


def test_a_wrong_key_stops_the_run(harness: Command) -> None:
    """What no further try can mend ends the run at once, with one error and nothing void."""
    with serving(fails(401, "bad key")) as url:
        outcome = harness("-t", "demo", "-m", "openai", "-a", f"model=tiny,base_url={url}")
    assert outcome.code == 3
    assert "[I001]" in outcome.err
    assert "OPENAI_API_KEY" in outcome.err
    assert "continue with `harness run --resume runs/" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.long
def test_what_a_server_loses_is_void_and_can_be_tried_again(harness: Command) -> None:
    """A sample that no try brings is void: the exit code says so, and resuming asks again."""
    lost = True

    async def loses_one(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        if lost and "divisible by" in body["messages"][-1]["content"]:
            return await fails(500)(request, body)
        return await knows_the_demo(request, body)

    with serving(loses_one) as url:
        args = f"model=tiny,base_url={url},max_tries=2"
        outcome = harness("-t", "demo", "-m", "openai", "-a", args, "--json", "--no-report")
        assert outcome.code == 3, outcome.err
        assert "1 of 3 attempts are void" in outcome.err
        assert "of multiples:tiny:0: " in outcome.err, "why is told"
        found = json.loads(outcome.out)
        (row,) = found["contests"][0]["rows"]
        assert (row["problems"]["multiples"], row["void"]) == ([None], 1)
        lost = False
        again = harness("run", "--resume", found["runs"][0], "--json", "--no-report")
    assert again.code == 0, again.err
    (row,) = json.loads(again.out)["contests"][0]["rows"]
    assert (row["mean"], row["void"]) == (250.0, 0)


def test_what_was_generated_and_not_judged_is_counted_and_the_next_step_told(
    harness: Command,
) -> None:
    """After the first of two phases its texts are spent, no medal is named, and judging is next."""
    with serving(knows_the_demo) as url:
        args = f"model=tiny,base_url={url}"
        first = harness("-t", "demo", "-m", "openai", "-a", args, "--phase", "generate")
    assert first.code == 0, first.err
    assert "spent:  3 of at most 3 texts" in first.out
    assert "bronze" not in first.out
    (command,) = (line for line in first.out.splitlines() if line.startswith("next:"))
    program, *words = command.removeprefix("next:").split()
    assert (program, words[-2:]) == ("harness", ["--phase", "judge"])
    second = harness(*words)
    assert second.code == 0, second.err
    assert "spent:  3 of at most 3 texts" in second.out
    assert "next:   harness report" in second.out


def test_an_interrupted_generation_is_asked_for_again(harness: Command) -> None:
    """Ctrl-C while a model writes leaves a run that can be continued with the same seed."""
    seeds: list[int] = []
    hanging = True

    async def first_hangs(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        seeds.append(body["seed"])
        return await (hangs() if hanging else knows_the_demo)(request, body)

    with serving(first_hangs) as url:
        args = f"model=tiny,base_url={url}"
        process = harness.start(
            "-t", "demo", "-m", "openai", "-a", args, "--limit", "1", "--no-report"
        )
        while not seeds and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
        assert process.returncode == 130, err
        hanging = False
        folder = next((harness.home / "runs").iterdir())
        again = harness("run", "--resume", folder, "--json", "--no-report")
    assert again.code == 0, again.err
    assert len(seeds) == 2
    assert seeds[0] == seeds[1]


# --- a server that fails while a run goes on ------------------------------------------------

SAMPLES = 20


def result(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return every sample with its seed, its text and its points; each must be there once."""
    records = list(RunFolder(folder).replay())
    made = Counter(r.id for r in records if isinstance(r, Generation | Submission))
    made += Counter(f"grade of {r.submission}" for r in records if isinstance(r, Grade))
    assert set(made.values()) == {1}, "something was done twice"
    said = {r.attempt: (r.seed, r.text) for r in records if isinstance(r, Generation)}
    ends = [r for r in records if isinstance(r, AttemptEnd)]
    assert len(said) == len(ends) == 3 * SAMPLES
    return {end.attempt: (*said[end.attempt], end.status, end.points) for end in ends}


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Return how a server is started that knows the demo and takes its time."""
    place = tmp_path_factory.mktemp("answers") / "answers.json"
    place.write_text(json.dumps(answers()))
    return ("--answers", str(place), "--slots", "8", "--seconds", "0.3", "--spread", "0.5")


@pytest.fixture(scope="module")
def quiet(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, answered: tuple[str, ...]
) -> dict[str, tuple[object, ...]]:
    """Return the result of a run on a server that is well."""
    harness = Command(tmp_path_factory.mktemp("quiet"), cache)
    with running(*answered) as server:
        outcome = harness(*asking(server.url))
    assert outcome.code == 0, outcome.err
    return result(next((harness.home / "runs").iterdir()))


def asking(url: str) -> tuple[str, ...]:
    words = ("run", "-t", "demo", "-m", "openai", "-a", f"model=tiny,base_url={url}")
    return (*words, "-n", str(SAMPLES), "--max-connections", "12", "--no-report", "--json")


@pytest.mark.long
def test_a_server_in_trouble_changes_no_result(
    harness: Command, answered: tuple[str, ...], quiet: dict[str, tuple[object, ...]]
) -> None:
    """Killed, started again, throttling and cutting answers: each sample comes once, as it was.

    Most first requests fail, in one of six ways; what was in flight when the server was killed
    is asked for again with the seed it had.
    """
    with running(*answered, "--faults") as server:
        process = harness.start(*asking(server.url))
        server.until(lambda engine: engine["running"] >= 4)
        server.kill()
        time.sleep(0.5)
        server.start()
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert "waiting for it" in err
    folder = harness.home / json.loads(out)["runs"][0]
    assert result(folder) == quiet
    tries = [r.tries for r in RunFolder(folder).replay() if isinstance(r, Generation)]
    assert sum(many > 1 for many in tries) > SAMPLES


@pytest.mark.long
def test_a_run_and_its_server_that_both_die_come_to_the_same_result(
    harness: Command, answered: tuple[str, ...], quiet: dict[str, tuple[object, ...]]
) -> None:
    """A killed run that is continued asks only for what it does not have, and ends as ever."""
    with running(*answered, "--faults") as server:
        process = harness.start(*asking(server.url))
        server.until(lambda engine: engine["asked"] >= 2 * SAMPLES)
        os.killpg(process.pid, signal.SIGKILL)
        server.kill()
        process.communicate()
        (folder,) = (harness.home / "runs").iterdir()
        had = sum(isinstance(r, Generation) for r in RunFolder(folder).replay())
        assert had < 3 * SAMPLES
        server.words = answered
        server.start()
        outcome = harness("run", "--resume", folder, "--no-report", "--json")
        assert outcome.code == 0, outcome.err
        assert server.facts()["asked"] == 3 * SAMPLES - had
    assert result(folder) == quiet
