"""The vllm backend over a server that does what a script says: start, look after, end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from harness.backend import Reply
from harness.backends.vllm import server
from harness.backends.vllm.backend import VLLMBackend
from harness.errors import BackendError, UsageError
from tests.backends.asking import request
from tests.fakes.engine_room import EngineRoom

T = TypeVar("T")


def talk(room: EngineRoom, what: Callable[[VLLMBackend], Awaitable[T]], **args: str) -> T:
    """Do something with a backend, and see that it leaves nothing behind."""

    async def go() -> T:
        backend = room.backend(**args)
        try:
            return await what(backend)
        finally:
            await backend.close()
            await backend.close()

    try:
        return asyncio.run(go())
    finally:
        assert room.alive() == []


def ask(room: EngineRoom, count: int = 1, **args: str) -> Sequence[Reply]:
    async def go(backend: VLLMBackend) -> Sequence[Reply]:
        return await asyncio.gather(*(backend.generate(request(i)) for i in range(count)))

    return talk(room, go, **args)


def fails(room: EngineRoom, **args: str) -> BackendError:
    with pytest.raises(BackendError) as caught:
        talk(room, lambda b: b.generate(request()), **args)
    assert caught.value.final
    return caught.value


def texts(count: int) -> list[str]:
    return [f"seed {request(i).seed}" for i in range(count)]


def test_the_first_samples_start_one_server(tmp_path: Path) -> None:
    """However many ask at once, one server is started, with our flags, and ended with the rest."""
    room = EngineRoom(tmp_path, {"engine": True, "start_s": 0.3})
    room.told.clear()
    assert [reply.text for reply in ask(room, 30)] == texts(30)
    (started,) = room.events("started")
    argv = " ".join(started["argv"])
    assert f"--model {room.checkpoint} --served-model-name ckpt-4200 --host 127.0.0.1" in argv
    assert "--stream-interval 50 --sse-keep-alive-interval 30 --disable-uvicorn" in argv
    assert "--generation-config vllm" in argv
    assert started["environment"]["VLLM_HTTP_TIMEOUT_KEEP_ALIVE"] == "120"
    log = next((tmp_path / "cache" / "vllm").glob("*.log"))
    assert room.told[0] == f"vLLM: starting; it prints to {log}"
    assert room.told[-1].startswith("vLLM: ready after")
    assert "Loading weights" in log.read_text()


def test_nothing_is_started_before_the_first_sample(tmp_path: Path) -> None:
    """Opening and closing the backend, as for a run that is complete, costs no engine."""
    room = EngineRoom(tmp_path)

    async def nothing(backend: VLLMBackend) -> None:
        assert backend.name == "vllm:ckpt-4200"
        assert dict(backend.facts)["engine"].startswith("vllm 9.9.9")

    talk(room, nothing)
    assert room.starts == 0
    assert not (tmp_path / "cache").exists()


@pytest.mark.long
def test_a_server_that_dies_under_load_is_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every sample arrives once, whole, with the seed it had; no try is held against it."""
    room = EngineRoom(tmp_path, {"die_after": 5, "engine": True}, {})
    replies = ask(room, 40)
    assert [reply.text for reply in replies] == texts(40)
    answered = [event["seed"] for event in room.events("answered")]
    assert sorted(answered) == sorted(request(i).seed for i in range(40))
    assert room.starts == 2
    died = "vLLM died: RuntimeError: the worker died (exit code 1); starting it again (1 of 3)"
    assert died in room.told


@pytest.mark.long
def test_a_server_that_gets_nothing_done_is_given_up(tmp_path: Path) -> None:
    """After three starts in vain the run ends with a word on how to go on."""
    room = EngineRoom(tmp_path, {"die_after": 0})
    error = fails(room)
    assert room.starts == 4
    assert "died 4 times and finished no sample in between" in error.message
    assert "RuntimeError: the worker died" in error.message
    assert "start a run with others" in error.hint
    assert str(tmp_path / "cache" / "vllm") in error.hint


