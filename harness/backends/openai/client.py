"""Connections to one server: ask, probe, list models, look at its health.

The settings were measured: no limit of connections (the run has its own
window), idle ones dropped before any server drops them, no limit on the whole
time of a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from harness import __version__
from harness.backends.openai import trouble
from harness.backends.openai.answer import Answer
from harness.backends.openai.events import LONGEST, EndlessLine, Event, EventReader
from harness.backends.openai.key import NO_KEY, Key
from harness.backends.openai.options import Options
from harness.errors import BackendError

KEEPALIVE_S = 2.0
"""Servers close idle connections after 5 s or more, and a POST on a closed one fails."""
CONNECT_S = 30.0
SHORT = aiohttp.ClientTimeout(total=10)
"""For questions that cost the server nothing."""
LINGER_S = 1.0
BEGINNING_S = 10.0
"""How long a server may take over the reasons of its refusal, or the names of its models."""
MODELS_BYTES = 1 << 22
LONGEST_NAME = 200
DONE = "[DONE]"


class Client:
    """One server; the session is made in the loop that first asks."""

    def __init__(self, base_url: str, options: Options, key: Key) -> None:
        self.base_url = base_url
        """Without a slash at its end; it may change between requests."""
        self.answered = False
        """Whether anything ever came back."""
        self.accepted = False
        """Whether the server ever took a request with these settings."""
        self._options = options
        self._key = key
        self._session: aiohttp.ClientSession | None = None

    @property
    def root(self) -> str:
        """Address of the pages that are not part of the protocol."""
        return self.base_url.removesuffix("/v1")

    async def ask(self, body: dict[str, Any], answer: Answer) -> None:
        """Send one request and fill the answer until it is finished.

        Raises Trouble, Refusal or a final BackendError. Leaving early, also by
        being cancelled, closes the connection, so that the server stops writing.
        """
        async with self._post(body) as response:
            answer.begun = True
            try:
                await _read(response, answer, streamed=bool(body.get("stream")))
            except (aiohttp.ClientError, trouble.Trouble):
                if answer.finish is None:
                    raise
        if answer.finish is None:
            raise trouble.Trouble("the answer ended without a finish reason", outage=True)

    async def accepts(self, body: dict[str, Any]) -> bool:
        """Say whether the server takes a request, without waiting for its answer."""
        try:
            async with self._post(body):
                return True
        except trouble.Refusal:
            return False

    async def healthy(self) -> bool:
        """Say whether the server is there; one that has no ``/health`` need only answer."""
        try:
            return await self.well()
        except TimeoutError:
            return False

    async def well(self) -> bool:
        """As :meth:`healthy`; raises TimeoutError for a server that is there and says nothing."""
        try:
            async with self._http().get(f"{self.root}/health", timeout=SHORT) as response:
                return response.status < HTTPStatus.INTERNAL_SERVER_ERROR
        except TimeoutError:
            raise
        except (aiohttp.ClientError, OSError):
            return False

    async def page(self, url: str) -> Any:
        """Return what stands at an address of the server, or None where nothing does."""
        try:
            async with self._http().get(url, timeout=SHORT) as response:
                body = await _beginning(response, MODELS_BYTES)
                return trouble.decoded(body) if response.status == HTTPStatus.OK else None
        except (aiohttp.ClientError, OSError):
            return None

    async def close(self) -> None:
        """Release connections; safe to call twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # No compression: a proxy that compresses holds the stream back.
            headers = {
                "User-Agent": f"olympiad-harness/{__version__}",
                "Accept-Encoding": "identity",
                **self._key.headers(),
            }
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_S),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_S, sock_read=self._options.idle_s
                ),
                headers=headers,
            )
        return self._session

    @contextlib.asynccontextmanager
    async def _post(self, body: dict[str, Any]) -> AsyncIterator[aiohttp.ClientResponse]:
        try:
            async with self._http().post(
                f"{self.base_url}/chat/completions",
                data=msgspec.json.encode(body),
                headers={"Content-Type": "application/json"},
                allow_redirects=False,
            ) as response:
                if response.status // 100 != 2:
                    raise await self._failure(response)
                self.answered = self.accepted = True
                try:
                    yield response
                finally:
                    response.close()
        except (aiohttp.ClientError, OSError) as error:
            raise trouble.of_connection(error, self._options.idle_s) from error

    async def _failure(self, response: aiohttp.ClientResponse) -> Exception:
        status = response.status
        self.answered = self.answered or status < HTTPStatus.INTERNAL_SERVER_ERROR
        text = trouble.spoken(trouble.decoded(await _beginning(response, trouble.HEARD)), self._key)
        failure = trouble.of_status(status, response.headers, text)
        if failure is not None:
            return failure
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return self._locked_out(status, text)
        if status == HTTPStatus.NOT_FOUND:
            return await self._not_found(text)
        where = response.headers.get("Location")
        return self._final(
            f"HTTP {status}" + (f": {text}" if text else ""),
            f"the server sends us to {where}; say base_url=... accordingly"
            if where
            else "check base_url, the account behind the key, and the server's log",
        )

    def _locked_out(self, status: int, text: str) -> BackendError:
        name = self._options.api_key_env
        if self._key:
            hint = f"check that the key in {name} is right and may use this model"
        elif name == NO_KEY:
            hint = "it wants a key: say api_key_env=NAME, the variable that holds it"
        else:
            hint = f"put the server's key into the environment as {name}"
        # A 401 says nothing that we do not know, and may repeat the key.
        said = f": {text}" if text and status == HTTPStatus.FORBIDDEN else ""
        return self._final(f"HTTP {status}{said}", hint)

    async def _not_found(self, text: str) -> BackendError:
        model, models = self._options.model, await self._models()
        if not models:
            return self._final(
                f"HTTP 404{f': {text}' if text else ''}",
                "check the model's name, and that base_url ends as the server's does, "
                "usually with /v1",
            )
        if model in models:
            return self._final(f"HTTP 404{f': {text}' if text else ''}", "see the server's log")
        close = difflib.get_close_matches(model, models, n=3, cutoff=0.4)
        listed = " or ".join(close) + "?" if close else ", ".join(models[:10])
        return self._final(
            "it has no such model", ("did you mean model=" if close else "it has ") + listed
        )

    async def _models(self) -> list[str]:
        """Return the names of the server's models, or none where it does not tell."""
        found = await self.page(f"{self.base_url}/models")
        try:
            return [str(model["id"])[:LONGEST_NAME] for model in found["data"]]
        except (KeyError, TypeError):
            return []

    def _final(self, what: str, hint: str) -> BackendError:
        return BackendError(
            f"{self.base_url} refused model {self._options.model!r}: {what}",
            hint=hint,
            final=True,
        )


