"""The openai backend and a server that is not well."""

from __future__ import annotations

import asyncio
import errno
import socket
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from harness.backend import Reply
from harness.backends.openai.backend import OpenAIBackend
from harness.backends.openai.events import LONGEST
from harness.backends.openai.trouble import of_connection
from harness.errors import BackendError
from tests.backends.asking import ask, backend_for, request, talk
from tests.fakes.openai_server import (
    Act,
    FakeServer,
    delta,
    fails,
    hangs,
    never_answers,
    queues,
    replies,
    resets,
    says,
    sse,
    streams,
)

ERROR_FRAME = {"error": {"message": "EngineCore encountered an issue", "code": 500}}
SOON = format_datetime(datetime.now(UTC), usegmt=True)


@pytest.mark.parametrize(
    "act",
    [
        fails(500),
        fails(502),
        fails(503, Retry_After="0"),
        fails(504),
        fails(429, Retry_After="0.01"),
        fails(429, Retry_After=SOON),
        fails(429, Retry_After="nonsense"),
        fails(408),
        resets(delta("half")),
        resets(),
        streams(sse(delta("half"), ERROR_FRAME)),
        streams(b'event: error\ndata: {"message": "gone"}\n\n'),
        streams(sse(delta("half"))),
        streams(sse(delta("half"), done=False)[:-9]),
        streams(sse(delta("half", "abort"))),
        streams(b""),
        replies({"object": "error", "message": "gone", "code": 500}),
        replies({"choices": [{"message": {"content": "half"}, "finish_reason": None}]}),
    ],
)
def test_what_may_pass_is_tried_again_with_the_same_seed(act: Act) -> None:
    """No half answer is taken for a whole one; the sample's seed stays its own."""
    server = FakeServer(act, act, says("whole"))
    reply = ask(server, stream="true")
    assert (reply.text, reply.tries) == ("whole", 3)
    assert server.seeds == [request().seed] * 3


def test_a_server_that_falls_silent_is_tried_again() -> None:
    """After idle_s without a byte the try is over and its connection closed."""
    server = FakeServer(never_answers(), hangs(delta("half")), says("whole"))
    reply = ask(server, idle_s="0.3")
    assert reply.text == "whole"
    assert reply.tries >= 3


def test_comments_keep_a_sample_alive_that_waits_in_a_queue() -> None:
    """A server that is full may let a sample wait for longer than idle_s, if it says so."""
    server = FakeServer(queues(sse(delta("whole", "stop")), comments=6, every_s=0.2))
    reply = ask(server, idle_s="0.6")
    assert (reply.text, reply.tries) == ("whole", 1)
    assert reply.seconds > 1


def test_an_answer_that_finished_is_kept_when_the_connection_breaks_after_it() -> None:
    """What comes after the finish reason is a bonus."""
    for act in (
        resets(delta("whole", "stop")),
        streams(sse(delta("whole", "stop"), ERROR_FRAME)),
    ):
        reply = ask(FakeServer(act))
        assert (reply.text, reply.tries) == ("whole", 1)


def test_a_server_that_asks_for_a_pause_gets_it() -> None:
    """The sample is not sent again before Retry-After is over; others are not held up."""
    server = FakeServer(fails(429, Retry_After="30"), says("fine"))

    async def meanwhile(backend: OpenAIBackend) -> None:
        told_to_wait = asyncio.ensure_future(backend.generate(request(0)))
        await server.arrived.wait()
        await asyncio.sleep(0.1)
        assert (await backend.generate(request(1))).text == "fine"
        told_to_wait.cancel()

    talk(server, meanwhile)
    assert server.seeds == [request(0).seed, request(1).seed]


def test_tries_come_to_an_end() -> None:
    """After max_tries the sample is given up, not the run, and the reason is named."""
    server = FakeServer(fails(500, "CUDA out of memory"))
    with pytest.raises(BackendError, match=r"no answer in 3 tries.*HTTP 500: CUDA") as caught:
        ask(server, max_tries="3")
    assert not caught.value.final
    assert len(server.asked) == 3
    assert server.url not in caught.value.message, "messages are recorded, addresses are not"
    assert server.url in caught.value.hint


def test_a_pause_beyond_patience_gives_the_sample_up() -> None:
    """A server that asks for an hour is not waited for."""
    with pytest.raises(BackendError, match="asks to wait 3600 s") as caught:
        ask(FakeServer(fails(429, Retry_After="3600")))
    assert not caught.value.final


