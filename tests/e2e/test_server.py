"""A model behind a server, from the command line to its points."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from harness.store import RunFolder
from harness.types import FinishReason, Generation, Note, NoteKind, TextRef
from tests.e2e.test_demo import DEMO
from tests.fakes.command import Command
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
    assert "Traceback" not in outcome.err


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
        found = json.loads(outcome.out)
        (row,) = found["contests"][0]["rows"]
        assert (row["problems"]["multiples"], row["void"]) == ([None], 1)
        lost = False
        again = harness("run", "--resume", found["runs"][0], "--json", "--no-report")
    assert again.code == 0, again.err
    (row,) = json.loads(again.out)["contests"][0]["rows"]
    assert (row["mean"], row["void"]) == (250.0, 0)


def test_an_interrupted_generation_is_asked_for_again(harness: Command) -> None:
    """Ctrl-C while a model writes leaves a run that can be continued with the same seed."""
    import signal
    import time

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
