"""A checkpoint behind a server that the program starts itself, from the command line."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from harness.store import RunFolder
from harness.types import Generation
from tests.fakes.command import Command, Outcome
from tests.fakes.engine_room import PATH, EngineRoom

RUN = (
    "run",
    "--task",
    "demo",
    "--model",
    "vllm",
    "--json",
    "--no-report",
    "-n",
    "3",
    "--max-tokens",
    "500",
)


@pytest.fixture
def room(tmp_path: Path) -> EngineRoom:
    return EngineRoom(tmp_path / "room", {"engine": True})


def variables(room: EngineRoom) -> dict[str, str]:
    return {"PYTHONPATH": PATH, "FAKE_VLLM": str(room.folder)}


def begin(harness: Command, room: EngineRoom) -> Outcome:
    args = f"pretrained={room.checkpoint},logs={room.folder / 'logs'}"
    return harness(*RUN, "--model-args", args, env=variables(room))


def resume(harness: Command, room: EngineRoom) -> Outcome:
    folder = next((harness.home / "runs").iterdir())
    words = ("run", "--resume", folder, "--json", "--no-report")
    return harness(*words, env=variables(room))


def generations(harness: Command) -> list[Generation]:
    run = RunFolder(next((harness.home / "runs").iterdir()))
    return [record for record in run.replay() if isinstance(record, Generation)]


def test_a_checkpoint_is_judged_with_one_command(harness: Command, room: EngineRoom) -> None:
    """The server is started, asked and ended; the run says what it was and holds no key of it."""
    outcome = begin(harness, room)
    assert outcome.code == 0, outcome.err
    (row,) = json.loads(outcome.out)["contests"][0]["rows"]
    assert (row["contestant"], row["kind"], row["done"]) == ("ckpt-4200", "model", 9)
    found = generations(harness)
    assert len({generation.seed for generation in found}) == 9
    assert {generation.backend for generation in found} == {"vllm:ckpt-4200"}
    assert room.alive() == []
    assert "vLLM: ready after" in outcome.err
    run = RunFolder(next((harness.home / "runs").iterdir()))
    facts = dict(run.record.backend)
    assert facts["engine"] == "vllm 9.9.9, torch unknown, transformers unknown"
    assert facts["flags"] == "--generation-config vllm"
    assert {"config", "weights", "tokenizer", "chat_template", "generation_config"} < set(facts)


@pytest.mark.long
def test_a_program_that_is_killed_leaves_no_server_and_a_run_to_continue(
    harness: Command, room: EngineRoom
) -> None:
    """SIGKILL ends server and engine as well; the rest is done later, with the same seeds."""
    room.plan({"engine": True, "answer_s": 600}, {"engine": True})
    process = harness.start(
        *RUN, "--model-args", f"pretrained={room.checkpoint}", **variables(room)
    )
    while len(room.events("asked")) < 9 and process.poll() is None:
        time.sleep(0.05)
    assert len(room.alive()) == 2
    process.send_signal(signal.SIGKILL)
    process.communicate()
    while room.alive():
        time.sleep(0.05)
    outcome = resume(harness, room)
    assert outcome.code == 0, outcome.err
    asked = Counter(event["seed"] for event in room.events("asked"))
    assert set(asked.values()) == {2}
    assert set(asked) == {generation.seed for generation in generations(harness)}
    assert room.alive() == []


def test_a_start_without_memory_is_told_and_the_run_goes_on_later(
    harness: Command, room: EngineRoom
) -> None:
    """The setting to lower is named; nothing is void, and resuming does the run."""
    said = (
        "ValueError: To serve at least one request with the model's max seq len (131072), (14.0 "
        "GiB KV cache is needed, which is larger than the available KV cache memory (9.2 GiB). "
        "Based on the available memory, the estimated maximum model length is 86112. Try"
    )
    room.plan({"exits": 1, "prints": said}, {})
    outcome = begin(harness, room)
    assert outcome.code == 3
    assert "[I001] vLLM did not start: there is not enough memory" in outcome.err
    assert "max_model_len=86112" in outcome.err
    assert "harness run --resume" in outcome.err
    assert "Traceback" not in outcome.err
    again = resume(harness, room)
    assert again.code == 0, again.err
    (row,) = json.loads(again.out)["contests"][0]["rows"]
    assert (row["done"], row["void"]) == (9, 0)


def test_a_run_is_not_continued_on_another_state_of_the_checkpoint(
    harness: Command, room: EngineRoom
) -> None:
    """Weights that changed under the same path are another contestant."""
    room.plan({"exits": 1})
    assert begin(harness, room).code == 3
    weights = room.checkpoint / "model.safetensors"
    weights.write_bytes(bytes(reversed(weights.read_bytes())))
    outcome = resume(harness, room)
    assert outcome.code == 64
    assert "the weights of vllm:ckpt-4200 changed since" in outcome.err
    assert room.starts == 1


def test_a_machine_without_vllm_is_told_what_to_install(harness: Command, room: EngineRoom) -> None:
    """An interpreter without vLLM is named, with the setting that names another one."""
    outcome = harness(*RUN, "--model-args", f"pretrained={room.checkpoint}")
    assert outcome.code == 64
    assert "has no vLLM" in outcome.err
    assert "pip install vllm" in outcome.err
    assert "python=" in outcome.err
