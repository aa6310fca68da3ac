"""What may be said in ``--model-args``: a table, and its reader.

Whoever misspells a setting must hear of it: servers accept unknown fields
silently, so an unknown name is refused here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from harness.backends.arguments import (
    Reader,
    Setting,
    check_names,
    count,
    flag,
    one_of,
    seconds,
)
from harness.backends.openai.key import NO_KEY, USUAL
from harness.errors import UsageError

SETTINGS: Mapping[str, Setting] = {
    "model": Setting("required", "Name of the model on the server."),
    "base_url": Setting(
        "$OPENAI_BASE_URL",
        "Address of the server up to and with /v1, http://host:8000/v1; several joined by +.",
    ),
    "api_key_env": Setting(
        USUAL,
        "Name of the environment variable with this server's key, in capitals; none sends no key.",
    ),
    "id": Setting("the model's name", "Id of the contestant in records and reports."),
    "title": Setting("the id", "Name of the contestant on pages."),
    "stream": Setting("true", "Read the answer as it is written; false waits for the whole of it."),
    "max_tries": Setting("8", "Tries of one sample, all with the same seed, before it is void."),
    "idle_s": Setting(
        "1800, or 21600 with stream=false",
        "Seconds without a single byte after which a try has failed; 0 is no limit.",
    ),
    "wall_s": Setting(
        "0",
        "Seconds a try may take in all, after which the sample ends as timeout with the text it "
        "has; 0 is no limit.",
    ),
    "patience_s": Setting(
        "600", "Seconds a server that went away is waited for without using up tries."
    ),
    "start_s": Setting("30", "Seconds a server that has never answered is waited for."),
    "think_tags": Setting(
        "split",
        "Whether <think>...</think> at the head of the text is moved to the reasoning (split) or "
        "left (keep).",
    ),
    "max_tokens_field": Setting(
        "max_tokens", "Field the token limit is sent in: max_tokens or max_completion_tokens."
    ),
    "send_seed": Setting("true", "Send each sample's own seed; false for servers that refuse it."),
    "extra_body": Setting(
        "{}",
        "JSON object of further fields to send, such as top_k, min_p or chat_template_kwargs; "
        "null leaves a field out.",
    ),
}
"""Every name that ``--model-args`` knows, with default and meaning."""

SAMPLING = {
    "temperature": "--temperature",
    "top_p": "--top-p",
    "max_tokens": "--max-tokens",
    "max_completion_tokens": "--max-tokens",
    "max_gen_toks": "--max-tokens",
    "seed": "--seed",
    "n": "--num-samples",
    "num_concurrent": "--max-connections",
}
"""Names that belong on the command line, because the run's manifest has a place for them."""

FIELDS = {
    "top_k",
    "min_p",
    "presence_penalty",
    "frequency_penalty",
    "repetition_penalty",
    "stop",
    "reasoning_effort",
    "reasoning_format",
    "chat_template_kwargs",
    "chat_template",
    "min_tokens",
    "length_penalty",
    "repeat_penalty",
    "stop_token_ids",
    "ignore_eos",
    "skip_special_tokens",
    "logit_bias",
    "thinking_token_budget",
}
"""Fields of the request that are known well enough to say where they go, and what was meant."""

FURTHER = {"min_tokens", "repeat_penalty", "temperature_last"}
"""Fields that some server has and that look like others."""
ALIKE = 0.8
"""From here on a name is taken for another that is misspelt."""

OTHER_NAMES = {
    "max_retries": "max_tries",
    "retries": "max_tries",
    "timeout": "wall_s",
    "url": "base_url",
    "api_base": "base_url",
    "pretrained": "model",
    "model_name": "model",
    "name": "title",
}
"""What others call it."""

EXAMPLE = "say base_url=http://host:8000/v1, or set OPENAI_BASE_URL"
JOINED = re.compile(r"[+;,\s]+(?=https?://)")
"""What stands between the addresses of several servers."""

IN_ENVIRONMENT = (
    f"put the key into the environment as {USUAL}, or under another name and say api_key_env=NAME"
)
VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,63}", re.ASCII)
"""Names of variables with keys: in capitals, so that few keys could be taken for one."""

