"""lm-eval's model classes: found by name, made when they are first asked, and asked in threads."""

from __future__ import annotations

import difflib
import inspect
import logging
import threading
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from harness.backend import Request
from harness.backends.lm_eval.options import Options, typed
from harness.config import silence_bars
from harness.errors import BackendError, ConfigError, UsageError, unforeseen

EXTRA = "pip install 'olympiad-harness[lm-eval]'"
FINAL = (TypeError, NotImplementedError, ImportError, AssertionError, AttributeError)
"""What a class raises that was asked for something it does not do: so it will be next time."""
REFUSED = (400, 401, 402, 403, 404, 422)
"""Statuses that are said again however often one asks."""


def model_class(name: str) -> Any:
    """Return a model class by the name that lm-eval knows it by; nothing of it is made yet."""
    silence_bars()
    try:
        from lm_eval.api.registry import get_model
    except ImportError as error:
        raise ConfigError(f"lm-eval is not installed: {error}", hint=EXTRA) from error
    logging.getLogger("lm_eval").setLevel(logging.ERROR)  # it warns at each request
    try:
        return get_model(name)
    except ValueError as error:
        raise UsageError(f"lm-eval has no model class {name!r}", hint=_near(name, error)) from None
    except ImportError as error:
        raise ConfigError(
            f"the model class {name} of lm-eval cannot be loaded: {error}",
            hint=f"install what it needs: pip install 'lm-eval[{name}]'",
        ) from error


def _near(name: str, error: ValueError) -> str:
    """Return near misses among the names that an error of lm-eval lists, or all that it says."""
    said = str(error).rpartition("! ")[2]
    known = said.rpartition(": ")[2].split(", ")
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else said


def is_remote(kind: Any) -> bool:
    """Whether a class asks a server, which takes requests side by side and a seed with each."""
    from lm_eval.models.api_models import TemplateAPI

    return isinstance(kind, type) and issubclass(kind, TemplateAPI)


def arguments_of(kind: Any) -> tuple[str, ...]:
    """Return the names that a class that asks a server takes, those of its bases included.

    It takes any others as well, and passes them over in silence.
    """
    found: dict[str, None] = {}
    for base in kind.__mro__:
        init = vars(base).get("__init__")
        if init is not None and base is not object:
            for name, each in inspect.signature(init).parameters.items():
                if name != "self" and each.kind is each.POSITIONAL_OR_KEYWORD:
                    found[name] = None
    return tuple(found)


def installed() -> str:
    """Return lm-eval's version."""
    try:
        return version("lm-eval")
    except PackageNotFoundError:
        return "unknown"


class Models:
    """Model objects of one class: one for each thread that asks, made when it first does."""

    def __init__(self, kind: Any, options: Options) -> None:
        self.words = f"{kind.__module__}.{kind.__qualname__}"
        self._kind = kind
        self._options = options
        self._mine = threading.local()
        self._making = threading.Lock()

    def ask(self, requests: Sequence[Request]) -> list[str]:
        """Return a text for each; raises :class:`~harness.errors.BackendError`."""
        try:
            model = self._model()
            self._check_room(model, requests)
            return [text or "" for text in model.generate_until(self._instances(model, requests))]
        except BackendError:
            raise
        except SystemExit as error:
            raise BackendError(f"{self.words} wanted to end the program ({error})") from error
        except Exception as error:
            raise self._failed(error) from error

    def _model(self) -> Any:
        made = getattr(self._mine, "model", None)
        if made is None:
            with self._making:  # neither imports nor weights bear two at once
                made = self._mine.model = self._kind(**typed(self._options.passed_on))
        return made

    def _instances(self, model: Any, requests: Sequence[Request]) -> list[Any]:
        from lm_eval.api.instance import Instance

        return [
            Instance(
                request_type="generate_until",
                doc={},
                arguments=(self._prompt(model, request), self._settings(request)),
                idx=index,
            )
            for index, request in enumerate(requests)
        ]

    def _prompt(self, model: Any, request: Request) -> Any:
        if not self._options.chat:
            return "\n\n".join(message.content for message in request.messages)
        return model.apply_chat_template(
            [{"role": message.role, "content": message.content} for message in request.messages]
        )

    def _settings(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        settings = {
            "until": [],
            "max_gen_toks": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "do_sample": sampling.temperature > 0,
        }
        return {**settings, "seed": request.seed} if self._options.send_seed else settings

    def _check_room(self, model: Any, requests: Sequence[Request]) -> None:
        """Refuse an answer's length that leaves no room for the question.

        lm-eval would cut the question's beginning off to make some, or all of it.
        """
        most = max(request.sampling.max_tokens for request in requests)
        room = getattr(model, "max_length", None)
        if getattr(model, "tokenized_requests", True) and isinstance(room, int) and most >= room:
            raise BackendError(
                f"{self.words}: --max-tokens {most} leaves no room for a question in "
                f"max_length {room}",
                hint="lower --max-tokens, or give the model's own max_length in --model-args",
                final=True,
            )

    def _failed(self, error: Exception) -> BackendError:
        status = getattr(getattr(error, "response", None), "status_code", None)
        final = isinstance(error, FINAL) or status in REFUSED
        hint = "resuming the run asks again"
        if self._options.send_seed and "seed" in str(error):
            hint = "this class takes no seed with a request: say send_seed=false in --model-args"
            final = True
        elif final:
            hint = "see the arguments of the class in --model-args"
        return BackendError(f"{self.words}: {unforeseen(error).message}", hint=hint, final=final)