async def _beginning(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return a body, or as many bytes of it as there is need and time for."""
    heard = bytearray()
    with contextlib.suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(BEGINNING_S):
            while len(heard) < most:
                piece = await response.content.read(most - len(heard))
                if not piece:
                    return bytes(heard)
                heard += piece
    response.close()
    return bytes(heard)


async def _read(response: aiohttp.ClientResponse, answer: Answer, *, streamed: bool) -> None:
    """Read what came, by its own type: some servers do not stream when asked to, or do unasked."""
    kind = response.content_type
    if kind.endswith("json") or not (streamed or kind == "text/event-stream"):
        answer.add(await _whole(response))
        return
    reader = EventReader()
    try:
        async for piece in response.content.iter_any():
            for event in reader.feed(piece):
                if event.data.strip() == DONE:
                    await _linger(response)
                    return
                _take(event, answer)
    except EndlessLine:
        raise _endless() from None
    for event in reader.close():
        _take(event, answer)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    """Return a body; raises Trouble for one that is longer than any answer."""
    heard = bytearray()
    async for piece in response.content.iter_any():
        heard += piece
        if len(heard) > LONGEST:
            raise _endless()
    return bytes(heard)


def _endless() -> trouble.Trouble:
    return trouble.Trouble(f"the server sent over {LONGEST >> 20} MiB that are no answer")


def _take(event: Event, answer: Answer) -> None:
    if event.data.strip() not in ("", DONE):
        answer.add(event.data, is_error=event.name == "error")


async def _linger(response: aiohttp.ClientResponse) -> None:
    """Read the few bytes after the last event, so that no server takes us for one who left."""
    with contextlib.suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(LINGER_S):
            async for _ in response.content.iter_any():
                pass
