"""The ``openai`` backend: any server that speaks the chat completions protocol.

vLLM, SGLang, llama.cpp and gateways count as well as OpenAI itself. One request
asks for one sample, is streamed, carries a seed of its own, and is tried again
with the same seed when the server or the way to it fails.

=============  ===============================================================
file           noun
=============  ===============================================================
options.py     what may be said in ``--model-args``, read and checked
key.py         the server's key, kept out of every text
body.py        the JSON that is sent
events.py      server-sent events out of bytes
answer.py      the reply, put together from what arrives
trouble.py     what went wrong, and whether to try again
client.py      connections: ask, probe, list models, health
outage.py      one server is away: its health, watched once for all samples
balancer.py    several servers: who gets the next request
backend.py     tries: one request to one reply
=============  ===============================================================

``--model-args`` are listed, with default and meaning, in
:data:`SETTINGS`. The key is taken from the environment (``OPENAI_API_KEY``, or the variable that
``api_key_env`` names) and from nowhere else, because arguments are recorded.
"""

from __future__ import annotations

from harness.backend import Backend, BackendContext
from harness.backends.openai.options import SETTINGS, read_options

__all__ = ["SETTINGS", "open_backend"]


def open_backend(context: BackendContext) -> Backend:
    """Return the backend; nothing is connected before the first request."""
    # Here, because the HTTP library takes longer to load than all the rest.
    from harness.backends.openai.backend import OpenAIBackend
    from harness.backends.openai.key import key_from

    options = read_options(context.args, context.environment)
    return OpenAIBackend(options, key_from(context.environment, options.api_key_env))
