"""The JSON of one request."""

from __future__ import annotations

from typing import Any

from harness.backend import Request
from harness.backends.openai.options import Options

HELLO = [{"role": "user", "content": "Hello"}]
"""A prompt that no server can find too long."""


def body_of(request: Request, options: Options) -> dict[str, Any]:
    """Return what is sent for one sample.

    Every sampling value is sent, because servers fill gaps from files of the
    model; ``n`` never is.
    """
    sampling = request.sampling
    body: dict[str, Any] = {
        "model": options.model,
        "messages": [{"role": said.role, "content": said.content} for said in request.messages],
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        options.max_tokens_field: sampling.max_tokens,
        "stream": options.stream,
    }
    if options.stream:
        body["stream_options"] = {"include_usage": True}
    if options.send_seed:
        body["seed"] = request.seed
    body.update(options.extra_body)
    return {name: value for name, value in body.items() if value is not None}


def probe_of(body: dict[str, Any]) -> dict[str, Any]:
    """Return the same request with a short prompt, to be dropped as soon as it is accepted."""
    return {**body, "messages": HELLO, "stream": True}
