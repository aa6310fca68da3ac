"""The openai backend and a server that refuses: the prompt, the settings, or us."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from harness.backend import Reply
from harness.backends.openai.backend import OpenAIBackend
from harness.errors import BackendError
from harness.types import FinishReason
from tests.backends.asking import KEY, ask, backend_for, request, talk
from tests.fakes.openai_server import Act, FakeServer, fails, says, sse, streams, unless

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
