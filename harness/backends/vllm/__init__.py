"""The ``vllm`` backend: starts vLLM's server on a checkpoint, looks after it, and asks it.

Requests go through the openai backend: seeds, tries, waiting and balancing are there.
Here is what a server of our own needs beside them.

===============  =============================================================
file             noun
===============  =============================================================
options.py       what may be said in ``--model-args``, read and checked
interpreter.py   the Python that has vLLM, asked by probe.py without an import
checkpoint.py    the model's files, and the hashes that a run is bound to
command.py       command line and environment of a server
devices.py       which GPUs or cores each server gets
journal.py       what a server printed
diagnosis.py     why it died, and what to do about it
guard.py         a program that leaves nothing of a server behind
server.py        one process, under a guard
supervisor.py    start, wait for health, start again, give up
backend.py       the servers behind the requests
===============  =============================================================
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial

import msgspec

from harness.backend import Backend, BackendContext
from harness.backends.vllm import checkpoint, command, devices, interpreter
from harness.backends.vllm.checkpoint import Checkpoint, has_template, recommended
from harness.backends.vllm.journal import Journal
from harness.backends.vllm.options import SETTINGS, Options, read_options
from harness.config import settings

__all__ = ["SETTINGS", "open_backend"]

log = logging.getLogger(__name__)


def open_backend(context: BackendContext, *, pace: float = 1.0) -> Backend:
    """Return the backend; files are read, and no server is started before the first request.

    ``pace`` shortens all pauses, in tests.
    """
    # Here, because the HTTP library takes longer to load than all the rest.
    from harness.backends.vllm.backend import VLLMBackend
    from harness.backends.vllm.supervisor import Launch

    options, given = read_options(context.args), context.environment
    tell = context.tell or log.info
    found = checkpoint.find(options, given)
    python = interpreter.find(options.python, given)
    flags = command.flags(options, found, cpu=python.cpu)
    parts = (
        devices.cores(options.replicas)
        if python.cpu
        else devices.gpus(given, options.replicas, options.devices)
    )
    logs = options.logs or settings(given).cache / "vllm"
    name = options.requests.model

    def launch(number: int, key: str) -> Launch:
        called = "vLLM" if options.replicas == 1 else f"vLLM {number + 1} of {options.replicas}"
        return Launch(
            command=partial(command.command, python, found, name, flags),
            environment={**command.environment(given, key), **parts[number]},
            journal=Journal(logs, f"{name}-{number + 1}"),
            start_s=options.start_s,
            name=called,
            version=python.version,
            idle_s=options.requests.idle_s,
        )

    facts = {
        **checkpoint.facts(found, options),
        "engine": python.engine,
        # A template is bound by its hash; where its file lies is no matter.
        "flags": " ".join(flags).replace(str(options.chat_template), "FILE"),
        "environment": command.numeric(given),
    }
    for line in _advice(found, options):
        tell(line)
    context_tokens = options.max_model_len or found.context
    return VLLMBackend(options, launch, facts, tell, context=context_tokens, pace=pace)


def _advice(found: Checkpoint, options: Options) -> Iterator[str]:
    """Say what a user of this checkpoint may have overlooked."""
    left_out = recommended(found) if options.engine.get("generation_config") != "auto" else {}
    left_out = {k: v for k, v in left_out.items() if k not in options.requests.extra_body}
    if left_out:
        yield (
            f"the checkpoint recommends {', '.join(f'{k}={v}' for k, v in left_out.items())}, "
            f"which is not sent; to send it: extra_body={msgspec.json.encode(left_out).decode()}"
        )
    if not has_template(found, options):
        yield (
            "the checkpoint has no chat template, and vLLM may refuse every request; "
            "chat_template=FILE in --model-args names one"
        )