@pytest.mark.long
def test_deaths_are_forgiven_as_long_as_samples_are_finished(tmp_path: Path) -> None:
    """A server that dies again and again, but gets something done each time, does the whole run."""
    room = EngineRoom(tmp_path, {"die_after": 2})

    async def one_by_one(backend: VLLMBackend) -> list[str]:
        return [(await backend.generate(request(i))).text for i in range(13)]

    assert talk(room, one_by_one) == texts(13)
    assert room.starts > 5


def test_a_server_that_is_not_well_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that runs on while its engine is dead is ended and replaced."""
    monkeypatch.setattr("harness.backends.vllm.supervisor.SICK_S", 0.3)
    room = EngineRoom(tmp_path, {"sick_after": 3, "engine": True}, {})
    assert [reply.text for reply in ask(room, 8)] == texts(8)
    assert room.starts == 2
    assert any("it ran but was not well" in line for line in room.told)


def test_a_server_that_hangs_is_started_again(tmp_path: Path) -> None:
    """Signs of life are no answer: where no token is written for idle_s, the engine is replaced."""
    room = EngineRoom(tmp_path, {"hangs": True}, {})
    assert [reply.text for reply in ask(room, 8, idle_s="0.5")] == texts(8)
    assert room.starts == 2
    assert any("it wrote nothing for" in line for line in room.told)


def test_a_server_that_hears_nothing_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who ignores SIGTERM is killed, and so is an engine in a session of its own."""
    monkeypatch.setattr(server, "GRACE_S", 0.3)
    room = EngineRoom(tmp_path, {"deaf": True, "engine": True})
    assert ask(room)[0].text == texts(1)[0]
    assert len(room.events("engine")) == 1


def test_cancelling_a_sample_stops_it_on_the_server(tmp_path: Path) -> None:
    """A connection that is closed aborts the generation."""
    room = EngineRoom(tmp_path, {"answer_s": 600})

    async def cancel(backend: VLLMBackend) -> None:
        sample = asyncio.ensure_future(backend.generate(request()))
        while not room.events("asked"):
            await asyncio.sleep(0.02)
        sample.cancel()
        while not room.events("left"):
            await asyncio.sleep(0.02)

    talk(room, cancel)


