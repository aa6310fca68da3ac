"""The openai backend and a server that is well."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from harness.backend import BackendContext, Reply
from harness.backends.openai import open_backend
from harness.backends.openai.backend import OpenAIBackend
from harness.types import FinishReason
from tests.backends.asking import KEY, ask, backend_for, request, talk
from tests.fakes.openai_server import (
    FakeServer,
    delta,
    hangs,
    replies,
    says,
    sse,
    streams,
)
from tests.fakes.scripted import contest

HOW = pytest.mark.parametrize("stream", ["true", "false"])


@HOW
def test_an_answer_comes_with_text_reasons_and_tokens(stream: str) -> None:
    """Text, finish reason and token counts are those of the server, streamed or not."""
    reply = ask(FakeServer(says("Größe: 7 ✓")), stream=stream)
    assert reply.text == "Größe: 7 ✓"
    assert reply.finish_reason is FinishReason.STOP
    assert (reply.tokens_in, reply.tokens_out, reply.tries) == (7, 3, 1)
    assert reply.reasoning is None
    assert reply.seconds > 0


def test_every_setting_is_sent_with_every_request() -> None:
    """The server is told all sampling values and the sample's own seed; n is never used."""
    server = FakeServer()
    ask(server, extra_body='{"top_k": 20, "chat_template_kwargs": {"enable_thinking": null}}')
    (asked,) = server.asked
    assert asked.body == {
        "model": "tiny",
        "messages": [{"role": "user", "content": "Solve it."}],
        "temperature": 0.6,
        "top_p": 0.9,
        "max_tokens": 4096,
        "seed": request().seed,
        "stream": True,
        "stream_options": {"include_usage": True},
        "top_k": 20,
        "chat_template_kwargs": {"enable_thinking": None},
    }


def test_fields_a_server_refuses_can_be_left_out_or_renamed() -> None:
    """Servers with fewer or other fields can be asked as well."""
    server = FakeServer()
    ask(
        server,
        stream="false",
        send_seed="false",
        max_tokens_field="max_completion_tokens",
        extra_body='{"temperature": null, "top_p": null}',
    )
    (asked,) = server.asked
    assert set(asked.body) == {"model", "messages", "max_completion_tokens", "stream"}


def test_the_key_reaches_the_server_and_nothing_else() -> None:
    """The key is in the header, and in no text form of the backend."""
    server = FakeServer()

    async def show(backend: OpenAIBackend) -> list[str]:
        await backend.generate(request())
        return [repr(backend), str(vars(backend)), backend.name, repr(backend.contestants)]

    shown = talk(server, show)
    assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in "".join(shown)


@HOW
def test_three_hundred_samples_at_once_arrive_once_each(stream: str) -> None:
    """Each sample is one request with a seed of its own, however many are in flight."""
    server = FakeServer(says("x" * 50))

    async def all_at_once(backend: OpenAIBackend) -> list[Reply]:
        return await asyncio.gather(*(backend.generate(request(i)) for i in range(300)))

    answers = talk(server, all_at_once, stream=stream)
    assert [reply.text for reply in answers] == ["x" * 50] * 300
    assert sorted(map(int, map(str, server.seeds))) == sorted(request(i).seed for i in range(300))
    assert len(set(map(str, server.seeds))) == 300
    assert {reply.tries for reply in answers} == {1}


@HOW
@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_is_kept_apart_from_the_text(stream: str, field: str) -> None:
    """Both names of the reasoning field are understood; tags in the text are then left alone."""
    more: dict[str, Any] = {field: "Let me see."}
    reply = ask(FakeServer(says("a </think> b", **more)), stream=stream)
    assert (reply.reasoning, reply.text) == ("Let me see.", "a </think> b")


@pytest.mark.parametrize(
    ("content", "finish", "reasoning", "text"),
    [
        ("<think>\nhm\n</think>\n\nseven", "stop", "hm", "seven"),
        ("hm\n</think>\nseven", "stop", "hm", "seven"),
        ("<think>a</think>b</think>c", "length", "a</think>b", "c"),
        ("<think>still thinking", "length", "still thinking", ""),
        ("<think>a</think>b<think>c", "length", "a\n\nc", "b"),
        ("<think>never closed", "stop", None, "<think>never closed"),
        ("plain", "length", None, "plain"),
    ],
)
def test_thoughts_in_tags_are_reasoning(
    content: str, finish: str, reasoning: str | None, text: str
) -> None:
    """The text is what follows the last closing tag; an answer cut inside its thoughts is empty."""
    reply = ask(FakeServer(says(content, finish=finish)))
    assert (reply.reasoning, reply.text) == (reasoning, text)


