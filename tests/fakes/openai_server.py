"""A real server on 127.0.0.1 that speaks chat completions and does what its script says."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from aiohttp import web

Act = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]
"""What the server does with one request for a completion."""
Page = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""What it does with a GET."""


class Asked(NamedTuple):
    """One request as it arrived."""

    body: dict[str, Any]
    headers: Mapping[str, str]


class FakeServer:
    """Does its acts one after the other, the last one for ever, and remembers what was asked."""

    def __init__(
        self,
        *acts: Act,
        health: Sequence[int] = (200,),
        models: Sequence[str] = ("tiny",),
        keepalive_s: float = 75.0,
        port: int = 0,
        pages: Mapping[str, Page] | None = None,
        remember: bool = True,
    ) -> None:
        self.asked: list[Asked] = []
        self.health_asked = 0
        self.left = asyncio.Event()
        """Set when a client goes away in the middle of an answer."""
        self.arrived = asyncio.Event()
        self.port = port
        self._acts = acts or (says("Hello."),)
        self._health = health
        self._models = models
        self._keepalive_s = keepalive_s
        self._pages = pages or {}
        self._remember = remember
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def seeds(self) -> list[int | None]:
        return [asked.body.get("seed") for asked in self.asked]

    async def __aenter__(self) -> FakeServer:
        app = web.Application(client_max_size=1 << 26)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list)
        app.router.add_get("/health", self._say_health)
        for path, page in self._pages.items():
            app.router.add_get(path, page)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            keepalive_timeout=self._keepalive_s,
            shutdown_timeout=0.1,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=4096)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        act = self._acts[min(len(self.asked), len(self._acts) - 1)]
        if self._remember:
            self.asked.append(Asked(body, dict(request.headers)))
        self.arrived.set()
        try:
            return await act(request, body)
        except (asyncio.CancelledError, ConnectionError):
            self.left.set()
            raise

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"data": [{"id": name} for name in self._models]})

    async def _say_health(self, request: web.Request) -> web.Response:
        status = self._health[min(self.health_asked, len(self._health) - 1)]
        self.health_asked += 1
        return web.Response(status=status)


@contextmanager
def serving(*acts: Act, port: int = 0) -> Iterator[str]:
    """Run a server in a thread of its own and give its address, for tests without a loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = FakeServer(*acts, port=port)
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
        yield server.url
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


# --- acts -----------------------------------------------------------------------------------


COUNTED = {"prompt_tokens": 7, "completion_tokens": 3}


def says(
    text: str | None,
    *,
    finish: str = "stop",
    usage: Mapping[str, int] | None = COUNTED,
    **more: Any,
) -> Act:
    """Answer well, streamed or not as asked; ``more`` are further fields of the message."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        counted = {"usage": usage} if usage else {}
        if not body.get("stream"):
            said = {"role": "assistant", "content": text, **more}
            choice = {"index": 0, "message": said, "finish_reason": finish}
            return web.json_response({"choices": [choice], **counted})
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        deltas += [{name: value} for name, value in more.items()]
        deltas += [{"content": (text or "")[i : i + 5]} for i in range(0, len(text or ""), 5)]
        frames: list[Any] = [
            {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
        ]
        frames.append({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if usage:
            frames.append({"choices": [], **counted})
        return await _send(request, sse(*frames))

    return act


def sse(*frames: Any, end: str = "\n\n", done: bool = True) -> bytes:
    """Return frames as the bytes of a stream."""
    lines = [f"data: {json.dumps(frame, ensure_ascii=False)}{end}" for frame in frames]
    return "".join([*lines, f"data: [DONE]{end}" if done else ""]).encode()


def delta(text: str, finish: str | None = None) -> dict[str, Any]:
    """Return one usual frame."""
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}]}


def streams(raw: bytes, *, piece: int = 0) -> Act:
    """Send these bytes as a stream that ends well, in pieces of so many bytes."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return await _send(request, raw, piece)

    return act


def replies(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Act:
    """Send this JSON."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return web.json_response(value, status=status, headers=headers)

    return act


def fails(status: int, message: str = "no", **headers: str) -> Act:
    """Send an error as OpenAI and vLLM word them."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replies({"error": {"message": message, "code": status}}, status, named)


def unless(is_fine: Callable[[dict[str, Any]], bool], otherwise: Act, fine: Act) -> Act:
    """Do one act for the requests that are fine, another for those that are not."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        return await (fine if is_fine(body) else otherwise)(request, body)

    return act


def hangs(*frames: Any) -> Act:
    """Send the beginning of a stream and then nothing more."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = await begin(request)
        await response.write(sse(*frames, done=False))
        await asyncio.Event().wait()
        return response

    return act


def queues(raw: bytes, *, comments: int, every_s: float) -> Act:
    """Keep a sample waiting, with comments that say so, and then send these bytes."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = await begin(request)
        for _ in range(comments):
            await response.write(b": keep-alive\n\n")
            await asyncio.sleep(every_s)
        await response.write(raw)
        await response.write_eof()
        return response

    return act


def never_answers() -> Act:
    """Take the request and say nothing, not even a status."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    return act


def resets(*frames: Any) -> Act:
    """Send the beginning of a stream and then break the connection."""

    async def act(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        response = await begin(request)
        await response.write(sse(*frames, done=False))
        assert request.transport is not None
        request.transport.abort()
        return response

    return act


async def begin(request: web.Request) -> web.StreamResponse:
    """Begin a stream."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    return response


async def _send(request: web.Request, raw: bytes, piece: int = 0) -> web.StreamResponse:
    response = await begin(request)
    for start in range(0, len(raw), piece or max(1, len(raw))):
        await response.write(raw[start : start + (piece or len(raw))])
    await response.write_eof()
    return response