SECRETS = {"api_key", "apikey", "key", "token", "openai_api_key", "authorization", "bearer"}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of one backend, checked; it holds no secret."""

    model: str
    base_urls: tuple[str, ...]
    """Addresses of servers with this model, each without a slash at its end."""
    api_key_env: str = USUAL
    """The variable with the key, or ``none``."""
    id: str
    title: str
    stream: bool = True
    max_tries: int = 8
    idle_s: float | None = 1800.0
    wall_s: float | None = None
    patience_s: float = 600.0
    start_s: float = 30.0
    split_think: bool = True
    max_tokens_field: str = "max_tokens"
    send_seed: bool = True
    extra_body: Mapping[str, Any] = {}


def read_options(args: Mapping[str, str], environment: Mapping[str, str]) -> Options:
    """Check the settings; raises :class:`~harness.errors.UsageError` for the first mistake."""
    for name in args:
        if name not in SETTINGS:
            refuse_misplaced("openai", name, OTHER_NAMES)
    check_names("openai", args, tuple(SETTINGS))
    check_characters(args)
    if not args.get("model"):
        raise UsageError(
            "the openai backend needs the name of a model",
            hint="say --model-args model=NAME; the server lists its models under /v1/models",
        )
    read = Reader(args, SETTINGS)
    stream = read("stream", flag, True)
    identity = args.get("id") or args["model"]
    return Options(
        model=args["model"],
        base_urls=_base_urls(args.get("base_url") or environment.get("OPENAI_BASE_URL", "")),
        api_key_env=_variable(args.get("api_key_env", USUAL)),
        id=identity,
        title=args.get("title") or identity,
        stream=stream,
        max_tries=read("max_tries", count, 8),
        idle_s=read("idle_s", seconds, 1800.0 if stream else 21600.0) or None,
        wall_s=read("wall_s", seconds, 0.0) or None,
        patience_s=read("patience_s", seconds, 600.0),
        start_s=read("start_s", seconds, 30.0),
        split_think=read("think_tags", one_of("split", "keep"), "split") == "split",
        max_tokens_field=read(
            "max_tokens_field",
            one_of("max_tokens", "max_completion_tokens"),
            "max_tokens",
        ),
        send_seed=read("send_seed", flag, True),
        extra_body=read("extra_body", _fields, {}),
    )


def _variable(text: str) -> str:
    """Return the name of a variable; what may be a key is refused unseen."""
    name = text.strip()
    if name != NO_KEY and not VARIABLE.fullmatch(name):
        raise UsageError(
            "--model-args: api_key_env is the name of an environment variable, in capitals, and "
            "never the key: arguments are recorded with the run",
            hint="say such as api_key_env=JUDGE_API_KEY, and put the key into that variable",
        )
    return name


def check_characters(args: Mapping[str, str]) -> None:
    """Refuse a setting that no request can carry: its bytes are no characters."""
    for name, value in args.items():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise UsageError(
                f"--model-args: {name} is not UTF-8", hint="give it in UTF-8, or in plain letters"
            ) from None


def refuse_misplaced(backend: str, name: str, others: Mapping[str, str]) -> None:
    """Refuse a name that has its place elsewhere, and say where.

    ``others`` are names that a setting goes by in other programs.
    """
    if name.lower() in SECRETS:
        raise UsageError(
            f"--model-args: {name} is refused: arguments are recorded with the run",
            hint=IN_ENVIRONMENT,
        )
    if name in SAMPLING:
        hint = f"say {SAMPLING[name]} instead"
    elif name in FIELDS:
        hint = f"""fields of the request go into extra_body={{"{name}": ...}}"""
    elif name in others:
        hint = f"it is called {others[name]} here"
    else:
        return
    raise UsageError(f"the backend {backend} has no setting {name!r}", hint=hint)


def _base_urls(text: str) -> tuple[str, ...]:
    """Return the addresses that are joined in a text."""
    if not text.strip():
        raise UsageError("the openai backend needs the address of a server", hint=EXAMPLE)
    found = tuple(_base_url(address) for address in JOINED.split(text.strip()))
    if len(set(found)) < len(found):
        raise UsageError(
            "base_url names a server twice",
            hint="name each once; samples are spread over them by how much each has to do",
        )
    return found


def _base_url(text: str) -> str:
    """Return the address without a slash at its end; ``/v1`` is added to a bare host."""
    url = text.strip().rstrip("/").removesuffix("/chat/completions").rstrip("/")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")  # as whoever connects will write it
    except ValueError:
        sound = False
    if not sound:
        raise UsageError("base_url is not an address that begins with http", hint=EXAMPLE)
    if parts.username is not None or parts.query or parts.fragment:
        # Not repeated: what stands there may be a secret.
        raise UsageError(
            "base_url may hold no user, password, query or fragment: arguments are recorded",
            hint=IN_ENVIRONMENT,
        )
    return url if parts.path else f"{url}/v1"


def _check_field(name: str) -> None:
    """Refuse a field that is nearly one that servers know: they pass over what they do not."""
    known = {*FIELDS, *SAMPLING}
    if name in known or name in FURTHER:
        return
    close = difflib.get_close_matches(name.strip().lower(), known, n=1, cutoff=ALIKE)
    if close:
        raise UsageError(
            f"--model-args: extra_body has a field {name!r}, which servers pass over in silence",
            hint=f"did you mean {SAMPLING.get(close[0], close[0])}?",
        )


def _fields(text: str) -> dict[str, Any] | None:
    """Read ``extra_body``; what has a flag of its own may be left out with null, not set."""
    try:
        given = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError:
        return None
    for name, value in given.items():
        if name.lower() in SECRETS:
            refuse_misplaced("openai", name, {})
        _check_field(name)
        own = name in SETTINGS or name in SAMPLING or name == "messages"
        leaves_out = value is None and name in SAMPLING and name not in ("n", "seed")
        if own and not leaves_out:
            instead = "send_seed=false" if value is None and name == "seed" else name
            instead = SAMPLING.get(instead, instead)
            raise UsageError(
                f"--model-args: extra_body may not set {name}, which is recorded elsewhere",
                hint=f"say {instead} instead" if name != "messages" else "the task writes those",
            )
    return given