def test_running_out_of_files_is_our_own_limit() -> None:
    """The limit of this process is named, instead of blaming the server."""
    error = of_connection(OSError(errno.EMFILE, "Too many open files"), None)
    assert isinstance(error, BackendError)
    assert error.final
    assert "ulimit -n" in error.hint


# --- a server that goes away and comes back -------------------------------------------------


def test_an_outage_uses_up_no_tries() -> None:
    """Failures while the server was down are not held against the sample."""
    server = FakeServer(*[fails(503)] * 3, says("whole"), health=(503, 503, 200))
    reply = ask(server, max_tries="3", start_s="60")
    assert (reply.text, reply.tries) == ("whole", 4)
    assert server.health_asked == 3


def test_a_server_that_is_well_but_fails_uses_up_tries() -> None:
    """Health alone forgives nothing, so that a request no server survives comes to an end."""
    with pytest.raises(BackendError, match="no answer in 5 tries"):
        ask(FakeServer(fails(500)), max_tries="5")


def test_a_request_that_always_kills_the_server_comes_to_an_end() -> None:
    """Outages are forgiven only so often."""
    dying = FakeServer(fails(500), health=(503, 200) * 50)
    with pytest.raises(BackendError, match="no answer in"):
        ask(dying, max_tries="2", start_s="60")


def test_samples_survive_a_restart_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    """All samples in flight wait for the same port to answer again, and the wait is announced."""

    async def restart() -> list[Reply]:
        first = FakeServer(says("before"), hangs(delta("half")))
        async with first:
            backend = backend_for(first.url)
            assert (await backend.generate(request())).text == "before"
            samples = asyncio.gather(*(backend.generate(request(i)) for i in range(20)))
            while len(first.asked) < 21:
                await asyncio.sleep(0.01)
        while not caplog.records:
            await asyncio.sleep(0.01)
        second = FakeServer(says("after"), port=first.port)
        async with second:
            answers = await samples
            await backend.close()
        assert sorted(map(str, second.seeds)) == sorted(str(request(i).seed) for i in range(20))
        return answers

    answers = asyncio.run(restart())
    assert {reply.text for reply in answers} == {"after"}
    assert caplog.messages[0] == "the model server does not answer; waiting for it, up to 600 s"
    assert len(caplog.messages) == 2


def test_a_server_that_does_not_come_back_is_given_up_for_all() -> None:
    """When patience is over every sample is void, and the next ones do not wait as long again."""
    server = FakeServer(says("before"), fails(503), health=(503,))

    async def lost(backend: OpenAIBackend) -> list[BaseException | Reply]:
        await backend.generate(request())
        samples = [backend.generate(request(i)) for i in range(10)]
        found = await asyncio.gather(*samples, return_exceptions=True)
        return [*found, *await asyncio.gather(backend.generate(request()), return_exceptions=True)]

    for error in talk(server, lost, patience_s="0.05"):
        assert isinstance(error, BackendError)
        assert "did not come back" in error.message
        assert not error.final


def test_a_server_that_was_never_there_ends_the_run() -> None:
    """A wrong address is told at once instead of costing one attempt after the other."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    async def go() -> None:
        backend = backend_for(url, start_s="0")
        try:
            await backend.generate(request())
        finally:
            await backend.close()

    with pytest.raises(BackendError, match="Connection refused") as caught:
        asyncio.run(go())
    assert caught.value.final
    assert url in caught.value.message


def test_a_budget_that_passes_before_anything_began_is_no_answer() -> None:
    """A request that never left the server's queue is void, not a zero."""
    with pytest.raises(BackendError, match=r"no answer began within 0.1 s"):
        ask(FakeServer(never_answers()), wall_s="0.1", max_tries="2")


@pytest.mark.parametrize(
    "act",
    [streams(b"x" * (LONGEST + 1)), replies({"choices": [], "x": "x" * LONGEST})],
    ids=["a line", "a body"],
)
def test_what_never_ends_is_no_answer(act: Act) -> None:
    """A server that sends more than any answer has is not read until the memory is full."""
    with pytest.raises(BackendError, match="over 64 MiB that are no answer"):
        ask(FakeServer(act), max_tries="1", stream="true")
