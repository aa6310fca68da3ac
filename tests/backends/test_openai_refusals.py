"""The openai backend and a server that refuses: the prompt, the settings, or us."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from harness.backend import Reply
from harness.backends.openai.backend import OpenAIBackend
from harness.backends.openai.key import Key
from harness.backends.openai.trouble import CLIP, spoken
from harness.errors import BackendError
from harness.types import FinishReason
from tests.backends.asking import KEY, ask, backend_for, request, talk
from tests.fakes.openai_server import Act, FakeServer, fails, replies, says, sse, streams, unless

TOO_LONG = "This model's maximum context length is 8192 tokens (param: input_tokens)"


def short(body: dict[str, Any]) -> bool:
    return len(body["messages"][0]["content"]) < 20


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_prompt_the_server_refuses_is_rejected_with_its_reason(status: int) -> None:
    """A request that is refused for its own sake is an outcome, and is not sent again."""
    server = FakeServer(unless(short, fails(status, TOO_LONG), says("fine")))
    reply = talk(server, lambda b: b.generate(request(prompt="x" * 100)))
    assert reply.finish_reason is FinishReason.REJECTED
    assert reply.text == f"HTTP {status}: {TOO_LONG}"
    assert sum(not short(asked.body) for asked in server.asked) == 1


def test_settings_are_tested_once_only_and_not_when_they_have_worked() -> None:
    """After one request that was taken, a refusal is plainly the prompt's."""
    server = FakeServer(unless(short, fails(400, TOO_LONG), says("fine")))

    async def both(backend: OpenAIBackend) -> list[Reply]:
        fine = await backend.generate(request())
        long = [backend.generate(request(i, prompt="x" * 100)) for i in range(4)]
        return [fine, *await asyncio.gather(*long)]

    assert [reply.finish_reason.value for reply in talk(server, both)] == ["stop"] + [
        "rejected"
    ] * 4
    assert len(server.asked) == 5


def test_settings_the_server_refuses_end_the_run() -> None:
    """A token limit over the model's context would make a run of zeros: it is an error instead."""
    server = FakeServer(fails(400, "max_tokens is too large: 131072"))
    with pytest.raises(BackendError, match=r"refuses these settings.*max_tokens is too") as caught:
        ask(server)
    assert caught.value.final
    assert "--max-tokens" in caught.value.hint


def test_a_refusal_inside_a_stream_is_a_refusal() -> None:
    """Some servers say 400 in an error frame, under HTTP 200."""
    frame = {"error": {"message": TOO_LONG, "code": 400}}
    reply = ask(FakeServer(streams(sse(frame))))
    assert (reply.finish_reason, reply.text) == (FinishReason.REJECTED, f"error 400: {TOO_LONG}")


@pytest.mark.parametrize(
    ("act", "message", "hint"),
    [
        (fails(401, f"Incorrect API key provided: {KEY}"), "HTTP 401", "OPENAI_API_KEY"),
        (fails(403, f"{KEY} may not, nor sk-v***789"), "HTTP 403", "OPENAI_API_KEY"),
        (fails(404, "no such model"), "it has no such model", "did you mean model=tinny"),
        (fails(405), "HTTP 405", "base_url"),
        (fails(402, "Insufficient credits"), "Insufficient credits", "account"),
        (fails(429, "You exceeded your quota (insufficient_quota)"), "HTTP 429", "account"),
        (fails(307, Location="https://elsewhere/v1"), "HTTP 307", "https://elsewhere/v1"),
    ],
)
def test_what_no_try_can_mend_ends_the_run(act: Act, message: str, hint: str) -> None:
    """A wrong key, model or address is told once, with what to do, and never with the key."""
    server = FakeServer(act, models=("tinny", "other"))
    with pytest.raises(BackendError) as caught:
        ask(server)
    error = caught.value
    assert error.final
    assert message in error.message
    assert hint in error.hint
    assert server.url in error.message
    assert "'tiny'" in error.message
    assert KEY not in str(error)
    assert "sk-v" not in str(error)
    assert len(server.asked) == 1


def test_a_wrong_path_is_not_blamed_on_the_model() -> None:
    """Where nothing lists models, the address may be wrong."""

    async def go() -> None:
        async with FakeServer() as server:
            backend = backend_for(server.url.replace("/v1", "/api"))
            try:
                await backend.generate(request())
            finally:
                await backend.close()

    with pytest.raises(BackendError, match="HTTP 404") as caught:
        asyncio.run(go())
    assert "/v1" in caught.value.hint
    assert caught.value.final


# --- servers that talk too much --------------------------------------------------------------


def drips(status: int, head: bytes) -> Act:
    """Begin an error's body and never end it."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(head)
            await asyncio.sleep(0)

    return act


@pytest.mark.parametrize(
    "act",
    [
        fails(400, "a" * 1_000_000),
        fails(400, "*" * 1_000_000),
        fails(400, "a*" * 500_000),
        streams(sse({"error": {"message": "a" * 1_000_000, "code": 400}})),
        replies(["a" * 1_000_000], 400),
        drips(400, b"a" * 4096),
    ],
)
def test_however_much_a_server_says_little_is_repeated(act: Act) -> None:
    """A long or endless refusal is read as far as there is need for, and is soon over."""
    reply = ask(FakeServer(unless(short_enough, act, says("fine"))))
    assert reply.finish_reason is FinishReason.REJECTED
    assert len(reply.text) < 500


def short_enough(body: dict[str, Any]) -> bool:
    return bool(body["messages"][0]["content"] == "Hello")


def test_an_error_of_boxes_in_boxes_is_no_crash() -> None:
    """An error that is nested without end is told without its words."""
    nested = b'{"error":' * 7000 + b"1" + b"}" * 7000
    server = FakeServer(drips(500, nested[:60_000]), says("fine"))
    assert ask(server).text == "fine"


@pytest.mark.parametrize("length", range(380, 420))
def test_no_part_of_the_key_is_repeated_where_words_are_cut(length: int) -> None:
    """Wherever a server's words are cut off, the key in them is hidden whole."""
    for text in ("x" * length + KEY, "x" * (length - 9) + " " + KEY + " end", KEY * 60):
        said = spoken(text, Key(KEY))
        assert KEY[:6] not in said
        assert len(said) <= CLIP
    cut = " ".join(["w" * 90] * 4) + " " + KEY[: length % 20 + 4]
    assert KEY[:4] not in Key(KEY).hidden_in(cut)
