"""What went wrong with one try, and whether trying again can help.

====================================================  ==============================
outcome                                               becomes
====================================================  ==============================
no connection, reset, idle, 5xx, error frame, no      :class:`Trouble`, an outage
finish reason
408, 409, 425, 429                                    :class:`Trouble`
400, 413, 422                                         :class:`Refusal` of this request
other statuses (401, 402, 403, 404, 3xx), spent       ``BackendError``, final: the run
quota                                                 stops, nothing is scored
====================================================  ==============================

Addresses stand in hints and never in messages: messages are recorded. Only a
final error names the address, for it ends the run and is printed.
"""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import msgspec

from harness.backends.openai.key import Key
from harness.errors import BackendError

REFUSALS = frozenset({400, 413, 422})
PASSING = frozenset({408, 409, 425, 429})
CLIP = 400
"""Characters of a server's own words that are repeated."""
HEARD = 1 << 16
"""Characters of them that are looked at; bytes of an error's body that are read."""
DEPTH = 4
"""How deep the sentence of an error is looked for."""


class Trouble(Exception):
    """One try failed; another may succeed."""

    def __init__(
        self, what: str, *, retry_after: float | None = None, outage: bool = False
    ) -> None:
        super().__init__(what)
        self.what = what
        self.retry_after = retry_after
        self.outage = outage
        """Whether the server may be gone altogether."""


class Refusal(Exception):
    """The server refused this very request; asking again gives the same."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def of_connection(error: Exception, idle_s: float | None) -> Exception:
    """Return what a failed connection means."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    number = cause.errno if isinstance(cause, OSError) else None
    if number in (errno.EMFILE, errno.ENFILE):
        return BackendError(
            "too many open files: this process may not open another connection",
            hint="lower --max-connections or raise `ulimit -n`",
            final=True,
        )
    if isinstance(error, aiohttp.SocketTimeoutError):
        what = f"nothing was heard for {idle_s:g} s" if idle_s else "nothing was heard"
    elif isinstance(error, TimeoutError):
        what = "connecting took too long"
    elif isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        what = "the server closed the connection before the answer was complete"
    elif number and number > 0:
        what = f"no connection ({os.strerror(number)})"
    elif isinstance(cause, OSError) and cause.strerror:
        what = f"no connection ({cause.strerror})"
    else:
        what = f"the connection failed ({type(error).__name__})"
    return Trouble(what, outage=True)


def of_status(status: int, headers: Mapping[str, str], text: str) -> Trouble | Refusal | None:
    """Return what a status other than 2xx means, or None when it ends the run."""
    said = f"HTTP {status}" + (f": {text}" if text else "")
    if status in REFUSALS:
        return Refusal(said)
    if status == 429 and "insufficient_quota" in text:
        return None
    if status in PASSING or status >= 500:
        return Trouble(
            said, retry_after=seconds_of(headers.get("Retry-After", "")), outage=status >= 500
        )
    return None


def of_frame(error: Any, key: Key) -> Trouble | Refusal:
    """Return what an error inside a stream means; it comes under HTTP 200."""
    text = spoken(error, key) or "no reason given"
    code = str(error.get("code")) if isinstance(error, dict) else ""
    if code in {str(status) for status in REFUSALS}:
        return Refusal(f"error {code}: {text}")
    return Trouble(f"the server reported an error: {text}", outage=True)


def seconds_of(header: str) -> float | None:
    """Read ``Retry-After``: seconds, or a date."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None


def spoken(said: Any, key: Key) -> str:
    """Return a server's own words in one line: clipped, and without the key."""
    text = " ".join(_words(said, DEPTH)[:HEARD].split())
    return key.hidden_in(text)[:CLIP]


def decoded(body: bytes) -> Any:
    """Return a body as JSON, or as text where it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body.decode(errors="replace")


def _words(said: Any, depth: int) -> str:
    """Find the sentence in the many shapes errors come in."""
    if isinstance(said, str):
        return said
    if not depth:
        return ""
    if isinstance(said, dict):
        inner = next((said[k] for k in ("error", "message", "detail") if said.get(k)), None)
        words = _words(inner, depth - 1) if inner is not None else ""
        code = said.get("code") or said.get("type")
        named = isinstance(code, str) and code not in words
        return f"{words} ({code})" if words and named else words or str(code or "")
    if isinstance(said, list) and said:
        return json.dumps(said, ensure_ascii=False)
    return "" if said is None else str(said)
