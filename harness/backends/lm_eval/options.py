"""Settings of ours, and those that are passed on to lm-eval's model class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from harness.backends.arguments import Reader, Setting, count, flag
from harness.errors import UsageError

SETTINGS: Mapping[str, Setting] = {
    "id": Setting("the model's name", "Id of the contestant in records and reports."),
    "title": Setting("the id", "Name of the contestant on pages."),
    "send_seed": Setting(
        "true for servers, else false",
        "Send each sample's own seed with its request; the class must take one there.",
    ),
    "num_concurrent": Setting(
        "16 for servers, else 1",
        "Samples asked for at once, each by a model object of its own; of local weights one.",
    ),
    "batch": Setting(
        "1 for servers, else 64",
        "Samples that are given to the model class in one call, at most.",
    ),
    "apply_chat_template": Setting(
        "true", "Put questions into the model's chat template; false for one without any."
    ),
}
"""What is not passed on. Everything else is an argument of the class."""

SECRETS = ("api_key", "apikey", "auth_token", "token", "header", "authorization", "password")
"""Arguments that would be recorded with the run."""
SAMPLING = {
    "temperature": "--temperature",
    "top_p": "--top-p",
    "max_tokens": "--max-tokens",
    "max_gen_toks": "--max-tokens",
    "seed": "--seed",
}
"""Arguments that the run's manifest has a place for."""
PATIENCE_S = 21600
"""What a server's answer may take; lm-eval's own 300 s are too few for long thoughts."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, checked."""

    id: str
    title: str
    send_seed: bool
    workers: int
    batch: int
    chat: bool
    passed_on: Mapping[str, str]
    """To the model class, as they were written."""


def check_places(name: str, args: Mapping[str, str]) -> None:
    """Refuse what would be recorded and may not be, and what has its place elsewhere."""
    for given in args:
        if given.lower() in SECRETS:
            raise UsageError(
                f"--model-args: {given} is refused: arguments are recorded with the run",
                hint="put the key into the environment, where lm-eval looks for it "
                "(OPENAI_API_KEY, ANTHROPIC_API_KEY)",
            )
        if given in SAMPLING:
            raise UsageError(
                f"the backend lm-eval:{name} is not given {given} here",
                hint=f"say {SAMPLING[given]} instead",
            )


def read_options(name: str, args: Mapping[str, str], *, remote: bool) -> Options:
    """Check the settings of a model class; raises :class:`~harness.errors.UsageError`."""
    read = Reader(args, SETTINGS)
    passed_on = {key: value for key, value in args.items() if key not in SETTINGS}
    if remote:
        passed_on = {"timeout": str(PATIENCE_S), **passed_on, "num_concurrent": "1"}
    identity = args.get("id") or args.get("model") or args.get("pretrained") or name
    return Options(
        id=identity,
        title=args.get("title") or identity,
        send_seed=read("send_seed", flag, remote),
        workers=read("num_concurrent", count, 16) if remote else 1,
        batch=read("batch", count, 1 if remote else 64),
        chat=read("apply_chat_template", flag, True),
        passed_on=passed_on,
    )


def typed(passed_on: Mapping[str, str]) -> dict[str, Any]:
    """Return arguments as lm-eval reads them from its own command line."""
    from lm_eval.utils import handle_arg_string

    return {name: handle_arg_string(value) for name, value in passed_on.items()}