def test_tags_can_be_left_in_the_text() -> None:
    """think_tags=keep leaves the text as the server sent it."""
    reply = ask(FakeServer(says("<think>hm</think>seven")), think_tags="keep")
    assert (reply.reasoning, reply.text) == (None, "<think>hm</think>seven")


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("length", FinishReason.LENGTH),
        ("max_tokens", FinishReason.LENGTH),
        ("eos", FinishReason.STOP),
        ("tool_calls", FinishReason.STOP),
        ("something new", FinishReason.STOP),
    ],
)
def test_finish_reasons_of_many_servers_are_understood(said: str, means: FinishReason) -> None:
    """What servers call the end of an answer is mapped to the few ends there are."""
    assert ask(FakeServer(says("text", finish=said))).finish_reason is means


def test_a_filtered_answer_is_rejected_and_kept() -> None:
    """An answer ended by a filter is no submission; what had been written can still be read."""
    reply = ask(FakeServer(says("the first half", finish="content_filter")))
    assert reply.finish_reason is FinishReason.REJECTED
    assert "content filter" in reply.text
    assert reply.reasoning == "the first half"


@HOW
def test_no_content_at_the_limit_is_a_result(stream: str) -> None:
    """A model that spends all its tokens on thoughts has answered: with nothing."""
    server = FakeServer(says(None, finish="length", reasoning="on and on"))
    reply = ask(server, stream=stream)
    assert (reply.text, reply.reasoning) == ("", "on and on")
    assert reply.finish_reason is FinishReason.LENGTH
    assert len(server.asked) == 1


@HOW
def test_a_server_that_does_not_count_tokens_is_fine(stream: str) -> None:
    """Without usage the reply has no token counts, and is a reply."""
    reply = ask(FakeServer(says("text", usage=None)), stream=stream)
    assert (reply.text, reply.tokens_in, reply.tokens_out) == ("text", None, None)


@pytest.mark.parametrize(
    ("usage", "tokens_in"),
    [
        ("none", None),
        ([7, 3], None),
        ({"prompt_tokens": "7"}, None),
        ({"prompt_tokens": -7, "completion_tokens": True}, None),
        ({"prompt_tokens": 10**30}, None),
        ({"prompt_tokens": 7.0, "completion_tokens": None, "cost": {}}, 7),
    ],
)
def test_a_server_that_counts_oddly_costs_no_answer(usage: Any, tokens_in: int | None) -> None:
    """An answer that is whole is kept whatever stands in usage; nonsense is no number of tokens."""
    counted = {"choices": [], "usage": usage}
    reply = ask(FakeServer(streams(sse(delta("whole"), delta("", "stop"), counted))))
    assert (reply.text, reply.tries) == ("whole", 1)
    assert (reply.tokens_in, reply.tokens_out) == (tokens_in, None)
    choice = {"message": {"content": "whole"}, "finish_reason": "stop"}
    reply = ask(FakeServer(replies({"choices": [choice], "usage": usage})), stream="false")
    assert (reply.text, reply.tokens_in, reply.tries) == ("whole", tokens_in, 1)


def escaped(*texts: str) -> bytes:
    """Return a stream whose texts are written as Python writes JSON: in ASCII."""
    frames = [*map(delta, texts), delta("", "stop")]
    return b"".join(b"data: " + json.dumps(frame).encode() + b"\n\n" for frame in frames)


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (("cut \ud83d",), "cut \ud83d"),
        (("\ud83d", "\ude00 a pair that came apart"), "\U0001f600 a pair that came apart"),
        (("\ud83d", " \ude00"), "\ud83d \ude00"),
    ],
)
def test_half_a_surrogate_pair_costs_no_answer(texts: tuple[str, ...], whole: str) -> None:
    """A text that is cut inside a character arrives; halves that follow each other are joined."""
    reply = ask(FakeServer(streams(escaped(*texts))))
    assert (reply.text, reply.tries) == (whole, 1)


FRAMES: tuple[Any, ...] = (
    delta("größer "),
    delta("als ∑"),
    delta("", "stop"),
    {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}},
)