def test_cancelling_while_a_server_starts_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C in the minutes of a start ends the server too."""
    room = EngineRoom(tmp_path, {"start_s": 600, "engine": True})

    async def cancel(backend: VLLMBackend) -> None:
        sample = asyncio.ensure_future(backend.generate(request()))
        while not room.events("engine"):
            await asyncio.sleep(0.02)
        sample.cancel()

    talk(room, cancel)


# --- starts that fail -----------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(
    ("script", "message", "hint"),
    [
        (
            {"exits": 1, "prints": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate"},
            "the GPU's memory is not enough",
            "tensor_parallel_size",
        ),
        (
            {"exits": 1, "prints": "ValueError: No available memory for the cache blocks. Try"},
            "memory for the key-value cache",
            "gpu_memory_utilization",
        ),
        ({"killed": True}, "it was killed", "memory"),
        (
            {"exits": 2, "prints": "api_server.py: error: unrecognized arguments: --foo"},
            "--foo",
            "engine_args",
        ),
        (
            {"exits": 3, "prints": "first\nsecond\nthird\nfourth"},
            "second | third | fourth (exit code 3)",
            "printed is in",
        ),
        ({"exits": 0, "prints": ""}, "it printed nothing", "printed is in"),
        (
            {"version": "8.8.8"},
            "it says that it is vLLM 8.8.8, but 9.9.9 is installed",
            "PYTHONPATH",
        ),
        ({"start_s": 600}, "not ready after 0.5 s; its last words: ", "start_s"),
    ],
)
def test_a_start_that_fails_ends_the_run_with_its_reason(
    tmp_path: Path, script: dict[str, object], message: str, hint: str
) -> None:
    """The reason is read from what was printed, with the setting to change; it is tried once."""
    room = EngineRoom(tmp_path, script)
    error = fails(room, **({"start_s": "0.5"} if script.get("start_s") else {}))
    assert error.message.startswith("vLLM did not start: ")
    assert message in error.message
    assert hint in error.hint
    assert "start a run with others" in error.hint
    assert room.starts <= 1


def test_a_port_that_is_taken_meanwhile_is_given_up_for_another(tmp_path: Path) -> None:
    """Losing a port to another program costs another start, not the run."""
    taken = {"exits": 1, "prints": "OSError: [Errno 98] Address already in use"}
    room = EngineRoom(tmp_path, taken, {})
    assert ask(room)[0].text == texts(1)[0]
    first, second = (event["port"] for event in room.events("started"))
    assert first != second
    room = EngineRoom(tmp_path / "always", taken)
    assert "port was taken" in fails(room).message
    assert room.starts == 3


def test_all_samples_hear_of_a_start_that_failed(tmp_path: Path) -> None:
    """No sample waits for a server that will not come."""
    room = EngineRoom(tmp_path, {"exits": 1})

    async def many(backend: VLLMBackend) -> list[object]:
        samples = [backend.generate(request(i)) for i in range(20)]
        return list(await asyncio.gather(*samples, return_exceptions=True))

    assert {type(found) for found in talk(room, many)} == {BackendError}
    assert room.starts == 1


def test_answers_longer_than_the_context_are_refused(tmp_path: Path) -> None:
    """Where the context is known no server is started; else the server says what it is."""
    room = EngineRoom(tmp_path, {"context": 4096})
    error = fails(room, max_model_len="4096")
    assert "--max-tokens 4096 does not fit the model's 4096 tokens" in error.message
    assert "max_model_len" in error.hint
    assert room.starts == 0
    (room.checkpoint / "config.json").write_text('{"max_position_embeddings": 4096}')
    assert fails(room).message == error.message
    assert room.starts == 0
    (room.checkpoint / "config.json").write_text("{}")
    assert fails(room).message == error.message
    assert room.starts == 1


# --- several servers ------------------------------------------------------------------------


def test_replicas_share_the_samples_and_have_gpus_of_their_own(tmp_path: Path) -> None:
    """Each server gets its own GPUs, and as many samples as the others."""
    room = EngineRoom(tmp_path, {"answer_s": 0.2})
    args = {"replicas": "2", "tensor_parallel_size": "2"}
    go = lambda b: asyncio.gather(*(b.generate(request(i)) for i in range(20)))  # noqa: E731
    assert [reply.text for reply in talk(room, go, **args)] == texts(20)
    gpus = [event["environment"]["CUDA_VISIBLE_DEVICES"] for event in room.events("started")]
    assert sorted(gpus) == ["0,1", "2,3"]
    servers = [event["pid"] for event in room.events("asked")]
    assert sorted(map(servers.count, set(servers))) == [10, 10]


def test_the_others_do_the_work_of_a_replica_that_is_lost(tmp_path: Path) -> None:
    """A server that is given up leaves the run to the others; the last to go ends it."""
    room = EngineRoom(tmp_path, {}, {"die_after": 0}, {"exits": 1})

    async def later(backend: VLLMBackend) -> list[Reply]:
        first = await asyncio.gather(*(backend.generate(request(i)) for i in range(10)))
        while "died 4 times" not in str(room.told) and len(room.events("started")) < 5:
            await asyncio.sleep(0.05)
        return [*first, *await asyncio.gather(*(backend.generate(request(i)) for i in range(10)))]

    replies = talk(room, later, replicas="2")
    assert [reply.text for reply in replies] == texts(10) * 2


def test_too_few_gpus_are_told_before_anything_is_started(tmp_path: Path) -> None:
    """Servers that cannot have the GPUs they need are not begun."""
    room = EngineRoom(tmp_path)
    room.environment["CUDA_VISIBLE_DEVICES"] = "0,1,2"
    with pytest.raises(UsageError, match="2 servers with 2 GPUs each need 4; 3 can be seen"):
        room.backend(replicas="2", tensor_parallel_size="2")
    assert room.starts == 0
