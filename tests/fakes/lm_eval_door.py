"""What our backend uses of lm-eval, in the same places and with the same calls, without lm-eval.

The real one is asked in ``tests/ecosystem``.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

Answer = Callable[[str, dict[str, Any]], str]


class Instance:
    """One request, as theirs is made."""

    def __init__(self, request_type: str, doc: dict[str, Any], arguments: Any, idx: int) -> None:
        assert request_type == "generate_until"
        self.arguments = arguments
        self.args = arguments


class TemplateAPI:
    """A class that asks a server."""

    tokenized_requests = False
    max_length = 2047
    made: list[dict[str, Any]]
    calls: list[list[Instance]]
    answer: Answer

    def __init__(
        self,
        model: str = "",
        base_url: str = "",
        num_concurrent: int = 1,
        timeout: int = 300,
        eos_string: str = "",
        **args: Any,
    ) -> None:
        told = {"base_url": base_url, "num_concurrent": num_concurrent, "timeout": timeout}
        type(self).made.append({"model": model, **told, "eos_string": eos_string, **args})
        self._lock = threading.Lock()

    def apply_chat_template(self, messages: list[dict[str, str]]) -> str:
        return "".join(f"<{message['role']}>{message['content']}" for message in messages)

    def generate_until(self, requests: list[Instance]) -> list[str]:
        type(self).calls.append(requests)
        return [type(self).answer(*request.arguments) for request in requests]


def handle_arg_string(text: str) -> Any:
    return int(text) if text.isdecimal() else {"true": True, "false": False}.get(text, text)


def install(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> dict[str, type[TemplateAPI]]:
    """Put the modules in their places, with two classes that answer so; return them by name."""
    remote = type(
        "Remote", (TemplateAPI,), {"made": [], "calls": [], "answer": staticmethod(answer)}
    )
    local = type(
        "Local", (), {**vars(TemplateAPI), "made": [], "calls": [], "answer": staticmethod(answer)}
    )
    kinds: dict[str, Any] = {"remote": remote, "local": local}

    def get_model(name: str) -> Any:
        if name == "needs-more":
            raise ImportError("No module named 'torch'")
        if name not in kinds:
            raise ValueError(f"no model {name}! Supported model names: {', '.join(kinds)}")
        return kinds[name]

    modules: dict[str, dict[str, Any]] = {
        "lm_eval": {},
        "lm_eval.api": {},
        "lm_eval.api.registry": {"get_model": get_model},
        "lm_eval.api.instance": {"Instance": Instance},
        "lm_eval.models": {},
        "lm_eval.models.api_models": {"TemplateAPI": TemplateAPI},
        "lm_eval.utils": {"handle_arg_string": handle_arg_string},
    }
    for name, held in modules.items():
        module = ModuleType(name)
        vars(module).update(held)
        monkeypatch.setitem(sys.modules, name, module)
    return kinds