@pytest.mark.parametrize(
    "raw",
    [
        sse(*FRAMES),
        sse(*FRAMES, end="\r\n\r\n"),
        sse(*FRAMES, end="\r\r"),
        b": keep-alive\n\n" + sse(*FRAMES).replace(b"\n\n", b"\n\n: keep-alive\n\n"),
        sse(*FRAMES, done=False),
        sse(*FRAMES).rstrip(),
        b"retry: 3\nevent: message\nid: 1\n" + sse(*FRAMES).replace(b"data: ", b"data:"),
        sse(*FRAMES).replace(b'{"choices', b'{\ndata: "choices'),
    ],
    ids=["lf", "crlf", "cr", "comments", "no-done", "no-end", "fields", "many-lines"],
)
@pytest.mark.parametrize("piece", [0, 1, 7])
def test_streams_are_read_in_any_dialect(raw: bytes, piece: int) -> None:
    """Line ends, comments, missing ends and pieces of any size make no difference."""
    reply = ask(FakeServer(streams(raw, piece=piece)))
    assert (reply.text, reply.tokens_in, reply.tokens_out) == ("größer als ∑", 7, 3)


def test_a_line_may_be_larger_than_any_buffer() -> None:
    """A server that sends everything in one frame of some megabytes is read."""
    text = "0123456789" * 400_000
    assert ask(FakeServer(streams(sse(delta(text, "stop"))))).text == text


def test_a_server_that_does_not_stream_when_asked_is_understood() -> None:
    """The answer is read by its own content type."""
    whole = {"choices": [{"message": {"content": "whole"}, "finish_reason": "stop"}]}
    assert ask(FakeServer(replies(whole))).text == "whole"
    assert ask(FakeServer(streams(sse(delta("bits", "stop")))), stream="false").text == "bits"


def test_our_own_budget_of_time_ends_a_sample_with_what_it_has() -> None:
    """A sample over wall_s is a timeout with its partial text, and the server is told to stop."""
    server = FakeServer(hangs(delta("half of ")))

    async def until_left(backend: OpenAIBackend) -> Reply:
        reply = await backend.generate(request())
        await asyncio.wait_for(server.left.wait(), 10)
        return reply

    reply = talk(server, until_left, wall_s="0.8")
    assert reply.finish_reason is FinishReason.TIMEOUT
    assert (reply.text, reply.tries) == ("half of ", 1)


def test_cancelling_makes_the_server_stop() -> None:
    """A sample that is cancelled closes its connection."""
    server = FakeServer(hangs(delta("half of ")))

    async def cancel(backend: OpenAIBackend) -> None:
        sample = asyncio.ensure_future(backend.generate(request()))
        await server.arrived.wait()
        sample.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sample
        await asyncio.wait_for(server.left.wait(), 10)

    talk(server, cancel)


def test_a_connection_the_server_gave_up_is_not_used_again() -> None:
    """A server that drops idle connections after a second costs no sample."""
    server = FakeServer(keepalive_s=1.0)

    async def with_pauses(backend: OpenAIBackend) -> list[Reply]:
        first = await asyncio.gather(*(backend.generate(request(i)) for i in range(8)))
        await asyncio.sleep(1.1)
        return [*first, *await asyncio.gather(*(backend.generate(request(i)) for i in range(8)))]

    answers = talk(server, with_pauses, stream="false")
    assert [reply.text for reply in answers] == ["Hello."] * 16


def test_closing_twice_is_safe_also_before_the_first_request() -> None:
    """A backend that never connected, or is closed already, can be closed."""

    async def close() -> None:
        backend = backend_for("http://127.0.0.1:1/v1")
        await backend.close()
        await backend.close()

    asyncio.run(close())


def test_the_backend_is_opened_by_its_entry_point() -> None:
    """Name, contestant and server come from arguments and environment."""
    backend = open_backend(
        BackendContext(
            args={"model": "org/tiny", "title": "Tiny"},
            contest=contest(),
            environment={"OPENAI_BASE_URL": "http://localhost:1/v1/", "OPENAI_API_KEY": KEY},
        )
    )
    assert backend.name == "openai:org/tiny"
    assert [(c.id, c.title, c.kind) for c in backend.contestants] == [("org/tiny", "Tiny", "model")]
    assert backend.samples("org/tiny", "any") is None
